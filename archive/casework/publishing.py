"""A dossier leaves: gate, redaction, bag, leak check; nothing laborious comes before a refusal.

Who agreed and which names are to be hidden is read from the journal itself. The bag gets its name only after the leak
check found nothing and the journal holds a record of it, so that a withdrawal finds every dossier that ever left.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, json, structs

from archive.bundle import dossier, leak_check, pdf_writing
from archive.bundle.bag import Member, stem
from archive.bundle.compose import Composed, Draws, Leaving, compose
from archive.bundle.content import APART, Random, Use, pseudonyms
from archive.bundle.dossier import Page
from archive.bundle.handover import check_place, deliver
from archive.bundle.hiding import Finder, Hiding
from archive.bundle.labels import labels
from archive.bundle.template import gaps
from archive.bundle.verify import verify as verify_bag
from archive.casework import deciding, picturing, planning, refusing, reviewing, waiving
from archive.casework.cautions import cautions
from archive.casework.gathering import who_is_who
from archive.casework.hosting import Host, Preview, Progress
from archive.casework.plan import Asked, Plan
from archive.casework.reading import full_text
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.records import gate, kinds
from archive.records.answers import ExportAnswer, Gap, VerifyAnswer
from archive.records.kinds import Filed
from archive.redact.matcher import Matcher
from archive.redact.questions import Decided, Word
from archive.scrub.sheets import Sheets
from archive.seal import age, bech32
from archive.speech import tr
from archive.vault.entry import Draft, Entry


class _Begun(Struct, frozen=True):
    """A plan and what it says in the first language, before anything is painted."""

    plan: Plan
    finder: Finder
    draws: Draws
    first: Composed


def publish(desk: Desk, asked: Asked, progress: Progress, host: Host | None = None) -> ExportAnswer:
    """Make the dossier, or say what it would be; ``progress`` shows each step that takes long.

    ``host`` is asked on the way, once the gate is passed: in which languages, about words nobody has decided about,
    then, before anything gets its name, how it leaves. Without one ``asked.way`` holds, and undecided words are hidden.

    Raises as ``check_place`` does, and where this device or its disk lets nothing be noted, before anything else;
    WithheldError when something must stay in and ``partial`` was not said, or when nothing may leave; LeakError when
    the finished bag still shows what was to be hidden (it is destroyed then).
    """
    if asked.target is not None:
        check_place(asked.way.name(asked.target), asked.way)
        with desk.journal.begin(desk.clock()), desk.state.lock():
            pass  # what leaves is noted: where that cannot be, nothing is painted and nobody asked
    begun = _begin(desk, asked)
    if host is not None and asked.target is not None:
        host.hear(_answer(desk, begun.plan, begun.first, None, asked))
        languages, before = host.languages(asked.languages), asked.languages
        asked = structs.replace(asked, languages=languages)
        if _gone_through(desk, begun, host) or languages != before:
            begun = _begin(desk, asked)
    plan, finder, draws, first = begun.plan, begun.finder, begun.draws, begun.first
    if asked.reviewed and (words := _undecided(desk, begun)):
        raise refusing.unresolved(words, sorted(map(desk.index.ref, _cases(plan))))
    with Sheets() as sheets:
        plan = _pictured(desk, sheets, plan, asked, finder, progress)
        first = _compose(desk, plan, asked, finder, asked.languages[0], draws)
        plan = structs.replace(plan, pseudonyms=_only_shown(first, plan.pseudonyms, desk.random))
        composed = tuple(_compose(desk, plan, asked, finder, language, draws) for language in asked.languages)
        place = asked.target
        if place is None:
            return _answer(desk, plan, composed[0], None, asked)
        pages = tuple(_pages(plan, composed))
        files = _drawn(desk, plan, asked, pages, composed[0], progress)
        if host is not None:
            waiting = _answer(desk, plan, composed[0], None, asked)
            shown = Preview(waiting, pages, files, composed[0], desk.index.ref, sheets)
            asked = structs.replace(asked, way=host.look(shown))
        target = asked.way.name(place)
        sha256 = _seal(desk, plan, composed[0], pages, files, target, asked, sheets, progress)
    return structs.replace(_answer(desk, plan, composed[0], target, asked), sha256=sha256)


def _begin(desk: Desk, asked: Asked) -> _Begun:
    """Everything up to the first refusals; nothing laborious."""
    plan = planning.plan(desk, asked)
    if asked.target is not None:
        refusing.refuse(desk, plan, partial=asked.partial)
    refusing.refuse_names(plan, asked.written)
    cases = _cases(plan)
    known, held = reviewing.cleared(plan.truth, cases), reviewing.held(plan.truth, cases)
    finder = Finder(Matcher(plan.names, plan.masks, wide=True), known, held)
    draws = Draws(desk.random)
    return _Begun(plan, finder, draws, _compose(desk, plan, asked, finder, asked.languages[0], draws))


def _gone_through(desk: Desk, begun: _Begun, host: Host) -> bool:
    """Whether somebody decided about words; what was said so far is kept, also if they stop in the middle."""
    cases = _cases(begun.plan)
    if not (host.can_ask and cases):
        return False
    decided = Decided()
    if words := _undecided(desk, begun):
        with deciding.keeping(desk, cases, decided) as keep:
            host.decide(words, decided, keep)
    return decided.anything


def _undecided(desk: Desk, begun: _Begun) -> tuple[Word, ...]:
    """The words nobody has decided about, in all that would leave."""
    texts = (text for entry in begun.plan.judged.leaving if (text := _on_pages(desk, entry, begun.plan)))
    return reviewing.undecided(begun.finder, texts)


def _on_pages(desk: Desk, entry: Entry, plan: Plan) -> str | None:
    """The text of a paper that leaves as pages alone: what stands on them is hidden by the same decisions."""
    record = entry.record
    if not isinstance(record, Filed) or not gate.leaves_as_pages(record):
        return None
    shown = plan.cleared is None or record.id in plan.cleared
    return full_text(desk, record, entry.attachments, desk.collective) if shown else None


def _pictured(desk: Desk, sheets: Sheets, plan: Plan, asked: Asked, finder: Finder, progress: Progress) -> Plan:
    """The plan with its pictures, and without the records that have none and need one. Refuses as the gate does.

    A dry run finds out whether pages could be read here, and reads none.
    """
    shown = [
        one for one in plan.judged.leaving if one.record and (plan.cleared is None or one.record.id in plan.cleared)
    ]
    hiding = Hiding(finder, plan.profile, plan.pseudonyms, asked.languages[0], plan.clear)
    clear = plan.gathered.telling.clear
    made = picturing.picture(
        desk, sheets, shown, hiding, clear, plan.truth.heads, progress, beforehand=asked.target is None
    )
    judged = structs.replace(
        plan.judged,
        leaving=tuple(one for one in plan.judged.leaving if one.record and one.record.id not in made.failed),
        withheld=(*plan.judged.withheld, *((ident, (gate.Reason(why),)) for ident, why in made.failed.items())),
    )
    stays = tuple(refusing.withheld(desk, ident, (gate.Reason(why),)) for ident, why in made.failed.items())
    plan = structs.replace(plan, pictured=made, judged=judged, withheld=(*plan.withheld, *stays))
    if stays and asked.target is not None:
        refusing.refuse(desk, plan, partial=asked.partial)
    return plan


def recipient(desk: Desk, typed: str) -> kinds.Recipient:
    """Somebody of the address book, by reference or by the whole name; NotFoundError if there is none."""
    listed = [stored.record for stored in desk.index.listing("recipient", collective=desk.collective)]
    named = [record for record in listed if isinstance(record, kinds.Recipient) and record.name == typed]
    try:
        found = named[0] if len(named) == 1 else desk.record(desk.resolve(typed, "recipient"))
    except NotFoundError:
        found = None
    if not isinstance(found, kinds.Recipient):
        raise NotFoundError(
            tr("There is nobody of this name in the address book."),
            tr("See: archive recipient list. Put them in: archive recipient add"),
        )
    return found


def verify(path: Path, signer: str | None = None) -> VerifyAnswer:
    """Check a bundle, ours or anybody's; ``signer`` is the public key that has to have signed it."""
    verdict = verify_bag(path, signer)
    problems = tuple(f"{found.path}: {found.problem}" if found.path else found.problem for found in verdict.problems)
    return VerifyAnswer(
        ok=verdict.ok, problems=problems, sha256=verdict.sha256, signed_by=verdict.signed_by, stamped=verdict.stamped
    )


def _compose(desk: Desk, plan: Plan, asked: Asked, finder: Finder, language: str, draws: Draws) -> Composed:
    draws.again()  # whatever the language, the order is the same
    hiding = Hiding(finder, plan.profile, plan.pseudonyms, language, plan.clear)
    return compose(
        plan.template,
        language,
        plan.judged.cases,
        [_leaving(desk, entry, plan) for entry in plan.judged.leaving],
        plan.gathered.telling,
        [reason.why for _, reasons in plan.why for reason in reasons],
        hiding,
        labels(language).dossier,
        plan.profile.kind,
        draws,
        asked.written,
    )


def _cases(plan: Plan) -> frozenset[str]:
    """The cases that the records leaving lie in."""
    records = (entry.record for entry in plan.judged.leaving)
    return frozenset(record.case for record in records if record is not None and record.case is not None)


def _only_shown(composed: Composed, called: Mapping[str, str], random: Random) -> dict[str, str]:
    """Designations for those alone who appear: a high number would tell how many people the archive knows."""
    said = set(re.findall(r"P-\d+", json.encode((composed.dossier, composed.apart)).decode()))
    return pseudonyms((person for person, name in called.items() if name in said), random)


def _leaving(desk: Desk, entry: Entry, plan: Plan) -> Leaving:
    """A record with its text and its covered pictures; with neither where the profile shows only what was cleared."""
    record = entry.record
    if not isinstance(record, Filed):
        raise TypeError(record.__class__.__name__)
    text = not gate.leaves_as_picture(record) and not gate.judge_text(record)
    pictures = plan.pictured.pictures.get(record.id, ())
    shown = plan.cleared is None or record.id in plan.cleared
    use: Use = "quotable" if record.id in plan.quotable else "background"
    return Leaving(
        record=record,
        about=gate.subjects(record.about, record.case, plan.judged.people),
        file_name=entry.attachments[0].name,
        text=full_text(desk, record, entry.attachments, desk.collective) if text and shown else None,
        picture=next(iter(pictures), None) if gate.leaves_as_picture(record) else None,
        pages=pictures if gate.leaves_as_pages(record) else (),
        use=use if plan.template.need.audience == "press" else None,
        clear=plan.gathered.telling.clear.get(record.id),
    )


def _pages(plan: Plan, composed: Sequence[Composed]) -> Iterator[Page]:
    """The page in each language, and what is for the lawyer alone."""
    apart = plan.template.apart
    for number, one in enumerate(composed):
        told, again = one.dossier, number > 0
        yield Page(stem("dossier", told.language, number), told, plan.template.sections, again=again)
        if apart is not None and one.apart is not None:
            yield Page(stem(APART, told.language, number), one.apart, apart.sections, apart=True, again=again)


def _sealed(desk: Desk, plan: Plan, asked: Asked) -> bytes | None:
    """Who is who, encrypted for the recipient, where the template says so."""
    if plan.template.names != "sealed":
        return None
    record = desk.record(asked.recipient) if asked.recipient else None
    known = (record.age_key,) if isinstance(record, kinds.Recipient) and record.age_key else ()
    keys = asked.way.recipients or tuple(map(bech32.decode_recipient, known))
    if not keys:
        raise UsageError(
            tr("The names are sealed to the key of whom it is for, and none is known."),
            tr("Give it: --recipient age1…, or in the address book: archive edit REF --set age_key=age1…"),
        )
    names = who_is_who(plan.gathered.telling, plan.pseudonyms)
    return b"".join(age.encrypt(iter([names]), keys, desk.random))


def _drawn(
    desk: Desk, plan: Plan, asked: Asked, pages: Sequence[Page], composed: Composed, progress: Progress
) -> tuple[Member, ...]:
    """All files of the dossier."""
    papers = {}
    for one in pages if asked.paper else ():
        with progress(tr("Drawing {file}", file=f"{one.stem}.pdf"), None):
            papers[one.stem] = pdf_writing.write(dossier.job(one, composed.pictures))
    return dossier.members(pages, composed.pictures, _sealed(desk, plan, asked), papers)


def _seal(
    desk: Desk, plan: Plan, composed: Composed, pages: Sequence[Page], files: Sequence[Member], target: Path,
    asked: Asked, sheets: Sheets, progress: Progress,
) -> str:  # fmt: skip
    """Write the bag, open it again, look for everybody, note in the journal that it left; only then name it.

    The SHA-256 of its list, in hex.
    """
    own, eyes = dossier.own(pages), leak_check.Eyes(sheets, plan.pictured.languages)
    seek = leak_check.Watch(
        plan.names,
        plan.masks,
        plan.pseudonyms,
        plan.clear,
        own,
        plan.profile.keeps,
        plan.profile.reach,
        waiving.key(plan),
    )

    def inspect(folder: Path) -> None:
        with progress(tr("Looking through what would leave"), leak_check.size_of(folder), unit="bytes") as advance:
            leaks = leak_check.look(folder, seek, eyes, advance=advance)
        found, waived = waiving.parted(leaks, composed, asked.waived)
        if found:
            refs = [desk.index.ref(ident) for ident in composed.records]
            people = {called: desk.index.ref(person) for person, called in plan.pseudonyms.items()}
            raise leak_check.refusal(found, refs, people)
        desk.save(*_departure(desk, plan, folder, asked, waiving.noted(waived)))

    if not asked.way.locked:  # beforehand: if this is killed, a draft lies there
        desk.index.note_export(str(target.resolve()), desk.minute())
    return deliver(target, files, inspect, asked.way, desk.random)


def _departure(desk: Desk, plan: Plan, folder: Path, asked: Asked, waived: tuple[str, ...]) -> tuple[Draft, Draft]:
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
        waived=waived,
    )
    event = desk.new(
        kinds.Custody, event="dissemination", concerns=(record.id, *plan.included), recipient=asked.recipient
    )
    return Draft(record), Draft(event)


def _answer(desk: Desk, plan: Plan, composed: Composed, target: Path | None, asked: Asked) -> ExportAnswer:
    missing = gaps(plan.template, composed.dossier, composed.apart)
    return ExportAnswer(
        bundle=str(target) if target is not None else None,
        recipient=desk.index.ref(asked.recipient) if asked.recipient else None,
        included=tuple(map(desk.index.ref, plan.included)),
        withheld=plan.withheld,
        gaps=tuple(Gap(field=field, why=why) for field, why in missing),
        redactions=composed.redactions + plan.pictured.places,
        undecided=composed.unknown,
        cautions=cautions(desk, plan),
        people=tuple(map(desk.index.ref, plan.people)),
    )
