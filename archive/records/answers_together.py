"""What the commands about members, devices and collectives answer with ``--json``; ``answers.py`` has the others."""

from __future__ import annotations

from typing import Literal

from archive.records.answers import Answer
from archive.records.kinds import Kept, Originals, Places


class RequestLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A key that asks to be let in: its words, to be compared by voice, and whose place it wants to take."""

    request: str
    device: str
    words: str
    replaces: str | None


class MemberLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A member; ``label`` is what the others call them, ``devices`` are device ids."""

    ref: str
    label: str
    role: Literal["admin", "member"]
    you: bool
    devices: tuple[str, ...]


class RemovalLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A removal that is not settled: who signed it, whom it removes."""

    version: str
    by: str
    removes: tuple[str, ...]


class MemberList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Who belongs to the collective. ``dispute``: removals of each other; ``contested``: not followed everywhere."""

    members: tuple[MemberLine, ...]
    dispute: tuple[RemovalLine, ...] = ()
    contested: tuple[RemovalLine, ...] = ()


class MemberAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Somebody who was let in or given a role; ``words`` are read to them, so that they know the list is the right
    one. ``replaced`` is the member whose place they took.
    """

    ref: str
    label: str
    role: Literal["admin", "member"]
    devices: tuple[str, ...]
    words: str | None
    replaced: str | None = None


class DeadlineLeft(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A date that somebody who left had entered."""

    ref: str
    what: str
    on: str


class GoneAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A member or device that was removed (``who``), and what is left without them; ``said``: what removing does."""

    member: str
    who: str
    devices: tuple[str, ...]
    shares: tuple[str, ...]
    cases: tuple[str, ...]
    deadlines: tuple[DeadlineLeft, ...]
    said: str = ""


class DeviceLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A computer with a key of its own."""

    device: str
    member: str
    this: bool


class DeviceList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """All devices that can read the collective."""

    devices: tuple[DeviceLine, ...]


class ArrivalLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A collective that lets this key in; ``words`` are what whoever let it in reads out."""

    collective: str
    words: str | None
    compared: bool


class JoinAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """``requested``: waits at the archive to be let in. ``compare``: let in, words not compared yet. ``in``: done."""

    status: Literal["requested", "compare", "in"]
    device: str
    words: str
    collectives: tuple[ArrivalLine, ...] = ()


class CollectiveLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A collective that this key opens."""

    name: str
    id: str
    members: int
    role: Literal["admin", "member", "none"]
    originals: Originals
    capture_facts: Kept
    places: Places


class CollectiveList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """All of them."""

    collectives: tuple[CollectiveLine, ...]


class PassphraseAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The passphrase was changed; ``said`` is what that does and does not do."""

    said: str
