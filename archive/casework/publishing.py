"""A dossier leaves: gate, redaction, bag, leak check; nothing laborious comes before a refusal.

Who agreed and which names are to be hidden is read from the journal itself. The bag gets its name only after the leak
check found nothing and the journal holds a record of it, so that a withdrawal finds every dossier that ever left.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, json, structs, to_builtins

from archive.bundle import dossier, leak_check
from archive.bundle.compose import Composed, Leaving, compose
from archive.bundle.content import Random, Use, pseudonyms
from archive.bundle.handover import Way, deliver
from archive.bundle.hiding import Finder, Hiding
from archive.bundle.labels import labels
from archive.bundle.template import Template, gaps
from archive.bundle.verify import verify as verify_bag
from archive.casework import reviewing
from archive.casework.cautions import cautions
from archive.casework.gathering import Gathered, gather
from archive.casework.judging import Choice, Judged, judge
from archive.casework.reading import full_text
from archive.desk import Desk
from archive.errors import NotFoundError, PartlyWithheldError, UnresolvedError, UsageError, WithheldError
from archive.records import consent, gate, kinds
from archive.records.answers import ExportAnswer, Gap, VerifyAnswer, WithheldAnswer
from archive.records.gate import Need, Reason
from archive.records.kinds import Filed
from archive.records.wording import count
from archive.redact.matcher import Matcher
from archive.redact.profile import Profile
from archive.vault.entry import Draft, Entry
from archive.vault.truth import Truth


class Asked(Struct, frozen=True):
    """What somebody wants to publish, and how.

    ``reviewed``: refuse while there are words nobody has decided about, instead of hiding them. ``target`` is where
    to; None says what would happen and writes nothing. ``recipient`` is the id of whom it is for, in the address book.
    ``written`` are parts of the dossier by name, ``cleared`` references of the exhibits whose content a strict profile
    may show.
    """

    choice: Choice
    template: Template
    profile: Profile
    language: str
    reviewed: bool
    partial: bool
    target: Path | None
    recipient: str | None = None
    way: Way = Way()
    written: Mapping[str, str] = {}
    cleared: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """All that is decided before anything laborious is done. ``why`` has each record that stays in, with reasons."""

    template: Template
    profile: Profile
    need: Need
    truth: Truth
    judged: Judged
    gathered: Gathered
    withheld: tuple[WithheldAnswer, ...]
    pseudonyms: dict[str, str]
    quotable: frozenset[str]  # ids of what may also be printed, where the template is for the press
    cleared: frozenset[str] | None  # ids of the records whose content is shown; None: of all

    @property
    def clear(self) -> frozenset[str]:
        """The ids of those who are called by their names somewhere in it."""
        return self.gathered.clear | ({self.need.person} if self.need.person else frozenset())

    @property
    def included(self) -> tuple[str, ...]:
        """The ids of all that leaves."""
        return (*(entry.record.id for entry in self.judged.leaving if entry.record), *self.gathered.included)

    @property
    def why(self) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
        """All that stays in, each with every reason."""
        return (*self.judged.withheld, *self.gathered.withheld)

    @property
    def names(self) -> tuple[kinds.Identity, ...]:
        """The identities of everybody in the collective, whoever the dossier is about."""
        return self.truth.identities()

    @property
    def masks(self) -> tuple[str, ...]:
        """Words to hide that belong to no person."""
        return self.truth.masks()


def publish(desk: Desk, asked: Asked) -> ExportAnswer:
    """Make the dossier, or say what it would be.

    WithheldError when something must stay in and ``partial`` was not said, or when nothing may leave; LeakError when
    the finished bag still shows what was to be hidden (it is destroyed then).
    """
    plan = _plan(desk, asked)
    if asked.target is not None:
        _refuse(desk, plan, partial=asked.partial)
    _only_a_contact(plan, asked.written.get("contact", ""))
    finder = Finder(Matcher(plan.names, plan.masks, wide=True), reviewing.cleared(plan.truth, _cases(plan)))
    first = _compose(desk, plan, asked, finder)
    if asked.reviewed and first.unknown:
        raise _unresolved(first.unknown, asked)
    plan = structs.replace(plan, pseudonyms=_only_shown(first, plan.pseudonyms, desk.random))
    composed = _compose(desk, plan, asked, finder)
    target = asked.way.name(asked.target) if asked.target is not None else None
    if target is not None:
        _seal(desk, plan, composed, target, asked)
    return _answer(desk, plan, composed, target, asked)


def recipient(desk: Desk, typed: str) -> kinds.Recipient:
    """Somebody of the address book, by reference or by the whole name; NotFoundError if there is none."""
    listed = [stored.record for stored in desk.index.listing("recipient", collective=desk.collective)]
    named = [record for record in listed if isinstance(record, kinds.Recipient) and record.name == typed]
    found = named[0] if len(named) == 1 else desk.record(desk.resolve(typed, "recipient"))
    if not isinstance(found, kinds.Recipient):
        raise NotFoundError("There is nobody of this name in the address book.", "See: archive recipient list")
    return found


def verify(path: Path, signer: str | None = None) -> VerifyAnswer:
    """Check a bundle, ours or anybody's; ``signer`` is the public key that has to have signed it."""
    verdict = verify_bag(path, signer)
    problems = tuple(f"{found.path}: {found.problem}" if found.path else found.problem for found in verdict.problems)
    return VerifyAnswer(ok=verdict.ok, problems=problems, signed_by=verdict.signed_by, stamped=verdict.stamped)


def _plan(desk: Desk, asked: Asked) -> Plan:
    _addressed(asked)
    truth = desk.truth()
    whose = desk.resolve(asked.choice.person, "person") if asked.choice.person else None
    need = structs.replace(asked.template.need, recipient=asked.recipient)
    if need.audience == "self":
        need = structs.replace(need, person=whose)
    judged = judge(desk, truth, asked.choice, need)
    cleared = frozenset(map(desk.resolve, asked.cleared))
    gathered = gather(desk, truth, asked.choice, judged, need, asked.template.tells, asked.profile, cleared)
    plan = Plan(
        template=asked.template,
        profile=asked.profile,
        need=need,
        truth=truth,
        judged=judged,
        gathered=gathered,
        withheld=tuple(_withheld(desk, ident, reasons) for ident, reasons in (*judged.withheld, *gathered.withheld)),
        pseudonyms=pseudonyms(judged.people.persons, desk.random),
        quotable=_quotable(desk, truth, asked),
        cleared=cleared if asked.profile.exhibits == "cleared" else None,
    )
    if not (plan.included or plan.why):
        raise NotFoundError(
            "There is nothing here to export.", "Name a case that holds records, or a person whom records are about."
        )
    return plan


def _addressed(asked: Asked) -> None:
    """What is for somebody named needs them; the name is known before anything is read."""
    if asked.recipient is None and not consent.NAMES_A_RECIPIENT.isdisjoint(asked.template.need.purposes):
        raise UsageError(
            f"The template {asked.template.name} is for somebody in the address book.",
            "Say for whom: --for NAME. See: archive recipient list",
        )
    if asked.template.need.audience == "self" and not asked.choice.person:
        raise UsageError("An own copy is about one person.", "Say whom: --person REF")


def _quotable(desk: Desk, truth: Truth, asked: Asked) -> frozenset[str]:
    """What of the records asked for anybody might be given as well."""
    if asked.template.need.audience != "press":
        return frozenset()
    open_to_all = judge(desk, truth, asked.choice, gate.NEEDS["public"])
    return frozenset(entry.record.id for entry in open_to_all.leaving if entry.record)


def _withheld(desk: Desk, ident: str, reasons: Sequence[Reason]) -> WithheldAnswer:
    sentences = (reason.sentence(desk.index.ref(reason.person) if reason.person else None) for reason in reasons)
    return WithheldAnswer(ref=desk.index.ref(ident), reason="; ".join(sentences))


def _mending(desk: Desk, plan: Plan) -> str:
    """What to do about the first reason."""
    ident, (first, *_) = plan.why[0]
    kept = desk.index.ref(ident)
    ref = desk.index.ref(first.person) if first.person else ""
    if first.why == "withdrawn":
        return "They said no: leave it at that."
    if first.why in ("not-asked", "expired", "risks-not-explained"):
        return f"Ask, then: archive consent record {ref}."
    if first.why == "unnamed":
        return f"Seal the name: archive person name {ref}."
    if first.why == "nobody-named":
        return "Say whom it is about: archive edit REF --set about=PERSON."
    if first.why == "unchecked-text":
        return f"Read its text beside it; if both say the same: archive edit {kept} --set text_source=checked."
    return "It cannot leave by this template."


def _refuse(desk: Desk, plan: Plan, *, partial: bool) -> None:
    """Nothing laborious before a refusal: all that stays in is known by now."""
    stays, leaves = len(plan.why), len(plan.included)
    details = {"withheld": [to_builtins(one) for one in plan.withheld]}
    if not leaves:
        raise WithheldError(
            f"None of {count(stays, 'record')} may leave: {plan.withheld[0].reason}.",
            f"{_mending(desk, plan)} See every reason: --dry-run.",
            details=details,
        )
    if stays and not partial:
        raise PartlyWithheldError(
            f"{stays} of {stays + leaves} records stay out: {plan.withheld[0].reason}.",
            f"{_mending(desk, plan)} Or export the other {leaves}: --partial",
            details=details,
            reasons=[f"{one.ref}, {one.reason}" for one in plan.withheld],
        )


def _unresolved(words: int, asked: Asked) -> UnresolvedError:
    ref = next(iter(asked.choice.refs), "REF")
    return UnresolvedError(
        f"No dossier: {count(words, 'word')} with a capital may be names, and nobody has decided about them.",
        f"Go through them: archive redact {ref}. Without --reviewed they are hidden.",
    )


def _only_a_contact(plan: Plan, contact: str) -> None:
    """The contact is shown as it is written, so nobody who is hidden may stand in it."""
    if list(Matcher(plan.names, plan.masks).spans(contact)):
        raise UsageError("The contact names somebody whom the archive hides.", "Give another contact.")


def _compose(desk: Desk, plan: Plan, asked: Asked, finder: Finder) -> Composed:
    hiding = Hiding(finder, plan.profile, plan.pseudonyms, asked.language, plan.clear)
    return compose(
        plan.template,
        asked.language,
        plan.judged.cases,
        [_leaving(desk, entry, plan) for entry in plan.judged.leaving],
        plan.gathered.telling,
        [reason.why for _, reasons in plan.why for reason in reasons],
        hiding,
        labels(asked.language).dossier,
        plan.profile.kind,
        desk.random,
        asked.written,
    )


def _cases(plan: Plan) -> frozenset[str]:
    """The cases that the records leaving lie in."""
    records = (entry.record for entry in plan.judged.leaving)
    return frozenset(record.case for record in records if record is not None and record.case is not None)


def _only_shown(composed: Composed, called: Mapping[str, str], random: Random) -> dict[str, str]:
    """Designations for those alone who appear: a high number would tell how many people the archive knows."""
    said = set(re.findall(r"P-\d+", json.encode(composed.dossier).decode()))
    return pseudonyms((person for person, name in called.items() if name in said), random)


def _leaving(desk: Desk, entry: Entry, plan: Plan) -> Leaving:
    """A record with its text, or with the clean picture; with neither where the profile shows only what was cleared."""
    record = entry.record
    if not isinstance(record, Filed):
        raise TypeError(record.__class__.__name__)
    is_picture = gate.leaves_as_picture(record)
    shown = plan.cleared is None or record.id in plan.cleared
    use: Use = "quotable" if record.id in plan.quotable else "background"
    return Leaving(
        record=record,
        about=gate.subjects(record.about, record.case, plan.judged.people),
        file_name=entry.attachments[0].name,
        text=None if is_picture or not shown else full_text(desk, record, entry.attachments, desk.collective),
        picture=b"".join(desk.journal.open_object(entry.attachments[0])) if is_picture and shown else None,
        use=use if plan.template.need.audience == "press" else None,
        clear=plan.gathered.telling.clear.get(record.id),
    )


def _seal(desk: Desk, plan: Plan, composed: Composed, target: Path, asked: Asked) -> None:
    """Write the bag, open it again, look for everybody, note in the journal that it left; only then name it."""
    files = dossier.members(composed.dossier, plan.template, composed.pictures)
    seek = leak_check.Watch(plan.names, plan.masks, plan.pseudonyms, plan.clear, dossier.own(composed.dossier))

    def inspect(folder: Path) -> None:
        if found := leak_check.look(folder, seek):
            refs = [desk.index.ref(ident) for ident in composed.records]
            people = {called: desk.index.ref(person) for person, called in plan.pseudonyms.items()}
            raise leak_check.refusal(found, refs, people)
        desk.save(*_departure(desk, plan, folder, asked))

    deliver(target, files, inspect, asked.way, desk.random)
    if not asked.way.locked:
        desk.index.note_export(str(target.resolve()), desk.minute())


def _departure(desk: Desk, plan: Plan, folder: Path, asked: Asked) -> tuple[Draft, Draft]:
    """What the journal keeps of a dossier: enough to find it again, and who was called what in it."""
    record = desk.new(
        kinds.Dossier,
        template=plan.template.kind,
        profile=plan.profile.kind,
        bundle_sha256=hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest(),
        included=plan.included,
        withheld=tuple(
            kinds.Withheld(id=ident, why=", ".join(reason.why for reason in reasons)) for ident, reasons in plan.why
        ),
        pseudonyms=plan.pseudonyms,
        recipient=asked.recipient,
        locked=("age-passphrase" if asked.way.passphrase else "age-key") if asked.way.locked else None,
        signed=asked.way.publisher is not None,
    )
    event = desk.new(
        kinds.Custody, event="dissemination", concerns=(record.id, *plan.included), recipient=asked.recipient
    )
    return Draft(record), Draft(event)


def _answer(desk: Desk, plan: Plan, composed: Composed, target: Path | None, asked: Asked) -> ExportAnswer:
    missing = gaps(plan.template, composed.dossier)
    return ExportAnswer(
        bundle=str(target) if target is not None else None,
        recipient=desk.index.ref(asked.recipient) if asked.recipient else None,
        included=tuple(map(desk.index.ref, plan.included)),
        withheld=plan.withheld,
        gaps=tuple(Gap(field=section, why="readers of this template expect it") for section in missing),
        redactions=composed.redactions,
        undecided=composed.unknown,
        cautions=cautions(desk, plan.truth, plan.judged) if plan.template.need.rule.publishes else (),
    )
