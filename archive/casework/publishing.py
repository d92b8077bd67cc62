"""A dossier leaves: gate, redaction, bag, leak check; nothing laborious comes before a refusal.

Who agreed and which names are to be hidden is read from the journal itself. The bag gets its name only after the leak
check found nothing and the journal holds a record of it, so that a withdrawal finds every dossier that ever left.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, json, structs, to_builtins

from archive.bundle import bag, dossier, leaks
from archive.bundle.compose import Composed, Hiding, Leaving, Random, compose
from archive.bundle.content import pseudonyms
from archive.bundle.labels import labels
from archive.bundle.template import Template, gaps
from archive.bundle.template import load as load_template
from archive.bundle.verify import verify as verify_bag
from archive.casework.reading import full_text
from archive.desk import Desk
from archive.errors import NotFoundError, PartlyWithheldError, WithheldError
from archive.index.searching import Query
from archive.records import gate, kinds
from archive.records.answers import ExportAnswer, Gap, VerifyAnswer, WithheldAnswer
from archive.records.gate import Need, People, Reason
from archive.records.kinds import Filed
from archive.records.wording import count
from archive.redact import profile
from archive.redact.matcher import Matcher
from archive.redact.profile import Profile
from archive.vault.entry import Draft, Entry
from archive.vault.truth import Truth

PAGE = 500  # hits of a search asked for at once


class Asked(Struct, frozen=True):
    """What somebody wants to publish: cases or records by reference, or all on a person, or all that a search finds.

    ``reviewed``: somebody read every text, and what capitalised words are left in it name nobody. ``target`` is where
    to; None says what would happen and writes nothing.
    """

    refs: tuple[str, ...]
    person: str | None
    query: str | None
    template: str
    profile: str | None
    language: str
    reviewed: bool
    partial: bool
    target: Path | None


class Judged(Struct, frozen=True):
    """The records asked for: those that may leave, and those that stay in, each with every reason."""

    cases: tuple[kinds.Case, ...]
    leaving: tuple[Entry, ...]
    withheld: tuple[tuple[str, tuple[Reason, ...]], ...]
    people: People


class Plan(Struct, frozen=True):
    """All that is decided before anything laborious is done."""

    template: Template
    profile: Profile
    truth: Truth
    judged: Judged
    withheld: tuple[WithheldAnswer, ...]
    pseudonyms: dict[str, str]

    @property
    def names(self) -> tuple[kinds.Identity, ...]:
        """The identities of everybody in the collective, whoever the dossier is about."""
        return tuple(self.truth.ever(kinds.Identity))

    @property
    def masks(self) -> tuple[str, ...]:
        """Words to hide that belong to no person."""
        return tuple(mask for case in self.truth.ever(kinds.Case) for mask in case.masks)


def publish(desk: Desk, asked: Asked) -> ExportAnswer:
    """Make the dossier, or say what it would be.

    WithheldError when something must stay in and ``partial`` was not said, or when nothing may leave; LeakError when
    the finished bag still shows what was to be hidden (it is destroyed then).
    """
    plan = _plan(desk, asked)
    if asked.target is not None:
        _refuse(desk, plan, partial=asked.partial)
    first = _compose(desk, plan, asked.language, reviewed=asked.reviewed)
    plan = structs.replace(plan, pseudonyms=_only_shown(first, plan.pseudonyms, desk.random))
    composed = _compose(desk, plan, asked.language, reviewed=asked.reviewed)
    if asked.target is not None:
        _seal(desk, plan, composed, asked.target)
    return _answer(desk, plan, composed, asked.target)


def verify(path: Path) -> VerifyAnswer:
    """Check a bundle, ours or anybody's."""
    verdict = verify_bag(path)
    problems = tuple(f"{found.path}: {found.problem}" if found.path else found.problem for found in verdict.problems)
    return VerifyAnswer(ok=verdict.ok, problems=problems, signed_by=verdict.signed_by)


def _plan(desk: Desk, asked: Asked) -> Plan:
    wanted = load_template(asked.template)
    truth = desk.truth()
    judged = _judge(desk, truth, asked, Need(purposes=wanted.purposes))
    return Plan(
        template=wanted,
        profile=profile.shipped(asked.profile or wanted.profile),
        truth=truth,
        judged=judged,
        withheld=tuple(_withheld(desk, ident, reasons) for ident, reasons in judged.withheld),
        pseudonyms=pseudonyms(judged.people.persons, desk.random),
    )


def _judge(desk: Desk, truth: Truth, asked: Asked, need: Need) -> Judged:
    """Every record asked for, judged by the gate in each of its heads."""
    people, today = truth.people(), desk.today()
    chosen = _chosen(desk, truth, asked)
    leaving, withheld = [], []
    for ident in chosen:
        heads = truth.heads[ident]
        reasons = [
            reason
            for head in heads
            if isinstance(head.record, Filed)
            for reason in _reasons(head.record, truth, people, need, today)
        ]
        if reasons:
            withheld.append((ident, tuple(dict.fromkeys(reasons))))
        else:
            leaving.append(heads[0])
    cases = [
        case
        for case in truth.all(kinds.Case)
        if case.id in _cases_of(chosen, truth) and not gate.judge_case(case.id, people, need, today)
    ]
    return Judged(cases=tuple(cases), leaving=tuple(leaving), withheld=tuple(withheld), people=people)


def _reasons(record: Filed, truth: Truth, people: People, need: Need, today: str) -> Iterator[Reason]:
    """Why one state of a record stays in.

    If it names nobody, those of every case that it was ever in are asked: moving it must not be a way out. Whatever it
    translates or writes down is judged as well.
    """
    cases: Sequence[str | None] = sorted(truth.cases.get(record.id, frozenset())) or [None]
    for case in cases:
        yield from gate.judge(structs.replace(record, case=case), people, need, today)
    for original in _originals(record, truth):
        yield from gate.judge_original(original, people, need, today)


def _originals(record: Filed, truth: Truth) -> Iterator[Filed]:
    """All states of what a record was made from, of what that was made from, and so on; in the bin or not."""
    seen, waiting = {record.id}, [record.translation_of, record.transcript_of]
    while waiting:
        ident = waiting.pop()
        if ident is None or ident in seen:
            continue
        seen.add(ident)
        for entry in (*truth.heads.get(ident, ()), *truth.binned.get(ident, ())):
            if isinstance(entry.record, Filed):
                yield entry.record
                waiting += [entry.record.translation_of, entry.record.transcript_of]


def _chosen(desk: Desk, truth: Truth, asked: Asked) -> tuple[str, ...]:
    """The ids of the filed records asked for; NotFoundError if there are none."""
    wanted = {desk.resolve(ref) for ref in asked.refs}
    person = desk.resolve(asked.person, "person") if asked.person else None
    if asked.query:
        wanted |= set(_found(desk, asked.query))
    chosen = tuple(
        record.id
        for record in _filed(truth)
        if record.id in wanted or record.case in wanted or (person is not None and person in record.about)
    )
    if not chosen:
        raise NotFoundError(
            "There is nothing here to export.", "Name a case that holds records, or a person whom records are about."
        )
    return tuple(dict.fromkeys(chosen))


def _found(desk: Desk, text: str) -> Iterator[str]:
    """The ids of all that a search finds, page by page."""
    passed = 0
    while hits := desk.index.search(
        Query(text=text, collective=desk.collective, sort="added", limit=PAGE, offset=passed)
    ).hits:
        yield from (hit.id for hit in hits)
        passed += len(hits)


def _filed(truth: Truth) -> Iterator[Filed]:
    yield from truth.all(kinds.Testimony)
    yield from truth.all(kinds.Photo)
    yield from truth.all(kinds.Document)


def _cases_of(chosen: Sequence[str], truth: Truth) -> set[str | None]:
    return {record.case for record in _filed(truth) if record.id in chosen}


def _withheld(desk: Desk, ident: str, reasons: Sequence[Reason]) -> WithheldAnswer:
    sentences = (reason.sentence(desk.index.ref(reason.person) if reason.person else None) for reason in reasons)
    return WithheldAnswer(ref=desk.index.ref(ident), reason="; ".join(sentences))


def _mending(desk: Desk, judged: Judged) -> str:
    """What to do about the first reason."""
    first = judged.withheld[0][1][0]
    ref = desk.index.ref(first.person) if first.person else ""
    if first.why == "withdrawn":
        return "They said no: leave it at that."
    if first.why in ("not-asked", "expired", "risks-not-explained"):
        return f"Ask, then: archive consent record {ref}."
    if first.why == "unnamed":
        return f"Seal the name: archive person name {ref}."
    if first.why == "nobody-named":
        return "Say whom it is about: archive edit REF --set about=PERSON."
    return "It cannot leave by this template."


def _refuse(desk: Desk, plan: Plan, *, partial: bool) -> None:
    """Nothing laborious before a refusal: all that stays in is known by now."""
    judged, details = plan.judged, {"withheld": [to_builtins(stays) for stays in plan.withheld]}
    if not judged.leaving:
        raise WithheldError(
            f"None of {count(len(judged.withheld), 'record')} may leave: {plan.withheld[0].reason}.",
            f"{_mending(desk, judged)} See every reason: --dry-run.",
            details=details,
        )
    if judged.withheld and not partial:
        total = len(judged.withheld) + len(judged.leaving)
        raise PartlyWithheldError(
            f"{len(judged.withheld)} of {total} records stay out: {plan.withheld[0].reason}.",
            f"{_mending(desk, judged)} Or export the other {len(judged.leaving)}: --partial",
            details=details,
            reasons=[f"{stays.ref}, {stays.reason}" for stays in plan.withheld],
        )


def _compose(desk: Desk, plan: Plan, language: str, *, reviewed: bool) -> Composed:
    hiding = Hiding(Matcher(plan.names, plan.masks, wide=True), plan.profile, plan.pseudonyms, reviewed=reviewed)
    return compose(
        plan.template,
        language,
        plan.judged.cases,
        [_leaving(desk, entry, plan.judged.people) for entry in plan.judged.leaving],
        [reason.why for _, reasons in plan.judged.withheld for reason in reasons],
        hiding,
        labels(language).dossier,
        plan.profile.name,
        desk.random,
    )


def _only_shown(composed: Composed, called: Mapping[str, str], random: Random) -> dict[str, str]:
    """Designations for those alone who appear: a high number would tell how many people the archive knows."""
    said = set(re.findall(r"P-\d+", json.encode(composed.dossier).decode()))
    return pseudonyms((person for person, name in called.items() if name in said), random)


def _leaving(desk: Desk, entry: Entry, people: People) -> Leaving:
    """A record with its text, or with the clean picture."""
    record = entry.record
    if not isinstance(record, Filed):
        raise TypeError(record.__class__.__name__)
    is_picture = record.scrub.media_type.startswith("image/")
    return Leaving(
        record=record,
        about=gate.subjects(record.about, record.case, people),
        file_name=entry.attachments[0].name,
        text=None if is_picture else full_text(desk, record, entry.attachments, desk.collective),
        picture=b"".join(desk.journal.open_object(entry.attachments[0])) if is_picture else None,
    )


def _seal(desk: Desk, plan: Plan, composed: Composed, target: Path) -> None:
    """Write the bag, open it again, look for everybody, note in the journal that it left; only then name it."""
    files = dossier.members(composed.dossier, plan.template, composed.pictures)
    seek = leaks.watch(plan.names, plan.masks, plan.pseudonyms, dossier.own(composed.dossier))

    def inspect(folder: Path) -> None:
        if found := leaks.look(folder, seek):
            refs = [desk.index.ref(ident) for ident in composed.records]
            people = {called: desk.index.ref(person) for person, called in plan.pseudonyms.items()}
            raise leaks.refusal(found, refs, people)
        desk.save(*_departure(desk, plan, folder))

    bag.write(target, files, inspect, desk.random)


def _departure(desk: Desk, plan: Plan, folder: Path) -> tuple[Draft, Draft]:
    """What the journal keeps of a dossier: enough to find it again, and who was called what in it."""
    included = tuple(entry.record.id for entry in plan.judged.leaving if entry.record)
    record = desk.new(
        kinds.Dossier,
        template=plan.template.name,
        profile=plan.profile.name,
        bundle_sha256=hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest(),
        included=included,
        withheld=tuple(
            kinds.Withheld(id=ident, why=", ".join(reason.why for reason in reasons))
            for ident, reasons in plan.judged.withheld
        ),
        pseudonyms=plan.pseudonyms,
    )
    event = desk.new(kinds.Custody, event="dissemination", concerns=(record.id, *included))
    return Draft(record), Draft(event)


def _answer(desk: Desk, plan: Plan, composed: Composed, target: Path | None) -> ExportAnswer:
    included = (entry.record.id for entry in plan.judged.leaving if entry.record)
    missing = gaps(plan.template, composed.dossier)
    return ExportAnswer(
        bundle=str(target) if target is not None else None,
        included=tuple(desk.index.ref(ident) for ident in included),
        withheld=plan.withheld,
        gaps=tuple(Gap(field=section, why="readers of this template expect it") for section in missing),
        redactions=composed.redactions,
    )
