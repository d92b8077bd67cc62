"""Reading: one record, its file, all cases, one case as a page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import structs

from archive.desk import Desk
from archive.errors import ArchiveError, ExistsError, NotFoundError
from archive.index.reading import Stored
from archive.records import kinds
from archive.records.answers import (
    BesideAnswer,
    RecordAnswer,
    SideLine,
)
from archive.records.kinds import Attachment, Filed
from archive.speech import tr
from archive.vault.entry import Draft

_ID = re.compile("[0-9a-f]{32}")


def read(desk: Desk, ref: str, *, capture: bool, full: bool) -> RecordAnswer:
    """One record; a name or what a capture proves is an event of custody if shown, and is written down first.

    The number of a paper of identity is shown by its last two signs, unless it is asked for in ``full``.
    """
    ident = desk.resolve(ref)
    record = desk.record(ident)
    if note := _SHOWN.get(type(record)):
        log_access(desk, ident, f"{note} in full" if full else note)
    if isinstance(record, kinds.Paper) and not full:
        record = structs.replace(record, number=masked(record.number))
    facts = [head.record for head in desk.index.captured_of(ident) if isinstance(head.record, kinds.CaptureFacts)]
    if capture and not facts:
        raise NotFoundError(tr("Nothing is sealed here of what its capture proves."), tr("Leave --capture out."))
    if capture:
        log_access(desk, ident, "capture facts shown", *(one.id for one in facts))
    return RecordAnswer(
        ref=desk.index.ref(ident),
        record=record,
        refs=dict(named(desk, record)),
        capture_facts=tuple(dict.fromkeys(desk.index.ref(one.id) for one in facts)),
        captured=tuple(facts) if capture else (),
        told_by=tuple(_telling_of(desk, ident)),
        originals=tuple(one.name or "" for one in _stored(desk, ident).attachments if one.role == "original"),
    )


_SHOWN = {
    kinds.Identity: "names shown",
    kinds.CaptureFacts: "capture facts shown",
    kinds.Paper: "paper shown",
    kinds.Unfinished: "unfinished interview shown",
}  # kinds whose being shown is written down


def _telling_of(desk: Desk, ident: str) -> Iterator[str]:
    """The references of what writes a record down or translates it."""
    for stored in desk.index.made_from(ident):
        yield desk.index.ref(stored.record.id)


def masked(number: str | None) -> str | None:
    """A paper's number as it may be shown: its last two signs; of a short one, nothing."""
    if number is None:
        return None
    return MASKED + (number[-2:] if len(number) > _SHORT else "")


MASKED, _SHORT = "··", 4


def named(desk: Desk, record: kinds.AnyRecord) -> Iterator[tuple[str, str]]:
    """The references of all records that this one names by id, as far as they are here."""
    named = (getattr(record, field) for field in record.__struct_fields__)
    for value in named:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and _ID.fullmatch(one) and desk.index.get(one) is not None:
                yield one, desk.index.ref(one)


def contents(desk: Desk, ref: str, *, original: bool, name: str | None = None) -> Iterator[bytes]:
    """The clean file of a record, or its kept original (which is written down first), piece by piece.

    ``name``: of several originals the one called so.
    """
    ident = desk.resolve(ref)
    stored = _stored(desk, ident)
    role = "original" if original or not is_cleaned(stored.record) else "clean"
    attachment = _attachment(stored, role, name)
    if original or attachment.role == "original":
        log_access(desk, ident, "original written out")
    return desk.journals[stored.collective].open_object(attachment)


def whole(desk: Desk, ref: str) -> bytes:
    """The clean file of a record, or what was kept of one that could not be cleaned (which is written down first)."""
    return b"".join(contents(desk, ref, original=False))


def media_type(desk: Desk, ref: str) -> str:
    """Of what kind that file is."""
    record = desk.record(desk.resolve(ref))
    return record.scrub.media_type if isinstance(record, Filed) else "text/plain"


def needs_warning(desk: Desk, ref: str) -> bool:
    """Whether the file of a record was kept as it was brought, with all that could betray somebody."""
    return not is_cleaned(desk.record(desk.resolve(ref)))


def is_cleaned(record: kinds.AnyRecord) -> bool:
    """Whether a record is no file that could not be cleaned."""
    return not isinstance(record, Filed) or record.scrub.cleaned


def beside(desk: Desk, ref: str, other: str) -> BesideAnswer:
    """Two texts to be read beside each other: a story and its translation, a recording's transcript."""
    return BesideAnswer(left=_side(desk, ref), right=_side(desk, other))


def _side(desk: Desk, ref: str) -> SideLine:
    stored = _stored(desk, desk.resolve(ref, "testimony", "photo", "document"))
    record = stored.record
    text = full_text(desk, record, stored.attachments, stored.collective) if isinstance(record, Filed) else None
    if not text:
        raise NotFoundError(
            tr("This record holds no text."), tr("Write it down first: archive add FILE --transcript-of REF")
        )
    return SideLine(ref=desk.index.ref(record.id), language=record.language, title=record.title, text=text)


def full_text(desk: Desk, record: Filed, attachments: Iterable[Attachment], collective: str) -> str | None:
    """The whole readable text of a record, whichever way it is kept."""
    for attachment in attachments:
        if attachment.role == "text":
            return b"".join(desk.journals[collective].open_object(attachment)).decode()
    return record.text


def write_out(desk: Desk, ref: str, path: Path, *, original: bool, name: str | None = None) -> None:
    """The file at ``path``, mode 0600, whole or not at all; ExistsError if something is there."""
    write_new(path, contents(desk, ref, original=original, name=name))


def refuse_if_there(path: Path) -> None:
    """ExistsError if something is there under this name."""
    if os.path.lexists(path):
        raise _exists()


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """A new file, mode 0600, whole or not at all; ExistsError if something is there, ArchiveError if it cannot be."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise _exists() from None
    except OSError as error:
        raise ArchiveError(
            tr("The file cannot be written: {strerror}.", strerror=error.strerror), tr("Choose another place with -o.")
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ArchiveError(
                tr("The file cannot be written: {strerror}.", strerror=error.strerror), tr("Nothing was left there.")
            ) from None
        raise


def _exists() -> ExistsError:
    return ExistsError(tr("There is a file of this name already."), tr("Choose another with -o, or - for output."))


def _stored(desk: Desk, ident: str) -> Stored:
    stored = desk.index.get(ident)
    if stored is None:
        raise NotFoundError(tr("This record is not here."), tr("Sync with the others and try again."))
    return stored


def _attachment(stored: Stored, role: str, name: str | None) -> Attachment:
    for attachment in stored.attachments:
        if attachment.role == role and name in (None, attachment.name):
            return attachment
    if role == "original":
        raise NotFoundError(
            tr("The original of this record was not kept."), tr("Leave --original out for the clean copy.")
        )
    raise NotFoundError(tr("This record holds no file."), tr("Read it: archive show REF."))


def log_access(desk: Desk, ident: str, note: str, *beside: str) -> None:
    """Write down that a name, a number, an original or capture facts are shown now."""
    concerned = tuple(dict.fromkeys((ident, *beside)))
    desk.save(Draft(desk.new(kinds.Custody, event="access", concerns=concerned, note=note)))
