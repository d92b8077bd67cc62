"""Destroying the means to open this copy: fast, and nothing that is not ours."""

from __future__ import annotations

import os
import time

from archive.vault import wiping
from archive.vault.state import old_identity


def test_the_key_and_the_state_go_and_the_archive_stays(place):
    """Also what the passphrase of before opened; other files beside it are left alone."""
    place.add("one", b"letter")
    identity = place.state.identity
    for path in (identity, old_identity(identity), place.state.root / "notes.txt"):
        path.write_bytes(b"keystore")
        path.chmod(0o400)
    before = place.files()
    assert wiping.wipe(identity, place.state.root, os.urandom) == 3
    assert [path.name for path in place.state.root.iterdir()] == ["notes.txt"]
    assert place.files() == before
    assert wiping.wipe(identity, place.state.root, os.urandom) == 0


def test_the_keystore_is_overwritten_before_its_name_goes(place):
    """Whoever holds the file open sees nothing of it any more."""
    identity = place.state.identity
    identity.write_bytes(b"keystore" * 20)
    with identity.open("rb") as held:
        wiping.wipe(identity, place.state.root, os.urandom)
        held.seek(0)
        after = held.read()
    assert len(after) == 160 and b"keystore" not in after


def test_a_link_is_taken_away_and_not_followed(place):
    other = place.state.root / "other"
    other.write_bytes(b"somebody's")
    place.state.identity.symlink_to(other)
    wiping.wipe(place.state.identity, place.state.root, os.urandom)
    assert other.read_bytes() == b"somebody's"
    assert not os.path.lexists(place.state.identity)


def test_a_large_state_goes_in_less_than_a_second(place):
    """Ten thousand files of the mirror; a second of work, however busy the machine is."""
    for fan in range(100):
        folder = place.state.mirror.root / "journal" / f"{fan:02x}"
        folder.mkdir(parents=True)
        for number in range(100):
            (folder / f"{number}").touch()
    began = time.process_time()
    wiping.wipe(place.state.identity, place.state.root, os.urandom)
    assert time.process_time() - began < 1
