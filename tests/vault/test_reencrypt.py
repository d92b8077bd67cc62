"""Encrypting anew: everything is readable at every moment, and an old key opens nothing any more."""

from __future__ import annotations

import os
import shutil

import pytest

from archive.errors import DamagedError
from archive.seal import age
from archive.vault import reencrypt
from archive.vault.check import check
from archive.vault.reencrypt import Old


def filled(place):
    """Records with files, one of them empty; and what they say."""
    place.add("one", b"first letter", b"")
    place.add("two", os.urandom(200_000))
    place.add("three")
    return place


def follow(journal):
    """As the desk does: which file went where, as told by the journal."""
    list(journal.segments(()))
    moves = journal.deeds.moves
    journal.moved_to = lambda name: moves.get(name, ())
    return [(source, target) for source, targets in list(moves.items()) for target in targets]


def contents(place, state=None):
    """Titles and the bytes of all files, as a device sees them."""
    journal = place.open(state)
    follow(journal)
    files = [file for segment in journal.segments(()) for entry in segment.entries for file in entry.attachments]
    return sorted(set(place.titles(journal))), sorted({b"".join(journal.open_object(file)) for file in files})


def to_do(journal):
    """What the current epoch does not open."""
    return reencrypt.under_other_keys(journal, reencrypt.stored(journal), journal.secrets[journal.epoch.id])


def moved(journal, place, files):
    written = reencrypt.move(journal, files, place.now)
    follow(journal)
    return [(entry.deed.source, entry.deed.target) for entry in written.entries]


def whole(place):
    journal = place.open()
    secret = journal.secrets[journal.epoch.id]
    journal.rotate(place.now)
    return journal, secret


def test_afterwards_the_old_key_opens_nothing(place):
    """And everything is there as before, in the archive and the mirror."""
    before = contents(filled(place))
    journal, old = whole(place)
    files = to_do(journal)
    assert {one.area for one in files} == {"journal", "objects"}
    assert len(files) == 3 + 3
    gone = reencrypt.settle(journal, moved(journal, place, files))
    assert gone == {one.name for one in files}
    for root in (place.store.root, place.state.mirror.root):
        stored = [
            path for path in root.rglob("*") if len(path.name) == 64 and path.is_file() and path.parent.name != "keys"
        ]
        assert stored
        for path in stored:
            with pytest.raises(age.NoMatchError):
                age.decrypt_bytes(path.read_bytes(), [old])
    assert contents(place) == before
    assert to_do(place.open()) == ()
    assert check(place.store, [journal], read_data=True).problems == ()
    place.add("goes on")
    assert place.open().problems == []
    assert place.temporary() == []


@pytest.mark.parametrize("step", ["copied", "told", "half dropped"])
def test_broken_off_anywhere_everything_is_readable_and_the_rest_is_found(place, step, monkeypatch):
    """Twice by turns: nothing is lost, and the second run ends it."""
    before = contents(filled(place))
    journal, _ = whole(place)
    files = to_do(journal)
    with monkeypatch.context() as patched:
        if step == "copied":
            patched.setattr(type(journal), "write", _killed)
            with pytest.raises(KeyboardInterrupt):
                reencrypt.move(journal, files, place.now)
        else:
            moves = moved(journal, place, files[:4])
            if step == "half dropped":
                patched.setattr(type(journal.holdings.state.mirror), "remove", _killed)
                with pytest.raises(KeyboardInterrupt):
                    reencrypt.settle(journal, moves)
    assert contents(place) == before
    journal = place.open()
    reencrypt.settle(journal, reencrypt.waiting(journal, follow(journal)))
    rest = to_do(journal)
    if rest:
        reencrypt.settle(journal, moved(journal, place, rest))
    assert contents(place) == before
    assert to_do(journal) == ()
    assert place.temporary() == []


def _killed(*_):
    raise KeyboardInterrupt


def test_another_device_drops_only_what_it_has_verified_itself(place):
    """A file that others took away before it saw its copy is put back; after that it goes here too."""
    before = contents(filled(place))
    laptop = place.elsewhere("laptop")
    assert contents(place, laptop) == before
    journal, _ = whole(place)
    files = to_do(journal)
    moves = moved(journal, place, files)
    away = place.store.root.parent / "away"
    away.mkdir()
    hidden = place.store.path(place.collective, "journal", dict(moves)[files[0].name])
    shutil.move(hidden, away)  # has not arrived yet
    other = place.open(laptop)
    gone = reencrypt.settle(other, follow(other))
    assert gone == {one.name for one in files} - {files[0].name}
    shutil.move(away / hidden.name, hidden)
    other = place.open(laptop)
    assert reencrypt.settle(other, reencrypt.waiting(other, follow(other))) == {files[0].name}
    assert contents(place, laptop) == contents(place) == before
    assert place.open(laptop).problems == []


@pytest.mark.parametrize("area", ["journal", "objects"])
def test_a_move_to_something_else_drops_nothing(place, area):
    """Whoever says that a file moved has to have moved it."""
    filled(place)
    journal = place.open()
    files = [one for one in reencrypt.stored(journal) if one.area == area]
    moves = [(one.name, other.name) for one in files for other in files if one != other]
    assert moves
    assert reencrypt.settle(journal, [*moves, (files[0].name, "0" * 64)]) == frozenset()
    assert len(reencrypt.stored(place.open())) == 6


def test_a_damaged_file_is_not_copied(place):
    """It stays for whoever can mend it, and the others go on."""
    filled(place)
    journal, _ = whole(place)
    files = to_do(journal)
    largest = max(files, key=lambda one: one.size)
    path = place.store.path(place.collective, "objects", largest.name)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    place.overwrite(path, bytes(data))
    assert len(moved(journal, place, files)) == len(files) - 1
    with pytest.raises(DamagedError):
        list(reencrypt._whole(journal, largest))


def test_portions_are_bounded_by_size_and_number():
    """Ctrl-C costs one of them at most."""
    small = [Old("journal", f"{number:064}", 4096) for number in range(1200)]
    assert [len(one) for one in reencrypt.portions(small)] == [500, 500, 200]
    large = [Old("objects", f"{number:064}", 40 * 2**20) for number in range(3)]
    assert [len(one) for one in reencrypt.portions(large)] == [1, 1, 1]
    assert list(reencrypt.portions([])) == []
