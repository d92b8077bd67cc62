"""The Tab key in real shells: commands and options, no program run for it, and no line of ours in the history."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

HISTORY = {"bash": ".bash_history", "zsh": ".zsh_history", "fish": ".local/share/fish/fish_history"}
NAME = "Zaviriukha"
FULL = "ulimit -f 1; archive completion install --shell bash"  # no file may grow beyond 1 KiB


@pytest.fixture(params=HISTORY)
def prepared(request: pytest.FixtureRequest, laptop: Any) -> tuple[Any, str]:
    """A laptop whose shell knows the program; where the shell is missing, that is said by its name."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    told = laptop.ask("completion", "install", "--shell", shell)
    assert told["shell"] == shell and all(Path(path).is_file() for path in told["written"])
    return laptop, shell


def session(laptop: Any, shell: str) -> Any:
    """That shell on a terminal, with an ``archive`` that leaves a mark when it is run."""
    place = laptop.root / "bin"
    place.mkdir()
    program = place / "archive"
    program.write_text(f'#!/bin/sh\necho "$@" >> {laptop.root}/ran\n')
    program.chmod(0o755)
    return laptop.talk(
        "-i", program=(shell,), PATH=f"{place}:{laptop.environment()['PATH']}", TERM="xterm", PS1="ready> ",
        HISTFILE=str(laptop.home / HISTORY[shell]), SAVEHIST="100", HISTSIZE="100",
    )  # fmt: skip


def test_tab_completes_without_running_anything_and_history_keeps_nothing(prepared: tuple[Any, str]) -> None:
    """A command, a command of a group, an option; then lines with a name in them, none of which is kept."""
    laptop, shell = prepared
    with session(laptop, shell) as talk:
        sums = "(math 40 + {})" if shell == "fish" else "$((40 + {}))"
        talk.press(f"echo ready-{sums.format(2)}\n").expect("ready-42")
        for line in ("incid\t", "case li\t", "case list --al\t", f"search {NAME}"):
            talk.press(f"archive {line}\n")
        talk.press(f"ARCHIVE_DIR=x archive show {NAME}\n")
        talk.press(f"echo kept-{sums.format(3)}\n").expect("kept-43")
        talk.press("exit\n")
        talk.end()
    asked = ["incident", "case list", "case list --all", f"search {NAME}", f"show {NAME}"]
    assert (laptop.root / "ran").read_text().splitlines() == asked
    kept = (laptop.home / HISTORY[shell]).read_text()
    assert "kept-" in kept and NAME not in kept and "archive" not in kept


def test_it_is_written_once_and_nothing_else_is_touched(prepared: tuple[Any, str]) -> None:
    """A second time the file is written anew and the line stands once; what a person wrote there stays."""
    laptop, shell = prepared
    files = {path: path.read_bytes() for path in laptop.home.rglob("*") if path.is_file()}
    assert len(laptop.ask("completion", "install", "--shell", shell)["written"]) == 1
    assert {path: path.read_bytes() for path in laptop.home.rglob("*") if path.is_file()} == files
    assert len(files) == (1 if shell == "fish" else 2)


def test_what_is_written_is_what_is_shown_and_holds_the_programs_words_alone(archive: Any) -> None:
    """An archive beside it is not opened: no passphrase is needed, and nothing of it stands in the file."""
    archive.case("A walk along the weir")
    for shell in HISTORY:
        shown = archive.run("completion", "show", "--shell", shell, ARCHIVE_PASSPHRASE_FILE="/nowhere")
        assert shown.code == 0 and "weir" not in shown.text and "incident" in shown.text
        written = archive.ask("completion", "install", "--shell", shell)["written"][0]
        assert Path(written).read_text() == shown.text.removesuffix("\n")
    assert archive.run("completion", "install", SHELL="/bin/csh").code == 2
    assert archive.ask("completion", "install", SHELL="/bin/bash")["shell"] == "bash"


def test_what_a_person_has_there_stays_whole_whatever_happens(laptop: Any) -> None:
    """A linked start file of any letters keeps link, mode and bytes; on a disk that is full nothing changes."""
    kept = laptop.home / "dotfiles" / "bashrc"
    kept.parent.mkdir()
    kept.write_bytes("alias ls='ls -la' # přítel\n".encode("iso-8859-2"))
    kept.chmod(0o640)
    start = laptop.home / ".bashrc"
    start.symlink_to("dotfiles/bashrc")
    before = kept.read_bytes()
    full = laptop.shell(FULL, PYTHONDONTWRITEBYTECODE="1")
    assert full.code == 1 and full.lines[1] == "See what would be written: archive completion show"
    assert kept.read_bytes() == before
    script, changed = (Path(path) for path in laptop.ask("completion", "install", "--shell", "bash")["written"])
    assert changed == start and start.is_symlink() and kept.stat().st_mode & 0o777 == 0o640
    assert kept.read_bytes() == before + f"\nsource '{script}'\n".encode()
    whole = script.read_bytes()
    assert laptop.shell(FULL, PYTHONDONTWRITEBYTECODE="1").code == 1
    assert script.read_bytes() == whole
    assert not [*laptop.home.rglob(".tmp-*")]
