"""Files as they were brought: whether they are kept, one attached later, one deleted once it is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from msgspec import structs

from archive.casework.collectives import settings
from archive.desk import Desk
from archive.errors import ArchiveError
from archive.index.reading import Stored
from archive.ingest.files import Source
from archive.ingest.taking import Brought, sides
from archive.records import kinds
from archive.records.kinds import Attachment, Filed
from archive.speech import tr
from archive.vault.batch import Batch
from archive.vault.entry import Draft

Ask = Callable[[], bool | None]


class Keeping:
    """Whether originals are kept: as the command says, else as the collective has set it, else as somebody answers.

    ``ask`` is called once at most, and gives None where nobody is there: then they are not kept. An answer is
    remembered in the ``case`` (an id) that the batch is for.
    """

    def __init__(self, desk: Desk, said: bool | None, case: str | None, ask: Ask) -> None:
        setting = settings(desk).originals
        self._desk = desk
        self._said = {"keep": True, "drop": False}.get(setting) if said is None else said
        self._asked = self._said is None
        self._answer = self._said
        if self._answer is None:
            self._answer = self._remembered(case)
        if self._answer is None:
            self._answer = self._ask(case, ask)

    def of(self, case: str | None) -> bool:
        """For a file of this case: what was answered for it before comes first where the collective asks."""
        remembered = self._remembered(case) if self._asked else None
        return bool(self._answer if remembered is None else remembered)

    def _remembered(self, case: str | None) -> bool | None:
        stored = self._desk.index.get(case, self._desk.collective) if case else None
        said = stored.record.originals if stored and isinstance(stored.record, kinds.Case) else None
        return None if said is None else said == "keep"

    def _ask(self, case: str | None, ask: Ask) -> bool | None:
        answer = ask()
        stored = self._desk.index.get(case, self._desk.collective) if case and answer is not None else None
        if stored and isinstance(stored.record, kinds.Case):
            said: kinds.Kept = "keep" if answer else "drop"
            record = structs.replace(stored.record, originals=said, modified=self._desk.minute())
            self._desk.save(Draft(record, (stored.entry,), stored.attachments, stored.line))
        return answer


def attach(desk: Desk, stored: Stored, brought: Brought, batch: Batch) -> Draft | None:
    """The next state of a record, with the original and what came with it beside what it has; None if it has all."""
    have = {file.sha256 for file in stored.attachments if file.role == "original"}
    came = structs.replace(
        brought.job.fields, sides=tuple(one for one in brought.fields.sides if one.sha256 not in have)
    )
    fresh = structs.replace(brought, job=structs.replace(brought.job, fields=came))
    files = [*sides(fresh, batch)]
    if brought.sha256 not in have:
        media_type = stored.attachments[0].type
        files.insert(0, batch.put(brought.pieces(), role="original", media_type=media_type, name=brought.name))
    if not files:
        return None
    record = structs.replace(stored.record, modified=desk.minute())
    return Draft(record, (stored.entry,), (*stored.attachments, *files), stored.line)


# --- deleting the source ---


def remove_source(desk: Desk, source: Source, sha256_original: str, ident: str, *, kept: bool) -> str | None:
    """Delete a source whose record ``ident`` is in the archive and reads back; why not, or None if it is gone.

    Where the original is ``kept`` it has to be there, byte for byte; else the clean copy has to read back as the
    record says.
    """
    stored = desk.index.get(ident, desk.collective)
    if stored is None:
        return tr("its record is not here")
    try:
        for attachment in _needed(stored, sha256_original, kept=kept):
            _read_back(desk, stored.collective, attachment)
        source.remove()
    except ArchiveError as error:
        return error.message
    return None


def _needed(stored: Stored, sha256_original: str, *, kept: bool) -> Iterator[Attachment]:
    """What has to be read back: what was cleaned, and the very bytes of the source where these are kept."""
    if not isinstance(stored.record, Filed) or stored.record.scrub.sha256_original != sha256_original:
        raise ArchiveError(tr("Its record was made from another file."))
    original = [file for file in stored.attachments if file.role == "original" and file.sha256 == sha256_original]
    if not original and (kept or not stored.record.scrub.cleaned):
        raise ArchiveError(tr("Its original is not in the archive."))
    yield from original[:1]
    if stored.record.scrub.cleaned:
        clean = [file for file in stored.attachments if file.sha256 == stored.record.scrub.sha256_clean]
        if not clean:
            raise ArchiveError(tr("Its clean copy is not in the archive."))
        yield clean[0]


def _read_back(desk: Desk, collective: str, attachment: Attachment) -> None:
    """Decrypt a stored file from the disk and compare; ArchiveError if it is not what the record says."""
    hasher = sha256()
    for piece in desk.journals[collective].open_object(attachment):
        hasher.update(piece)
    if hasher.hexdigest() != attachment.sha256:
        raise ArchiveError(tr("What was stored does not read back as it was."))
