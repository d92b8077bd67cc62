"""Files go in: collected, cleaned in the sandbox, looked at again, sealed, described, indexed."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec
from msgspec import Struct, structs

from archive.casework import naming, originals
from archive.desk import Desk
from archive.errors import UncleanError
from archive.index.reading import Stored
from archive.ingest.files import IN_MEMORY, LIMIT, Refused, Source
from archive.ingest.taking import Brought, Job, Loose, facts, file_away, file_away_passing, file_uncleaned, kind_of
from archive.records import kinds
from archive.records.answers import AddAnswer, BroughtAnswer, FileAnswer
from archive.records.kinds import Filed
from archive.sandbox.walls import NO_WALLS
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.ocr import Reader, Reading, may_be_scan
from archive.speech import tr
from archive.vault.batch import Batch
from archive.vault.entry import Draft
from archive.vault.objects import Sealed

AT_ONCE = 100
"""Files that become one segment: so many at most are to be taken in again if the power goes."""

Tell = Callable[[FileAnswer], None]
Advance = Callable[[int], None]


class Clean(Struct, frozen=True):
    """A file as it came out of cleaning: the clean copy, ``sealed`` if it was small enough, or why there is none."""

    brought: Brought
    outcome: Cleaned | UncleanError
    sealed: Sealed | None = None


class Settled(Struct, frozen=True):
    """What became of one file: ``drafts`` to be committed with it, its own record first, if there are any."""

    job: Job
    answer: FileAnswer
    drafts: tuple[Draft, ...] = ()


def add(
    desk: Desk,
    jobs: Sequence[Job],
    cleaner: Cleaner,
    *,
    move: bool,
    tell: Tell,
    advance: Advance,
    made: Sequence[FileAnswer] = (),
) -> AddAnswer:
    """Take files in. ``tell`` hears of each once it is on disk, ``advance`` how many more are worked through.

    ``made`` are records that were made with them, before. Where no sandbox stands around those who read the files
    (``NO_WALLS``), the chain of custody says so.

    With ``move`` each source is deleted once its record is there and reads back. What went in before Ctrl-C stays in;
    running the command again adds nothing twice.
    """
    at, told = desk.minute(), list(made)
    desk.index.note_brought(at, [msgspec.json.encode(one) for one in made], anew=True)
    with Reader(walls=cleaner.walls) as reader:
        waiting = iter(jobs)
        while some := list(islice(waiting, AT_ONCE)):
            new = _take_some(desk, some, cleaner, reader, move, advance)
            desk.index.note_brought(at, [msgspec.json.encode(one) for one in new], anew=False)
            if cleaner.walls == NO_WALLS:
                _note_no_sandbox(desk, new)
            for one in new:
                tell(one)
            told += new
    return AddAnswer(
        records=tuple(told),
        added=sum(one.status == "added" for one in told),
        duplicates=sum(one.status == "duplicate" for one in told),
        refused=sum(one.status == "refused" for one in told),
    )


def last(desk: Desk, *, refused: bool) -> BroughtAnswer:
    """What became of the files of the last ``add`` here, or of those that were refused."""
    found = desk.index.brought()
    told = (msgspec.json.decode(one, type=FileAnswer) for _, one in found)
    wanted = tuple(one for one in told if not refused or one.status == "refused")
    return BroughtAnswer(at=found[0][0] if found else None, records=wanted)


def _take_some(
    desk: Desk, jobs: Sequence[Job], cleaner: Cleaner, reader: Reader, move: bool, advance: Advance
) -> list[FileAnswer]:
    """One segment's worth of files. An interruption first makes final what is sealed already."""
    settled: list[Settled] = []
    with desk.journal.begin(desk.clock()) as batch:
        try:
            for one, reading in reader.read_all(_clean_all(desk, jobs, cleaner, batch), _scan):
                settled.append(one if isinstance(one, Settled) else _settle(desk, one, reading, batch))
                advance(1)
        finally:
            drafts = [draft for one in settled for draft in one.drafts]
            if drafts:
                desk.commit(batch, drafts)
    told = _told(desk, settled)
    if not move:
        return told
    moved = [_moved(desk, one.job, answer) for one, answer in zip(settled, told, strict=True)]
    if gone := dict.fromkeys(desk.resolve(one.ref) for one in moved if one.moved and one.ref):
        note = "source deleted after reading back"
        desk.save(Draft(desk.new(kinds.Custody, event="deletion", concerns=tuple(gone), note=note)))
    return moved


def _note_no_sandbox(desk: Desk, told: Sequence[FileAnswer]) -> None:
    """Write into the chain of custody what nothing stood around while these files were read."""
    if taken := dict.fromkeys(desk.resolve(one.ref) for one in told if one.status == "added" and one.ref):
        note = "read without a sandbox"
        desk.save(Draft(desk.new(kinds.Custody, event="ingestion", concerns=tuple(taken), note=note)))


def _clean_all(desk: Desk, jobs: Sequence[Job], cleaner: Cleaner, batch: Batch) -> Iterator[Settled | Clean]:
    """Each file in its order; the next ones are cleaned and sealed meanwhile."""
    queue: deque[Settled | Brought] = deque()
    seen: set[str] = set()

    def waiting() -> Iterator[tuple[str, bytes]]:
        for job in jobs:
            read = _read(desk, job, seen, batch)
            queue.append(read)
            if isinstance(read, Brought) and read.data is not None:
                yield read.name, read.data

    for made in cleaner.clean_all(waiting(), lambda cleaned: (cleaned, batch.seal(cleaned.data))):
        while isinstance(first := queue.popleft(), Settled) or first.data is None:
            yield first if isinstance(first, Settled) else _pass_through(desk, first, cleaner, batch)
        yield Clean(first, made) if isinstance(made, UncleanError) else Clean(first, *made)
    while queue:
        first = queue.popleft()
        yield first if isinstance(first, Settled) else _pass_through(desk, first, cleaner, batch)


def _read(desk: Desk, job: Job, seen: set[str], batch: Batch) -> Brought | Settled:
    """A file's bytes, unless it is refused, known already or was seen in this batch."""
    source = job.source
    if isinstance(source, Refused):
        return _refused(job, source.reason)
    try:
        brought = _as_read(job, source)
    except UncleanError as error:
        return _refused(job, error.message)
    known = desk.index.known_original(desk.collective, brought.sha256)
    stored = desk.index.get(known, desk.collective) if known is not None else None
    again = brought.sha256 in seen
    seen.add(brought.sha256)
    if stored is not None:
        return _known(desk, brought, stored, batch, again=again)
    if again:  # what becomes of it is known when the first one is settled
        return Settled(job, FileAnswer(file=source.name, status="duplicate", sha256_original=brought.sha256))
    return brought


def _as_read(job: Job, source: Source | Loose) -> Brought:
    """A file with its digest; its bytes too, unless it is too large to hold many of its kind."""
    if isinstance(source, Source) and source.size > IN_MEMORY:
        hasher = hashlib.sha256()
        for piece in source.pieces():
            hasher.update(piece)
        return Brought(source.name, None, source.size, hasher.hexdigest(), job)
    data = source.read()
    return Brought(source.name, data, len(data), hashlib.sha256(data).hexdigest(), job)


def _refused(job: Job, reason: str, sha256: str | None = None) -> Settled:
    return Settled(job, FileAnswer(file=job.source.name, status="refused", reason=reason, sha256_original=sha256))


def _known(desk: Desk, brought: Brought, stored: Stored, batch: Batch, *, again: bool) -> Settled:
    """A file that a record was made from already: what is to be kept of it and was not so far is attached."""
    ref = desk.index.ref(stored.record.id)
    answer = FileAnswer(file=brought.name, status="duplicate", ref=ref, sha256_original=brought.sha256)
    if again:
        return Settled(brought.job, answer)
    draft, notes = None, list[str]()
    try:
        with batch.whole():
            draft = originals.attach(desk, stored, brought, batch) if brought.fields.keep_original else None
            notes += [tr("its original is kept beside it now")] if draft else []
    except UncleanError as error:
        notes.append(tr("its original is not kept: {message}", message=error.message))
    proven = _proven(desk, brought, stored)
    notes += [tr("what its proof says is sealed now")] if proven else []
    told = structs.replace(answer, note="; ".join(notes) or None)
    return Settled(brought.job, told, (*((draft,) if draft else ()), *proven))


def _proven(desk: Desk, brought: Brought, stored: Stored) -> tuple[Draft, ...]:
    """What an export says of a known file, if that is not sealed yet."""
    known = [head.record for head in desk.index.captured_of(stored.record.id, desk.collective)]
    proofs = {one.proof for one in known if isinstance(one, kinds.CaptureFacts)}
    if brought.fields.proof is None or brought.fields.proof in proofs:
        return ()
    return facts(stored.record.id, None, brought.fields, desk.stamp)


def _pass_through(desk: Desk, brought: Brought, cleaner: Cleaner, batch: Batch) -> Settled | Clean:
    """A recording passes to the disk while it is cleaned; all else is read whole, if it may be so large."""
    source = brought.job.source
    if not isinstance(source, Source):
        raise TypeError(source.__class__.__name__)
    try:
        with batch.whole():
            drafts = file_away_passing(brought, cleaner.pass_through(source.opened, source.size), desk.stamp, batch)
    except UncleanError as error:
        known = error.message != Reason.UNKNOWN
        return Clean(brought, error if known else _cleaned_whole(source, brought.name, cleaner))
    answer = structs.replace(_answer(brought.name, drafts[0]), note=brought.fields.note)
    return Settled(brought.job, answer, drafts)


def _cleaned_whole(source: Source, name: str, cleaner: Cleaner) -> Cleaned | UncleanError:
    if source.size > LIMIT:
        return UncleanError(
            tr("it is larger than {limit} MiB, and neither sound nor video", limit=LIMIT // 1024 // 1024)
        )
    try:
        return cleaner.clean(source.read(), name)
    except UncleanError as error:
        return error


def _scan(one: Settled | Clean) -> tuple[Cleaned, str | None] | None:
    """The clean file, and its language, if there may be something to read on it by machine."""
    if isinstance(one, Settled) or isinstance(one.outcome, UncleanError):
        return None
    form, cleaned = one.brought.fields.form, one.outcome
    return (cleaned, form.language) if may_be_scan(cleaned, kind_of(cleaned, form.kind)) else None


def _settle(desk: Desk, one: Clean, reading: Reading | None, batch: Batch) -> Settled:
    """Drafts with their files sealed, or why there are none."""
    try:
        with batch.whole():
            return _filed_away(desk, one, reading, batch)
    except UncleanError as error:  # a large file is read anew while it is sealed, and may be another by then
        return _refused(one.brought.job, error.message, one.brought.sha256)


def _filed_away(desk: Desk, one: Clean, reading: Reading | None, batch: Batch) -> Settled:
    brought, cleaned = one.brought, one.outcome
    if not isinstance(cleaned, UncleanError):
        read = reading or Reading(cleaned.text, "shown" if cleaned.letters_only else None)
        whole = structs.replace(cleaned, text=read.text)
        drafts = file_away(brought, whole, one.sealed, desk.stamp, batch, read.source)
        answer = structs.replace(_answer(brought.name, drafts[0]), unread=read.unread, note=brought.fields.note)
        return Settled(brought.job, answer, drafts)
    # the answer says the name already
    reason = cleaned.message.removeprefix(f"{brought.name}: ").removesuffix(".")
    if not brought.fields.unclean:
        return _refused(brought.job, reason, brought.sha256)
    drafts = file_uncleaned(brought, desk.stamp, batch)
    note = tr(
        "{reason}: kept as it is, {kept}",
        reason=reason,
        kept=tr(kinds.METADATA_NOT_REMOVED),
    )
    return Settled(brought.job, structs.replace(_answer(brought.name, drafts[0]), cleaned=False, note=note), drafts)


def _answer(name: str, draft: Draft) -> FileAnswer:
    """What is told of a new record, but its reference, which it has only once it is there."""
    record = draft.record
    if not isinstance(record, Filed):
        raise TypeError(record.__class__.__name__)
    return FileAnswer(
        file=name,
        status="added",
        kind=str(record.__struct_config__.tag),
        media_type=record.scrub.media_type,
        sha256_original=record.scrub.sha256_original,
        sha256_clean=record.scrub.sha256_clean,
        removed=record.scrub.removed,
        lossless=record.scrub.lossless,
        method=record.scrub.method,
        text_source=record.text_source,
    )


def _told(desk: Desk, settled: Sequence[Settled]) -> list[FileAnswer]:
    """What became of each file; the second of two equal ones shares the fate of the first."""
    told = [_filed(desk, one.answer, one.drafts[0].record) if one.drafts else one.answer for one in settled]
    first = {one.sha256_original: one for one in reversed(told) if one.status != "duplicate"}
    return [_like_first(one, first.get(one.sha256_original)) for one in told]


def _filed(desk: Desk, answer: FileAnswer, record: kinds.AnyRecord) -> FileAnswer:
    """The answer with its reference, and a word if its title, which is often a file's name, holds a known one."""
    notes = [answer.note] if answer.note else []
    notes += naming.notes(desk, record) if answer.status == "added" else ()
    return structs.replace(answer, ref=answer.ref or desk.index.ref(record.id), note="; ".join(notes) or None)


def _like_first(one: FileAnswer, first: FileAnswer | None) -> FileAnswer:
    if one.status != "duplicate" or one.ref is not None or first is None:
        return one
    if first.status == "refused":
        return structs.replace(first, file=one.file)
    return structs.replace(one, ref=first.ref)


def _moved(desk: Desk, job: Job, answer: FileAnswer) -> FileAnswer:
    """The source deleted, if what is in the archive of it reads back; else why it stays."""
    if answer.ref is None or answer.sha256_original is None or not isinstance(job.source, Source):
        return answer
    ident = desk.resolve(answer.ref)
    kept = job.fields.keep_original
    why = originals.remove_source(desk, job.source, answer.sha256_original, ident, kept=kept)
    if why is None:
        return structs.replace(answer, moved=True)
    said = tr(
        "the file stays where it is: {why}",
        why=why[:1].lower() + why[1:].removesuffix("."),
    )
    return structs.replace(answer, note=f"{answer.note}; {said}" if answer.note else said)
