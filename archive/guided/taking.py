"""From an interview to records: case, person, names, consents, acts, roles, a promise, all at once; then the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import structs

from archive.casework import adding, making
from archive.casework.bringing import Filling, Wanted
from archive.casework.originals import Ask
from archive.desk import Desk
from archive.errors import UsageError, WithheldError
from archive.guided.texts import USES, Texts
from archive.index.reading import Stored
from archive.ingest.files import Pick, collect
from archive.ingest.taking import Job, Loose
from archive.records import kinds, refs, vocabulary
from archive.records.answers import AddAnswer, FileAnswer
from archive.records.forms import AddForm
from archive.records.intake import GivenForm, IntakeAnswer, IntakeForm
from archive.scrub.clean import Cleaner
from archive.speech import tr
from archive.vault.entry import Draft

Tell = Callable[[FileAnswer], None]


def take(
    desk: Desk, form: IntakeForm, person: str, story: str, texts: Texts | None, *, ask: Ask, tell: Tell
) -> IntakeAnswer:
    """Make all that an interview says; what is there already (``person``, each file) is not made again.

    ``person`` and ``story`` are the ids that the person and a new case get; ``texts`` what was read out, None where
    nobody here saw it read. ``ask``: whether originals are kept, where the collective asks. WithheldError after a no.
    """
    if not form.keep:
        raise WithheldError(tr("They did not agree that it is kept."), tr("Nothing was kept."))
    case = desk.resolve(form.case, "case") if form.case else story
    if desk.index.get(person, desk.collective) is None:
        desk.save(*_drafts(desk, form, person, case, texts))
    jobs = _jobs(desk, form, person, case, ask)
    with Cleaner() as cleaner:
        done = adding.add(desk, jobs, cleaner, move=form.delete_files, tell=tell, advance=lambda _more: None)
    _say_more(desk, form, person, done)
    return _answer(desk, person, case, done)


def _drafts(desk: Desk, form: IntakeForm, person: str, case: str, texts: Texts | None) -> Iterator[Draft]:
    yield from _case(desk, form, case)
    with desk.minting(person):
        yield Draft(_person(desk, form, person, case))
    if form.names:
        contact = {"safe_contact": form.safe_contact} if form.safe_contact else {}
        yield Draft(desk.new(kinds.Identity, person=person, names=form.names, **contact))
    yield from (Draft(one) for one in _consents(desk, form, person, texts))
    for code in form.acts:
        yield from (Draft(one) for one in _act(desk, form, code, person, case))
    if form.promise:
        due = {"due": form.promise.due} if form.promise.due else {}
        what = form.promise.what
        yield Draft(desk.new(kinds.Step, type="promise", what=what, about=(person,), case=case, **due))


def _case(desk: Desk, form: IntakeForm, case: str) -> Iterator[Draft]:
    """A new case; of one that is there, the words to hide added."""
    stored = desk.index.get(case, desk.collective)
    if stored is None:
        with desk.minting(case):
            said = {"title": form.sentence, "period": form.date, "place": form.place, "masks": form.masks}
            yield Draft(desk.new(kinds.Case, **said))
    elif isinstance(stored.record, kinds.Case) and form.masks:
        masks = tuple(dict.fromkeys((*stored.record.masks, *form.masks)))
        yield _edited(desk, stored, structs.replace(stored.record, masks=masks))


def _edited(desk: Desk, stored: Stored, record: kinds.AnyRecord) -> Draft:
    return Draft(structs.replace(record, modified=desk.minute()), stored.heads, stored.attachments, stored.line)


def _person(desk: Desk, form: IntakeForm, person: str, case: str) -> kinds.Person:
    """By a pseudonym made of the reference; the sentence stays with them where the case has a title of its own."""
    risk = kinds.Risk(
        where=form.where,
        as_of=desk.today(),
        basis="spoke" if form.known in (None, "lived-it") else "relative-or-lawyer",
        uniqueness=form.uniqueness,
    )
    risk = structs.replace(risk, **dict.fromkeys(form.threats, True))
    said = {"remarks": form.sentence} if form.case else {}
    pseudonym = f"Person {refs.encode(person)[: refs.SHORTEST]}"
    return desk.new(kinds.Person, pseudonym=pseudonym, cases=(case,), risk=risk, languages=(form.language,), **said)


def _consents(desk: Desk, form: IntakeForm, person: str, texts: Texts | None) -> Iterator[kinds.Consent]:
    """One asking before the story, one after it, each with the words that were read."""
    free = not {"in_custody", "in_military_control"} & {*form.threats}
    common = {
        "person": person, "given_by": "self", "method": form.method, "given_at": desk.today(),
        "language": form.language, "free_to_refuse": free,
    }  # fmt: skip
    keep = desk.new(
        kinds.Consent, purposes=("keep",), **common, **(texts.read_out(("keep",), form.language) if texts else {})
    )
    yield keep
    named = {
        purpose: tuple(desk.resolve(ref, named_by(purpose)) for ref in named)
        for purpose, named in form.uses.recipients.items()
    }
    until = {"expires_at": form.uses.until} if form.uses.until else {}
    uses = tuple(one for one in form.uses.purposes if one != "keep")
    said = {"purposes": uses, "recipients": named, "risks_explained": True, "after": (keep.id,)}
    yield desk.new(kinds.Consent, **common, **said, **until, **(texts.read_out(USES, form.language) if texts else {}))


def named_by(purpose: str) -> str:
    """What a purpose names: of a court the one case that it is asked for, else somebody of the address book."""
    return "case" if purpose == "court" else "recipient"


def _act(desk: Desk, form: IntakeForm, code: str, person: str, case: str) -> tuple[kinds.Act, kinds.Role]:
    said = {"known": form.known} if form.known else {}
    act = desk.new(
        kinds.Act, person=person, about=(person,), case=case, type=code, date=form.date, place=form.place,
        forces=form.forces, **said,
    )  # fmt: skip
    return act, desk.new(kinds.Role, act=act.id, person=person, about=(person,), case=case, role="affected")


# --- files ---


def _jobs(desk: Desk, form: IntakeForm, person: str, case: str, ask: Ask) -> tuple[Job, ...]:
    """The typed words as a testimony, and each file with its kind."""
    common = AddForm(case=case, about=(person,), incriminates=form.incriminates)
    words = structs.replace(common, kind="testimony", title=form.sentence, language=form.language, date=form.date)
    filling = Filling(desk, Wanted(form=words), ask if form.files else lambda: None)
    jobs = [Job(Loose("words.txt", form.words.encode() + b"\n"), filling.fields(words))] if form.words else []
    for given in form.files:
        fields = filling.fields(structs.replace(common, kind=given.kind, subtype=given.subtype))
        jobs += [Job(source, fields) for source in collect([Path(given.path).expanduser()], Pick())]
    return tuple(jobs)


def _say_more(desk: Desk, form: IntakeForm, person: str, done: AddAnswer) -> None:
    """What ``add`` has no words for: who tells it and whether it was told before, and the dates on papers."""
    given: list[GivenForm | None] = [*([None] if form.words else []), *form.files]
    drafts = []
    for answer, brought in zip(done.records, given, strict=True):
        stored = desk.index.get(desk.resolve(answer.ref), desk.collective) if answer.ref else None
        if stored is None:
            continue
        record = stored.record
        if isinstance(record, kinds.Testimony):
            teller = person if form.known in (None, "lived-it") else None
            record = structs.replace(record, told_before=form.told_before, person=teller, known=form.known)
        if brought and brought.due:
            what = vocabulary.label("documents", brought.subtype).lower() if brought.subtype else tr("date")
            deadline = kinds.Deadline(what=what, on=brought.due)
            record = structs.replace(record, dates=tuple(dict.fromkeys((*record.dates, deadline))))
        if record != stored.record:
            drafts.append(_edited(desk, stored, record))
    if drafts:
        desk.save(*drafts)


def _answer(desk: Desk, person: str, case: str, done: AddAnswer) -> IntakeAnswer:
    ref, home = desk.index.ref, desk.collective

    def those(found: Sequence[Stored]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ref(one.record.id) for one in found))

    about = desk.index.about(person, home)
    identity = next(iter(those(desk.index.identities_of(person, home))), None)
    return IntakeAnswer(
        case=ref(case),
        person=ref(person),
        identity=identity,
        consents=those(desk.index.consents_of(person, home)),
        acts=those(desk.index.linked(person, "affects", home)),
        roles=those(desk.index.linked(person, "part", home)),
        steps=those([one for one in about if isinstance(one.record, kinds.Step)]),
        records=done.records,
        added=done.added,
        duplicates=done.duplicates,
        refused=done.refused,
    )


def check(desk: Desk, form: IntakeForm) -> None:
    """Refuses, before anything is made, a code or a file that there is not."""
    said = (("acts", form.acts), ("forces", form.forces), ("known", (form.known,) if form.known else ()))
    for field, codes in said:
        for code in codes:
            vocabulary.check("knowing" if field == "known" else field, code, making.own_terms(desk), field)
    for given in form.files:
        if not Path(given.path).expanduser().is_file():
            raise UsageError(tr("A file of the interview is not there."), tr("Nothing was kept. Give its path."))
