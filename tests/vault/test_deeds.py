"""Entries that hold no record: their bytes, and that nothing half-understood destroys anything."""

from __future__ import annotations

import pytest

from archive.records.kinds import Consent, Identity, Name, Person
from archive.seal import canonical
from archive.vault.deeds import Keep, Moved, Shred, Tomb
from archive.vault.entry import Draft, read_line, write_line
from archive.vault.truth import Truth

ONE, TWO, ID, SALT = "1" * 64, "2" * 64, "a" * 32, bytes(16)
LINES = {
    Tomb(id=ID, parents=(ONE,)): b'{"id":"%s","parents":["%s"],"salt":"%s","t":"tomb","v":1}',
    Moved(source=ONE, target=TWO): b'{"from":"%s","salt":"%s","t":"moved","to":"%s","v":1}',
    Shred(entries=(ONE,), files=(), why="court"): b'{"entries":["%s"],"files":[],"salt":"%s","t":"shred","v":1,"why":"court"}',  # noqa: E501
    Keep(shreds=(ONE,)): b'{"salt":"%s","shreds":["%s"],"t":"keep","v":1}',
}  # fmt: skip
FILLED = {
    "tomb": (ID, ONE, SALT.hex()), "moved": (ONE, SALT.hex(), TWO),
    "shred": (ONE, SALT.hex()), "keep": (SALT.hex(), ONE),
}  # fmt: skip


@pytest.mark.parametrize("deed", LINES, ids=lambda deed: type(deed).__name__)
def test_a_deed_has_exactly_these_bytes(deed):
    """And reads back as what it was."""
    line = write_line(deed, SALT)
    name = str(deed.__struct_config__.tag)
    assert line == LINES[deed] % tuple(word.encode() for word in FILLED[name])
    read = read_line(line)
    assert (read.deed, read.record) == (deed, None)
    assert read.parents == ((ONE,) if isinstance(deed, Tomb) else ())


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"more": 1}, {"salt": "x"}, {"salt": None}, {"entries": []}, {"entries": ["g" * 64]}, {"files": None}],
    ids=str,
)
def test_a_deed_that_is_not_understood_has_no_effect(change):
    """It is kept, as an entry of a newer program is."""
    value = canonical.decode_object(write_line(Shred(entries=(ONE,), files=(TWO,)), SALT))
    entry = read_line(canonical.encode({**value, **change}))
    assert (entry.deed, entry.record, entry.parents) == (None, None, ())


def test_a_record_in_the_bin_does_not_leave_but_still_hides(place):
    """Its tombstone is a state of the record: an entry after it brings it back, one beside it does not."""
    name = (Name(language="uk", given="Олена"),)
    record = Identity(id=ID, created="2026-11-22T10:05Z", entered_by="d" * 64, person="b" * 32, names=name)
    put = place.write(Draft(record)).entries[0]
    tomb = place.write(Tomb(id=ID, parents=(put.hash,))).entries[0]
    truth = Truth.of(place.open().segments(()))
    assert (list(truth.all(Identity)), list(truth.ever(Identity))) == ([], [record])
    place.write(Draft(record, (put.hash,)))  # somebody edits it meanwhile
    assert list(Truth.of(place.open().segments(())).all(Identity)) == []
    heads = [tip.hash for tip in place.entries() if tip.hash not in {put.hash}]
    place.write(Draft(record, tuple(heads)))
    assert list(Truth.of(place.open().segments(())).all(Identity)) == [record]
    assert tomb.hash in heads


def test_a_tombstone_buries_only_its_own_record(place):
    """Naming another record's entry takes nothing away from it."""
    put = place.add("stays").entries[0]
    place.write(Tomb(id=ID, parents=(put.hash,)))
    assert place.titles() == ["stays"]
    assert [entry.hash for heads in Truth.of(place.open().segments(())).heads.values() for entry in heads] == [put.hash]


def test_in_the_bin_a_yes_goes_and_a_no_stays(place):
    """Nobody agrees to anything by way of the bin: not by throwing a withdrawal away, nor a person."""
    common = {"created": "2026-11-22T10:05Z", "entered_by": "d" * 64}
    said = {"given_by": "self", "method": "written", "given_at": "2026-11-22", "person": ID}
    granted = Consent(id="1" * 32, purposes=("keep",), **said, **common)
    withdrawn = Consent(id="2" * 32, withdraws=("keep",), **said, **common)
    person = Person(id=ID, pseudonym="Heron", cases=("c" * 32,), **common)
    no = place.write(Draft(person), Draft(granted), Draft(withdrawn)).entries[2]
    place.write(Tomb(id=withdrawn.id, parents=(no.hash,)))
    people = Truth.of(place.open().segments(())).people()
    assert [one.withdraws for one in people.consents[ID]] == [(), ("keep",)]
    yes, who = (entry for entry in place.entries() if entry.record in (granted, person))
    place.write(*(Tomb(id=entry.record.id, parents=(entry.hash,)) for entry in (yes, who)))
    people = Truth.of(place.open().segments(())).people()
    assert not any(one.purposes for one in people.consents[ID])
    assert people.of_case("c" * 32) == (ID,)
