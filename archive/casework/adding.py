"""Files go in: collected, cleaned in the sandbox, looked at again, sealed, described, indexed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from msgspec import structs

from archive.desk import Desk
from archive.errors import UncleanError, UsageError
from archive.ingest.files import Refused, Source, collect
from archive.ingest.taking import Fields, file_away
from archive.records.answers import AddAnswer, FileAnswer
from archive.records.forms import AddForm
from archive.records.kinds import Filed
from archive.scrub.clean import Cleaner
from archive.vault.batch import Batch
from archive.vault.entry import Draft

AT_ONCE = 100
"""Files that become one segment: so many at most are to be taken in again if the power goes."""

Tell = Callable[[FileAnswer], None]
Advance = Callable[[int], None]


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
    settled: list[Draft | FileAnswer] = []
    with desk.journal.begin() as batch:
        try:
            for source in sources:
                settled.append(_take(desk, source, cleaner, fields, batch, settled))
                advance(1)
        finally:
            drafts = [one for one in settled if isinstance(one, Draft)]
            if drafts:
                desk.commit(batch, drafts)
    told = [_added(desk, one) if isinstance(one, Draft) else one for one in settled]
    for one in told:
        tell(one)
    return told


def _take(
    desk: Desk,
    source: Source | Refused,
    cleaner: Cleaner,
    fields: Fields,
    batch: Batch,
    before: Sequence[Draft | FileAnswer],
) -> Draft | FileAnswer:
    """One file: its draft, or why there is none."""
    if isinstance(source, Refused):
        return FileAnswer(file=source.name, status="refused", reason=source.reason)
    try:
        data = source.read()
        known = _known(desk, hashlib.sha256(data).hexdigest(), before)
        if known is not None:
            return structs.replace(known, file=source.name)
        cleaned = cleaner.clean(data, source.name)
    except UncleanError as error:
        return FileAnswer(file=source.name, status="refused", reason=error.message)
    return file_away(data, source.name, cleaned, fields, desk.stamp(), batch)


def _known(desk: Desk, sha256: str, before: Sequence[Draft | FileAnswer]) -> FileAnswer | None:
    """The record that was made from the same bytes, in the archive or earlier in this batch."""
    ident = desk.index.known_original(desk.collective, sha256)
    if ident is not None:
        return FileAnswer(file="", status="duplicate", ref=desk.index.ref(ident), sha256_original=sha256)
    if any(isinstance(one, Draft) and _filed(one).scrub.sha256_original == sha256 for one in before):
        return FileAnswer(file="", status="duplicate", sha256_original=sha256)
    return None


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
