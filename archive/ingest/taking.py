"""From a brought file to records: sealed, described, and what its capture proves set apart.

The original's bytes are forgotten unless asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from msgspec import Struct, structs, to_builtins

from archive.errors import UncleanError
from archive.ingest.files import CHANGED, Refused, Source
from archive.records import kinds
from archive.records.forms import AddForm
from archive.records.kinds import (
    METADATA_NOT_REMOVED,
    NOT_CLEANED,
    CaptureFacts,
    Document,
    Filed,
    FiledKind,
    Photo,
    ScrubReport,
    Testimony,
    TextSource,
)
from archive.scrub.contract import Capture, Cleaned
from archive.scrub.passing import Passing
from archive.vault.batch import Batch
from archive.vault.entry import Draft
from archive.vault.objects import Sealed

INLINE_TEXT = 400_000
"""Bytes of text that stand in the record itself, where a rebuilt index finds them.

Longer texts also lie in an attachment.
"""
INLINE_LETTERS = 262_144
"""And so many letters: what a record's field may hold. Of Latin letters these are fewer bytes."""
UNKNOWN_TYPE = "application/octet-stream"

_TOGETHER = (("taken_at", "zone"), ("latitude", "longitude"), ("device",))
"""Facts of a capture that mean something only together: both from the file, or both from elsewhere."""

Stamp = Callable[[], Mapping[str, str]]


class Side(Struct, frozen=True):
    """A file that came with another one and says things about it: kept only where originals are."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Its digest, in hex."""
        return hashlib.sha256(self.data).hexdigest()


WRITTEN = ("text/plain", "text/markdown", "text/rtf")


class Fields(Struct, frozen=True):
    """What is said of a brought file: the form, with its references resolved to ids, and what is kept of the file.

    ``capture`` is what another tool's export says of it, ``proof`` what that tool's proof came to, ``note`` what
    is told of that.
    """

    form: AddForm
    case: str | None
    about: tuple[str, ...]
    mentions: tuple[str, ...]
    transcript_of: str | None
    translation_of: str | None
    keep_original: bool
    capture_facts: bool = True
    unclean: bool = False
    capture: Capture | None = None
    proof: str | None = None
    note: str | None = None
    sides: tuple[Side, ...] = ()


class Loose(Struct, frozen=True):
    """A file out of another one, in memory."""

    name: str
    data: bytes

    def read(self) -> bytes:
        """Its bytes."""
        return self.data

    def pieces(self) -> Iterator[bytes]:
        """All of it."""
        yield self.data


class Job(Struct, frozen=True):
    """One file to take in, or the reason why it is not, with what is said of it."""

    source: Source | Loose | Refused
    fields: Fields


class Brought(Struct, frozen=True):
    """A file as read: its clean name, its bytes and their SHA-256, and what is said of it.

    ``data`` is None where it is too large for memory: then ``pieces`` reads it anew.
    """

    name: str
    data: bytes | None
    size: int
    sha256: str
    job: Job

    def pieces(self) -> Iterator[bytes]:
        """What was brought; UncleanError if that is another file by now."""
        if self.data is not None:
            return iter([self.data])
        return self._again()

    def _again(self) -> Iterator[bytes]:
        hasher = hashlib.sha256()
        for piece in self.job.source.pieces() if isinstance(self.job.source, Source) else ():
            hasher.update(piece)
            yield piece
        if hasher.hexdigest() != self.sha256:
            raise UncleanError(CHANGED)

    @property
    def fields(self) -> Fields:
        """What is said of it."""
        return self.job.fields


def kind_of(cleaned: Cleaned, wanted: FiledKind | None) -> FiledKind:
    """The kind asked for, else by what it is: pictures are photos, texts and sound testimonies, all else documents."""
    if wanted is not None:
        return wanted
    if cleaned.media_type.startswith("image/"):
        return "photo"
    told = cleaned.media_type in WRITTEN or cleaned.media_type.startswith("audio/")
    return "testimony" if told else "document"


def file_away(
    brought: Brought,
    cleaned: Cleaned,
    sealed: Sealed | None,
    stamp: Stamp,
    batch: Batch,
    text_source: TextSource | None = None,
) -> tuple[Draft, ...]:
    """Put the clean file (and the original, if it is kept) into the batch; its record, and what its capture proves.

    ``sealed`` is the clean file, if it was sealed before. ``text_source``: how its text came about, where that is not
    plain.
    """
    clean = batch.put(sealed or [cleaned.data], role="clean", media_type=cleaned.media_type, name=brought.name)
    return _filed(brought, cleaned, clean, stamp, batch, text_source)


def file_away_passing(brought: Brought, passing: Passing, stamp: Stamp, batch: Batch) -> tuple[Draft, ...]:
    """As ``file_away``, of a recording that is cleaned while it is sealed; UncleanError where it cannot be."""
    clean = batch.put(passing, role="clean", media_type=UNKNOWN_TYPE, name=brought.name)
    cleaned = passing.cleaned
    return _filed(brought, cleaned, structs.replace(clean, type=cleaned.media_type), stamp, batch, None)


def _filed(
    brought: Brought,
    cleaned: Cleaned,
    clean: kinds.Attachment,
    stamp: Stamp,
    batch: Batch,
    text_source: TextSource | None,
) -> tuple[Draft, ...]:
    fields, attachments = brought.fields, [clean]
    if fields.keep_original:
        attachments += _originals(brought, cleaned.media_type, batch)
    text = (cleaned.text or "").encode()
    beginning = text[:INLINE_TEXT].decode(errors="ignore")[:INLINE_LETTERS]  # a letter may be cut in two
    if len(beginning) < len(cleaned.text or ""):
        attachments.append(batch.put([text], role="text", media_type="text/plain"))
    kind = kind_of(cleaned, fields.form.kind)
    source = {"text_source": text_source} if text_source else {}
    record = _record(brought, kind, _report(brought, cleaned, clean.sha256), beginning, {**stamp(), **source})
    return (Draft(record, attachments=tuple(attachments)), *facts(record.id, cleaned, fields, stamp))


def file_uncleaned(brought: Brought, stamp: Stamp, batch: Batch) -> tuple[Draft, ...]:
    """Keep a file that could not be cleaned as it is, sealed and marked: evidence that never leaves."""
    report = ScrubReport(
        media_type=UNKNOWN_TYPE,
        method=NOT_CLEANED,
        lossless=True,
        sha256_original=brought.sha256,
        size_original=brought.size,
        sha256_clean=brought.sha256,
        kept=(METADATA_NOT_REMOVED,),
    )
    record = _record(brought, brought.fields.form.kind or "document", report, "", stamp())
    originals = tuple(_originals(brought, UNKNOWN_TYPE, batch))
    return (Draft(record, attachments=originals), *facts(record.id, None, brought.fields, stamp))


def _originals(brought: Brought, media_type: str, batch: Batch) -> Iterator[kinds.Attachment]:
    """The file as brought, and what came with it."""
    yield batch.put(brought.pieces(), role="original", media_type=media_type, name=brought.name)
    if brought.fields.keep_original:
        yield from sides(brought, batch)


def sides(brought: Brought, batch: Batch) -> Iterator[kinds.Attachment]:
    """What came with a file and says things about it."""
    for side in brought.fields.sides:
        yield batch.put([side.data], role="original", media_type=UNKNOWN_TYPE, name=side.name)


def _record(brought: Brought, kind: FiledKind, report: ScrubReport, text: str, stamp: Mapping[str, str]) -> Filed:
    fields, form = brought.fields, brought.fields.form
    common: dict[str, object] = {
        **stamp, "title": form.title or PurePath(brought.name).stem[:1000] or None, "language": form.language,
        "case": fields.case,
        "about": fields.about, "mentions": fields.mentions, "basis": form.basis, "incriminates": form.incriminates,
        "confidentiality": form.confidentiality, "tags": form.tags, "remarks": form.remarks, "source": form.source,
        "transcript_of": fields.transcript_of, "translation_of": fields.translation_of,
        "scrub": report, "date": form.date, "place": form.place, "text": text or None,
    }  # fmt: skip
    make: Callable[..., Filed] = {"testimony": Testimony, "photo": Photo, "document": Document}[kind]
    return make(**common, **_own_fields(form, kind))


def _own_fields(form: AddForm, kind: FiledKind) -> dict[str, object]:
    """What only one kind has: said of all files of a batch, it goes to those it fits."""
    if kind == "photo" and form.faces is not None:
        return {"faces": form.faces}
    if kind == "document" and form.subtype is not None:
        return {"subtype": form.subtype}
    return {}


def _report(brought: Brought, cleaned: Cleaned, sha256_clean: str) -> ScrubReport:
    return ScrubReport(
        media_type=cleaned.media_type,
        method=cleaned.method,
        lossless=cleaned.lossless,
        sha256_original=brought.sha256,
        size_original=brought.size,
        sha256_clean=sha256_clean,
        found=cleaned.found,
        removed=cleaned.removed,
        kept=cleaned.kept,
    )


def facts(item: str, found: Cleaned | None, fields: Fields, stamp: Stamp) -> tuple[Draft, ...]:
    """What the capture proves, as a record of its own that can be shredded alone; nothing where nothing is proved.

    Of each file inside one that was found to prove something, a record too. ``found``: None where nothing was read.
    """
    if not fields.capture_facts:
        return ()
    told = _told(found.capture if found else None, fields)
    every = [told] if told else []
    every += [{"part": one.name, **to_builtins(one.capture)} for one in (found.inside if found else ())]
    make: Callable[..., CaptureFacts] = CaptureFacts
    return tuple(Draft(make(**stamp(), item=item, confidentiality="sealed", **one)) for one in every)


def _told(found: Capture | None, fields: Fields) -> dict[str, str]:
    """What the file itself says, before what an export says of it, and what came of the export's proof."""
    told: dict[str, str] = {}
    for capture in (found or Capture(), fields.capture or Capture()):
        said: dict[str, str] = to_builtins(capture)
        for together in _TOGETHER:
            if not told.keys() & together:
                told |= {name: said[name] for name in together if name in said}
    if fields.proof is not None:
        told["proof"] = fields.proof
    return told
