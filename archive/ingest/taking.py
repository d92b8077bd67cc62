"""From a brought file to a record: read, cleaned, sealed, described.

The original's bytes are forgotten unless asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import PurePath

from msgspec import Struct

from archive.records.forms import AddForm
from archive.records.kinds import Document, Filed, FiledKind, Photo, ScrubReport, Testimony
from archive.scrub.contract import Cleaned
from archive.vault.batch import Batch
from archive.vault.entry import Draft

INLINE_TEXT = 400_000
"""Bytes of text that stand in the record itself, where a rebuilt index finds them.

Longer texts also lie in an attachment.
"""


class Fields(Struct, frozen=True):
    """What is said of every file of one ``add``: the form, with its references resolved to ids."""

    form: AddForm
    case: str | None
    about: tuple[str, ...]
    mentions: tuple[str, ...]
    transcript_of: str | None
    translation_of: str | None
    keep_original: bool


def kind_of(cleaned: Cleaned, wanted: FiledKind | None) -> FiledKind:
    """The kind asked for, else by what the file is: pictures are photos, texts testimonies, papers documents."""
    if wanted is not None:
        return wanted
    if cleaned.media_type.startswith("image/"):
        return "photo"
    return "testimony" if cleaned.media_type.startswith("text/") else "document"


def file_away(
    data: bytes, name: str, cleaned: Cleaned, fields: Fields, stamp: Mapping[str, str], batch: Batch
) -> Draft:
    """Put the clean file (and the original, if it is kept) into the batch, and describe it as a record."""
    attachments = [batch.put([cleaned.data], role="clean", media_type=cleaned.media_type, name=name)]
    if fields.keep_original:
        attachments.append(batch.put([data], role="original", media_type=cleaned.media_type, name=name))
    text = (cleaned.text or "").encode()
    if len(text) > INLINE_TEXT:
        attachments.append(batch.put([text], role="text", media_type="text/plain"))
    beginning = text[:INLINE_TEXT].decode(errors="ignore")  # a letter may be cut in two
    return Draft(_record(data, name, cleaned, beginning, fields, stamp), attachments=tuple(attachments))


def _record(data: bytes, name: str, cleaned: Cleaned, text: str, fields: Fields, stamp: Mapping[str, str]) -> Filed:
    form, kind = fields.form, kind_of(cleaned, fields.form.kind)
    common: dict[str, object] = {
        **stamp, "title": form.title or PurePath(name).stem[:1000] or None, "language": form.language,
        "case": fields.case,
        "about": fields.about, "mentions": fields.mentions, "basis": form.basis, "incriminates": form.incriminates,
        "confidentiality": form.confidentiality, "tags": form.tags, "remarks": form.remarks, "source": form.source,
        "transcript_of": fields.transcript_of, "translation_of": fields.translation_of,
        "scrub": _report(data, cleaned), "date": form.date, "place": form.place, "text": text or None,
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


def _report(data: bytes, cleaned: Cleaned) -> ScrubReport:
    return ScrubReport(
        media_type=cleaned.media_type,
        method=cleaned.method,
        lossless=cleaned.lossless,
        sha256_original=hashlib.sha256(data).hexdigest(),
        size_original=len(data),
        sha256_clean=hashlib.sha256(cleaned.data).hexdigest(),
        found=cleaned.found,
        removed=cleaned.removed,
        kept=cleaned.kept,
    )
