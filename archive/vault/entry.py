"""What the journal hands out and takes in: drafts, entries, segments and problems. Pure.

The body line of a record is the canonical JSON of its struct with the envelope of the journal around it::

    {"att":[<attachment> …], "parents":["<entry hash>" …], "salt":"<32 hex digits>", "t":"put", "v":1, "kind":…, …}

Entries that hold no record are ``deeds.py``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from archive.errors import DamagedError, UsageError
from archive.records.kinds import AnyRecord, Attachment
from archive.seal import canonical
from archive.seal.canonical import Value
from archive.seal.lines import digest
from archive.seal.segment import Head
from archive.speech import tr
from archive.vault import deeds
from archive.vault.deeds import Deed, Salt, Tomb

ENVELOPE = frozenset({"t", "v", "parents", "salt", "att"})
"""The fields of a record's line that are the journal's and not the record's."""


class Draft(Struct, frozen=True):
    """A record to be written. ``parents`` are the hashes of the entries that it replaces.

    ``edited`` is the line of the entry it was made from, if any: fields there that a newer version of the program put
    in are carried over.
    """

    record: AnyRecord
    parents: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    edited: bytes = b""


class Entry(Struct, frozen=True):
    """One line of the journal: a record or a deed. Neither for what this version does not know: kept as it is."""

    hash: str
    line: bytes
    record: AnyRecord | None
    parents: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    deed: Deed | None = None


class Segment(Struct, frozen=True):
    """One verified file of the journal: what one commit of one device added.

    ``name`` is the file's name, ``head`` the segment's identity (two files may be copies of one segment), ``at`` the
    time that the device claims, to the minute; ``missing`` are hashes of entries that this copy lacks. ``seq`` and
    ``prev`` place it in its device's ``chain``; ``seen`` is what the device says it had seen of other chains.
    """

    name: str
    head: str
    device: str
    at: str
    entries: tuple[Entry, ...]
    missing: tuple[str, ...]
    chain: str
    seq: int
    prev: str | None
    seen: dict[str, tuple[int, str]]


class Problem(Struct, frozen=True):
    """Something that is not as it should be, in plain words; ``path`` is relative to the archive.

    ``aside``: it has no effect and nothing needs to be done; told so that nobody is surprised by it.
    """

    path: str
    problem: str
    healed: bool = False
    aside: bool = False


class _Put(Struct, frozen=True):
    """The envelope of a record's line."""

    t: Literal["put"]
    v: Literal[1]
    salt: Salt
    parents: tuple[str, ...]
    att: tuple[Attachment, ...]


def write_line(draft: Draft | Deed, salt: bytes) -> bytes:
    """The body line of a draft or deed; UsageError if a field of a record breaks its own rule."""
    if not isinstance(draft, Draft):
        return canonical.encode(deeds.fields(draft, salt))
    fields: dict[str, Value] = msgspec.to_builtins(draft.record)
    try:
        msgspec.convert(fields, AnyRecord)
        msgspec.convert(msgspec.to_builtins(draft.attachments), tuple[Attachment, ...])
    except msgspec.ValidationError as error:  # its text names the field and the rule, never the value
        raise UsageError(tr("This record cannot be kept: {error}.", error=error)) from error
    envelope: dict[str, Value] = {
        "t": "put",
        "v": 1,
        "parents": list(draft.parents),
        "salt": salt.hex(),
        "att": msgspec.to_builtins(draft.attachments),
    }
    try:
        return canonical.encode({**_carried(draft), **fields, **envelope})
    except DamagedError as error:
        raise UsageError(
            tr("This record cannot be kept: a text in it is too long."), tr("Add it as a file.")
        ) from error


def objects_of(drafts: Iterable[Draft | Deed]) -> Iterator[str]:
    """The names of the files that the drafts' attachments lie in."""
    for draft in drafts:
        if isinstance(draft, Draft):
            yield from (part.o for attachment in draft.attachments for part in attachment.parts)


def read_line(line: bytes) -> Entry:
    """The entry in a body line; DamagedError if it is not canonical JSON with a type and a version."""
    value = canonical.decode_object(line)
    match value:
        case {"t": str(), "v": int()}:
            return _known(line, value) or Entry(digest(line), line, None)
    raise DamagedError(tr("An entry of the journal is damaged: it has no type or version."))


def handed_out(
    name: str, segment_id: str, head: Head, entries: Iterable[Entry], missing: tuple[str, ...] = ()
) -> Segment:
    """A segment as the journal hands it out."""
    return Segment(
        name=name,
        head=segment_id,
        device=head.dev,
        at=head.at,
        entries=tuple(entries),
        missing=missing,
        chain=head.chain,
        seq=head.seq,
        prev=head.prev,
        seen=head.seen,
    )


def _known(line: bytes, value: Mapping[str, Value]) -> Entry | None:
    """The entry if this version of the program knows its type; of an unknown kind, all but the record."""
    if value["t"] in deeds.TYPES:
        deed = deeds.read(value)
        parents = deed.parents if isinstance(deed, Tomb) else ()
        return Entry(digest(line), line, None, parents, deed=deed)
    try:
        put = msgspec.convert(value, _Put)
    except msgspec.ValidationError:
        return None
    try:
        record = msgspec.convert(value, AnyRecord)
    except msgspec.ValidationError:
        record = None
    return Entry(digest(line), line, record, put.parents, put.att)


def _carried(draft: Draft) -> dict[str, Value]:
    """The fields of the edited line that this version of the program does not know."""
    if not draft.edited:
        return {}
    known = {*type(draft.record).__struct_fields__, "kind", *ENVELOPE}
    return {name: value for name, value in canonical.decode_object(draft.edited).items() if name not in known}
