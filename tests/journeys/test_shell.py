"""Several commands with one unlocking, and what ``archive`` alone does."""

from __future__ import annotations

from typing import Any

ASKED = {"ARCHIVE_PASSPHRASE_FILE": None}


def test_one_passphrase_for_several_commands(archive: Any) -> None:
    """Commands work, a refusal does not end it, the outer word is allowed, exit ends it."""
    with archive.talk("shell", **ASKED) as talk:
        talk.expect("Passphrase").type(archive.passphrase.read_text())
        talk.expect("archive>").type('case new "Held at night"')
        talk.expect("archive>").type("archive case list")
        talk.expect("Held at night").expect("archive>").type("show Z999")
        talk.expect("error:").expect("archive>").type('case new "open')
        talk.expect("no other end").expect("archive>").type("shell")
        talk.expect("You are in it.").expect("archive>").type("exit")
        assert talk.end() == 0
    assert talk.text.count("Passphrase") == 1
    assert [one["title"] for one in archive.ask("case", "list")["cases"]] == ["Held at night"]


def test_it_locks_itself(archive: Any) -> None:
    """After the minutes said it is gone from the screen, and the process with its key has ended."""
    with archive.talk("shell", "--idle", "0.01") as talk:
        talk.expect("archive>").expect("Locked: nothing was typed")
        assert talk.end() == 0


def test_ctrl_c_ends_the_line_and_not_the_shell(archive: Any) -> None:
    """At the prompt and in a command that asks."""
    with archive.talk("shell") as talk:
        talk.expect("archive>").interrupt().expect("^C archive>")
        talk.type("intake").expect("Which language").interrupt()
        talk.expect("Nothing was kept. archive>").type("exit")
        assert talk.end() == 0


def test_archive_alone(laptop: Any) -> None:
    """Nothing here: three commands to begin with. An archive: what waits, then the shell. No terminal: the help."""
    with laptop.talk() as talk:
        assert talk.end() == 0
    assert talk.text.count("$ archive ") == 3
    laptop.found()
    with laptop.talk(**ASKED) as talk:
        talk.expect("Passphrase").type(laptop.passphrase.read_text())
        talk.expect("No recovery shares yet").expect("archive>").type("exit")
        assert talk.end() == 0
    assert b"Commands" in laptop.run().out
    assert laptop.run("shell").code == 2
