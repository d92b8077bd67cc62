"""Files go in: collected, cleaned in the sandbox, looked at again, sealed, described, indexed."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct, structs

from archive.desk import Desk
from archive.errors import UncleanError, UsageError
from archive.ingest.files import Refused, Source, collect
from archive.ingest.taking import Fields, file_away
from archive.records.answers import AddAnswer, FileAnswer
from archive.records.forms import AddForm
from archive.records.kinds import Filed
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Cleaned
from archive.vault.batch import Batch
from archive.vault.entry import Draft

AT_ONCE = 100
"""Files that become one segment: so many at most are to be taken in again if the power goes."""

Settled = Draft | FileAnswer
Tell = Callable[[FileAnswer], None]
Advance = Callable[[int], None]


class Brought(Struct, frozen=True):
    """A file as read: its clean name, its bytes and their SHA-256."""

    name: str
    data: bytes
    sha256: str


def add(
    desk: Desk,
    paths: Sequence[Path],
    form: AddForm,
    *,
    recursive: bool,
    keep_original: bool,
    tell: Tell,
    advance: Advance,
) -> AddAnswer:
    """Take files in. ``tell`` hears of each once it is on disk, ``advance`` how many more are worked through.

    What went in before Ctrl-C stays in; running the command again adds nothing twice.
    """
    fields = _fields(desk, form, keep_original)
    sources = iter(collect(paths, recursive))
    told: list[FileAnswer] = []
    with Cleaner() as cleaner:
        while some := list(islice(sources, AT_ONCE)):
            told += _take_some(desk, some, cleaner, fields, tell, advance)
    return AddAnswer(
        records=tuple(told),
        added=sum(one.status == "added" for one in told),
        duplicates=sum(one.status == "duplicate" for one in told),
        refused=sum(one.status == "refused" for one in told),
    )


def _fields(desk: Desk, form: AddForm, keep_original: bool) -> Fields:
    """The form with its references resolved; UsageError for a field that no file of this kind has."""
    for name, owner in (("faces", "photo"), ("subtype", "document")):
        if getattr(form, name) is not None and form.kind not in (None, owner):
            raise UsageError(f"{name} belongs to a {owner}, not to a {form.kind}.", f"Use --kind {owner}.")
    return Fields(
        form=form,
        case=desk.resolve(form.case, "case") if form.case else None,
        about=tuple(desk.resolve(ref, "person") for ref in form.about),
        mentions=tuple(desk.resolve(ref, "person") for ref in form.mentions),
        transcript_of=desk.resolve(form.transcript_of) if form.transcript_of else None,
        translation_of=desk.resolve(form.translation_of) if form.translation_of else None,
        keep_original=keep_original,
    )


def _take_some(
    desk: Desk, sources: Sequence[Source | Refused], cleaner: Cleaner, fields: Fields, tell: Tell, advance: Advance
) -> list[FileAnswer]:
    """One segment's worth of files. An interruption first makes final what is sealed already."""
    settled: list[Settled] = []
    with desk.journal.begin(desk.clock()) as batch:
        try:
            for one in _clean(desk, sources, cleaner):
                settled.append(one if isinstance(one, FileAnswer) else _settle(desk, *one, fields, batch))
                advance(1)
        finally:
            drafts = [one for one in settled if isinstance(one, Draft)]
            if drafts:
                desk.commit(batch, drafts)
    told = _told(desk, settled)
    for one in told:
        tell(one)
    return told


def _clean(
    desk: Desk, sources: Sequence[Source | Refused], cleaner: Cleaner
) -> Iterator[FileAnswer | tuple[Brought, Cleaned | UncleanError]]:
    """Each source in its order, with its clean copy where it has to be cleaned; the next is cleaned meanwhile."""
    queue: deque[FileAnswer | Brought] = deque()
    seen: set[str] = set()

    def waiting() -> Iterator[tuple[str, bytes]]:
        for source in sources:
            brought = _read(desk, source, seen)
            queue.append(brought)
            if isinstance(brought, Brought):
                yield brought.name, brought.data

    for cleaned in cleaner.clean_all(waiting()):
        while isinstance(first := queue.popleft(), FileAnswer):
            yield first
        yield first, cleaned
    yield from (one for one in queue if isinstance(one, FileAnswer))


def _read(desk: Desk, source: Source | Refused, seen: set[str]) -> Brought | FileAnswer:
    """A file's bytes, unless it is refused, known already or was seen in this batch."""
    if isinstance(source, Refused):
        return FileAnswer(file=source.name, status="refused", reason=source.reason)
    try:
        data = source.read()
    except UncleanError as error:
        return FileAnswer(file=source.name, status="refused", reason=error.message)
    sha256 = hashlib.sha256(data).hexdigest()
    known = desk.index.known_original(desk.collective, sha256)
    if known is not None:
        return FileAnswer(file=source.name, status="duplicate", ref=desk.index.ref(known), sha256_original=sha256)
    if sha256 in seen:  # what becomes of it is known when the first one is settled
        return FileAnswer(file=source.name, status="duplicate", sha256_original=sha256)
    seen.add(sha256)
    return Brought(name=source.name, data=data, sha256=sha256)


def _settle(desk: Desk, brought: Brought, cleaned: Cleaned | UncleanError, fields: Fields, batch: Batch) -> Settled:
    """A draft with its files sealed, or why there is none."""
    if isinstance(cleaned, UncleanError):
        reason = cleaned.message.removeprefix(f"{brought.name}: ").removesuffix(".")  # the answer says the name already
        return FileAnswer(file=brought.name, status="refused", reason=reason, sha256_original=brought.sha256)
    return file_away(brought.data, brought.name, cleaned, fields, desk.stamp(), batch)


def _told(desk: Desk, settled: Sequence[Settled]) -> list[FileAnswer]:
    """What became of each file; the second of two equal ones shares the fate of the first."""
    told = [_added(desk, one) if isinstance(one, Draft) else one for one in settled]
    first = {one.sha256_original: one for one in reversed(told) if one.status != "duplicate"}
    return [_like_first(one, first.get(one.sha256_original)) for one in told]


def _like_first(one: FileAnswer, first: FileAnswer | None) -> FileAnswer:
    if one.status != "duplicate" or one.ref is not None or first is None:
        return one
    if first.status == "refused":
        return structs.replace(first, file=one.file)
    return structs.replace(one, ref=first.ref)


def _added(desk: Desk, draft: Draft) -> FileAnswer:
    record = _filed(draft)
    return FileAnswer(
        file=draft.attachments[0].name or "",
        status="added",
        ref=desk.index.ref(record.id),
        kind=str(record.__struct_config__.tag),
        media_type=record.scrub.media_type,
        sha256_original=record.scrub.sha256_original,
        sha256_clean=record.scrub.sha256_clean,
        removed=record.scrub.removed,
    )


def _filed(draft: Draft) -> Filed:
    """The record of a draft made here, which is always a filed one."""
    if not isinstance(draft.record, Filed):
        raise TypeError(draft.record.__class__.__name__)
    return draft.record
