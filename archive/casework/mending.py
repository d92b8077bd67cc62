"""Changing one's mind: edits, the last thing taken back, the bin, and two states of a record joined again.

Nothing is ever overwritten: each of these is a new entry whose parents are the states that it replaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from msgspec import structs

from archive.casework import naming
from archive.casework.making import Reading
from archive.desk import Desk
from archive.errors import ArchiveError, NotFoundError, UsageError
from archive.index.history import Tip
from archive.records import fields, forms, kinds
from archive.records.answers_upkeep import BinAnswer, BinLine, Changed, StateLine, StatesAnswer, UndoAnswer
from archive.records.kinds import AnyRecord, Filed
from archive.records.said import field_named
from archive.speech import tr
from archive.vault.deeds import Deed, Tomb
from archive.vault.entry import Draft, Entry

BIN_DAYS = 30  # in which what is in the bin is not destroyed by emptying it
_LASTING = (kinds.Consent, kinds.Custody, kinds.Dossier, kinds.Collective, kinds.Member)
_STAYING = (kinds.Dossier, kinds.Collective, kinds.Member)
_SEALED_APART = (kinds.Identity, kinds.CaptureFacts, kinds.Unfinished)
_NEVER_SET = frozenset({"scrub", "person", "merged_into", "item"})


# --- edit ---


def edit(desk: Desk, ref: str, said: Mapping[str, str]) -> Changed:
    """A new state of a record with some fields set; an empty value takes a field away. UsageError names the field."""
    ident = desk.resolve(ref)
    states = _tips(desk, ident)
    if len(states) > 1:
        raise UsageError(
            tr("This record has two states that were made apart."),
            tr("Join them first: archive resolve {ref}", ref=ref),
        )
    before = states[0].entry
    if before.record is None or isinstance(before.record, (*_LASTING, *_SEALED_APART)):
        raise UsageError(tr("This kind of record is not edited."), tr("It stays as it was said; add another one."))
    if not said:
        raise UsageError(tr("There is nothing to change."), tr("Say what: archive edit REF --set FIELD=VALUE"))
    reading, known = Reading(desk), type(before.record).__struct_fields__
    said = {field_named(name, known): value for name, value in said.items()}
    read = {name: _value(reading, before.record, name, value) for name, value in said.items()}
    told = {**msgspec.to_builtins(before.record), **read, "modified": desk.minute()}
    record = forms.whole(type(before.record), {name: value for name, value in told.items() if value is not None})
    desk.save(Draft(record, (before.hash,), before.attachments, before.line))
    notes = (*reading.notes, *naming.notes(desk, record))
    return Changed(ref=desk.index.ref(ident), changed=tuple(said), note=" ".join(notes) or None)


def _value(reading: Reading, record: AnyRecord, name: str, value: str) -> object:
    """What was typed, as the field keeps it; None takes it away."""
    hint = fields.hint_of(type(record), name)
    if name in _NEVER_SET:
        raise UsageError(tr("{name} is not set by hand.", name=name), tr("It is what the record was made of."))
    if not value:
        return None
    return fields.settle(type(record), {name: fields.typed(hint, value)}, reading.leaf)[name]


# --- undo ---


def undo(desk: Desk) -> UndoAnswer:
    """Take the last thing back that this device did: what was new goes to the bin, what was changed is as before."""
    done = [tip for tip in desk.index.last_of(desk.journal.identity.device, desk.collective) if tip.kind != "custody"]
    if not done:
        raise NotFoundError(tr("There is nothing of yours to take back here."), tr("See what was done: archive log"))
    lines = tuple(_told(desk, tip) for tip in done)
    desk.save(*(_backwards(desk, tip) for tip in done))
    return UndoAnswer(at=done[0].at, changed=lines)


def _told(desk: Desk, tip: Tip) -> Changed:
    """What taking an entry back comes to; ArchiveError if it has to stay."""
    if tip.record is None or isinstance(tip.entry.record, _STAYING) or _takes_back(tip.entry.record):
        raise ArchiveError(tr("The last thing done here cannot be taken back."), tr("See what it was: archive log"))
    ref = desk.index.ref(tip.record)
    if [one.entry.hash for one in _tips(desk, tip.record)] != [tip.entry.hash]:
        raise ArchiveError(tr("{ref} was changed again since.", ref=ref), tr("See: archive log {ref}", ref=ref))
    if not tip.entry.parents:
        return Changed(ref=ref, changed=(tr("in the bin"),))
    before = _before(desk, tip)
    if len(before) != 1 or len(tip.entry.parents) != 1:
        raise ArchiveError(
            tr("What {ref} was before cannot be brought back.", ref=ref), tr("Change it: archive edit {ref}", ref=ref)
        )
    return Changed(ref=ref, changed=(tr("in the bin again") if before[0].deed else tr("as it was before"),))


def _backwards(desk: Desk, tip: Tip) -> Draft | Deed:
    """The entry that takes one back."""
    before = _before(desk, tip)
    if not before or before[0].deed is not None:
        return Tomb(id=str(tip.record), parents=(tip.entry.hash,))
    return _again(desk, before[0], (tip.entry.hash,))


def _before(desk: Desk, tip: Tip) -> list[Entry]:
    """The states that an entry replaced, as far as they are here."""
    states = desk.index.states(str(tip.record), desk.collective)
    found = {one.entry.hash: one.entry for one in states if one.entry.hash in tip.entry.parents}
    return list(found.values())


def _takes_back(record: AnyRecord | None) -> bool:
    return isinstance(record, kinds.Consent) and bool(record.withdraws)


def _again(desk: Desk, state: Entry, parents: tuple[str, ...]) -> Draft:
    """A state of a record once more, in place of what came after it."""
    if state.record is None:
        raise ArchiveError(tr("A newer version of the program made this."), tr("Update first: nothing was written."))
    return Draft(structs.replace(state.record, modified=desk.minute()), parents, state.attachments, state.line)


# --- the bin ---


def to_be_binned(desk: Desk, refs: Sequence[str]) -> tuple[str, ...]:
    """The ids of what would go: a case takes its files along, an act its roles. ArchiveError for what has to stay."""
    found: dict[str, None] = {}
    for ref in refs:
        ident = desk.resolve(ref)
        record = desk.record(ident)
        if isinstance(record, _LASTING):
            raise ArchiveError(
                tr(
                    "{ref} is not to be thrown away: it says what was agreed, done or given out.",
                    ref=desk.index.ref(ident),
                ),
                tr("What was agreed to is taken back with: archive consent withdraw"),
            )
        if isinstance(record, kinds.Identity):
            raise ArchiveError(
                tr("Names are not put into the bin: they are what hides themselves in texts."),
                tr("To destroy them: archive shred PERSON --names"),
            )
        found[ident] = None
        if isinstance(record, kinds.Case):
            found |= {one.record.id: None for one in desk.index.of_case(ident) if isinstance(one.record, Filed)}
        if isinstance(record, kinds.Act):
            found |= {one.record.id: None for one in desk.index.linked(ident, "act", desk.collective)}
    return tuple(found)


def to_bin(desk: Desk, idents: Sequence[str]) -> BinAnswer:
    """Put records into the bin; they leave lists, search and dossiers at once, and are kept."""
    parents = {ident: tuple(tip.entry.hash for tip in _tips(desk, ident)) for ident in idents}
    desk.save(*(Tomb(id=ident, parents=heads) for ident, heads in parents.items()))
    return list_bin(desk, idents)


def list_bin(desk: Desk, only: Collection[str] | None = None) -> BinAnswer:
    """What is in the bin, oldest first; of some records, if said which."""
    tombs = {tip.record: tip for tip in desk.index.binned(desk.collective) if tip.record is not None}
    wanted = (tip for ident, tip in tombs.items() if only is None or ident in only)
    return BinAnswer(records=tuple(line for tip in wanted for line in _bin_lines(desk, tip)))


def _bin_lines(desk: Desk, tomb: Tip) -> Iterator[BinLine]:
    """One line, or none while nothing but the tombstone is here."""
    state = _last_state(desk, tomb)
    if state is not None and state.record is not None:
        until = date.fromisoformat(tomb.at[:10]) + timedelta(days=BIN_DAYS)
        yield BinLine(
            ref=desk.index.ref(state.record.id),
            kind=str(state.record.__struct_config__.tag),
            title=shown(state.record),
            since=tomb.at,
            until=until.isoformat(),
        )


def restore(desk: Desk, ref: str) -> BinAnswer:
    """Bring a record back, and with a case the files that are in the bin."""
    ident = desk.index.resolve(ref, binned=True)
    tombs = {tip.record: tip for tip in desk.index.binned(desk.collective)}
    if ident not in tombs:
        raise NotFoundError(tr("This is not in the bin."), tr("See what is: archive rm --list"))
    states = {record: state for record, tip in tombs.items() if record and (state := _last_state(desk, tip))}
    wanted = [one for one, state in states.items() if one == ident or (state.record and state.record.case == ident)]
    if ident not in wanted:
        raise NotFoundError(tr("What was put into the bin is not here."), tr("Sync with the others and try again."))
    told = list_bin(desk, wanted)
    desk.save(*(_again(desk, states[one], tuple(tip.entry.hash for tip in _tips(desk, one))) for one in wanted))
    return told


def _last_state(desk: Desk, tomb: Tip) -> Entry | None:
    """The record as it was before the tombstone; of several states the one changed last."""
    before = [one for one in _before(desk, tomb) if one.record is not None]
    return max(before, key=lambda one: (_changed(one), one.hash), default=None)


def _changed(entry: Entry) -> str:
    return (entry.record.modified or entry.record.created) if entry.record is not None else ""


# --- two states ---


def states(desk: Desk, ref: str) -> StatesAnswer:
    """The states that a record has, each with what it says differently from the others."""
    ident = desk.index.resolve(ref, binned=True)
    tips = _tips(desk, ident)
    fields = [_fields(tip) for tip in tips]
    differing = [
        name
        for name in dict.fromkeys(name for told in fields for name in told)
        if any(told.get(name) != fields[0].get(name) for told in fields)
    ]
    lines = (
        StateLine(
            number=number,
            at=tip.at,
            device=tip.device,
            binned=tip.kind == "tomb",
            differs={name: told[name] for name in differing if name in told},
        )
        for number, (tip, told) in enumerate(zip(tips, fields, strict=True), 1)
    )
    return StatesAnswer(ref=desk.index.ref(ident), states=tuple(lines))


def resolve(desk: Desk, ref: str, take: int) -> Changed:
    """Go on with one of a record's states; the others stay in its history."""
    ident = desk.index.resolve(ref, binned=True)
    tips = _tips(desk, ident)
    if len(tips) < 2:
        raise UsageError(
            tr("This record has one state only: there is nothing to join."), tr("Read it: archive show {ref}", ref=ref)
        )
    if not 1 <= take <= len(tips):
        raise UsageError(
            tr("There are {tips} states.", tips=len(tips)), tr("Take one: archive resolve {ref} --take 1", ref=ref)
        )
    parents = tuple(tip.entry.hash for tip in tips)
    chosen = tips[take - 1]
    told = Changed(ref=desk.index.ref(ident), changed=(tr("state {take} of {tips} holds", take=take, tips=len(tips)),))
    desk.save(Tomb(id=ident, parents=parents) if chosen.kind == "tomb" else _again(desk, chosen.entry, parents))
    return told


def _fields(tip: Tip) -> dict[str, object]:
    """What a state says, and the files it has."""
    if tip.entry.record is None:
        return {}
    told: dict[str, object] = msgspec.to_builtins(tip.entry.record)
    told.pop("modified", None)
    return told | {"files": [file.name or file.role for file in tip.entry.attachments]}


# --- common ---


def shown(record: AnyRecord) -> str | None:
    """What a record is called in lists: a pseudonym or a title, never a name."""
    return record.pseudonym if isinstance(record, kinds.Person) else record.title


def _tips(desk: Desk, ident: str) -> tuple[Tip, ...]:
    """Every head of a record, tombstones too, in an order that is the same everywhere."""
    return tuple(sorted(desk.index.tips(ident, desk.collective), key=lambda tip: (tip.at, tip.entry.hash)))
