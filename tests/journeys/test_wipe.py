"""Destroying the means to open this copy, in a hurry and not."""

from __future__ import annotations

import resource


def test_now_asks_nothing_and_is_quick(archive):
    """No passphrase either. The shared folder is as it was, and nothing here opens it any more."""
    archive.add(archive.file("notes.txt", "The gate was open.\n"))
    before = archive.kept()
    before_it = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = archive.ask("wipe", "--now", ARCHIVE_PASSPHRASE_FILE=None)
    after_it = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after_it.ru_utime - before_it.ru_utime < 3  # seconds of work, on a busy machine too; a tenth of it alone
    assert done == {"wiped": 2}
    assert list(archive.state.iterdir()) == []
    assert archive.kept() == before
    assert archive.run("check").code == 12
    assert archive.ask("check", "--keyless")["ok"]
    assert archive.ask("wipe", "--now") == {"wiped": 0}


def test_without_now_it_asks(archive):
    assert archive.run("wipe").code == 2
    with archive.talk("wipe") as talk:
        talk.expect("Go on? [y/N]").type("n")
        assert talk.end() == 2
    assert archive.ask("check")["ok"]
    assert archive.run("wipe", "--yes").code == 0
    assert archive.run("check").code == 12
