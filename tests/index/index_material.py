"""Records, lines and segments as the journal hands them to the index, made without keys."""

from __future__ import annotations

from archive.index.index import Index
from archive.records import kinds
from archive.records.kinds import AnyRecord, Attachment
from archive.vault.entry import Draft, Entry, Segment, read_line, write_line

KEY = bytes(range(32))
OURS, THEIRS = "a" * 64, "b" * 64
COMMON = {"created": "2026-03-01T10:00Z", "entered_by": "d" * 64}
CASE = "c" * 32


def number(prefix: str) -> str:
    """A record id that begins with these hex digits."""
    return prefix.ljust(32, "0")


def entry(record: AnyRecord, *parents: str, attachments: tuple[Attachment, ...] = (), salt: int = 0) -> Entry:
    """The entry of a draft, by way of its real line."""
    return read_line(write_line(Draft(record, parents, attachments), salt=bytes([salt] * 16)))


def segment(
    *entries: Entry | AnyRecord, name: str = "", at: str = "2026-03-01T10:00Z", head: str = "", seq: int = 1
) -> Segment:
    """A segment of entries; its name is made of what is in it unless given."""
    lines = tuple(found if isinstance(found, Entry) else entry(found) for found in entries)
    name = name or "".join(line.hash[:8] for line in lines)
    place = {"device": "d" * 64, "chain": "1" * 32, "seq": seq, "prev": None, "seen": {}}
    return Segment(name=name, head=head or name, at=at, entries=lines, missing=(), **place)  # type: ignore[arg-type]


def fill(index: Index, *entries: Entry | AnyRecord, collective: str = OURS) -> None:
    """Enter records or entries as one segment."""
    index.enter(collective, [segment(*entries)])


def scrubbed(sha256: str = "0" * 64) -> kinds.ScrubReport:
    """The report of a file from which nothing had to be removed."""
    return kinds.ScrubReport(
        media_type="text/plain",
        method="none",
        lossless=True,
        sha256_original=sha256,
        size_original=1,
        sha256_clean=sha256,
    )


def case(prefix: str, title: str = "A case", **fields: object) -> kinds.Case:
    """A case."""
    return kinds.Case(**{"id": number(prefix), "title": title, **COMMON, **fields})


def person(prefix: str, pseudonym: str = "Raven", **fields: object) -> kinds.Person:
    """A person with this pseudonym."""
    return kinds.Person(**{"id": number(prefix), "pseudonym": pseudonym, **COMMON, **fields})


def identity(
    prefix: str, of: kinds.Person, given: str = "Олена", surname: str = "Кравець", **more: object
) -> kinds.Identity:
    """The identity record of a person."""
    names = (kinds.Name(language="uk", given=given, surname=surname),)
    return kinds.Identity(**{"id": number(prefix), "person": of.id, "names": names, **COMMON, **more})


def told(prefix: str, text: str | None = "words", **fields: object) -> kinds.Testimony:
    """A testimony with this text."""
    return kinds.Testimony(**{"id": number(prefix), "text": text, "scrub": scrubbed(), **COMMON, **fields})


def consent(prefix: str, of: kinds.Person, **fields: object) -> kinds.Consent:
    """A consent of a person."""
    said = {"given_by": "self", "method": "written", "given_at": "2026-01-02", "purposes": ("keep",)}
    return kinds.Consent(**{"id": number(prefix), "person": of.id, **said, **COMMON, **fields})
