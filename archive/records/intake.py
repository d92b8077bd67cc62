"""An interview as one document: what ``archive intake --from-json`` takes, and what its answers come to."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.records.answers import Answer, FileAnswer
from archive.records.common import Day, Edtf, Force, Incriminates, Knowing, Language, Line, Text
from archive.records.entities import Where
from archive.records.filed import FiledKind, Subtype
from archive.records.identities import Name
from archive.records.keeping import ConsentMethod, Purpose

Reference = Line
Threat = Literal["in_custody", "in_military_control", "wanted", "family_in_reach"]


class UsesForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The uses they said yes to, when asked about all of them; ``until`` is the first day on which it ends."""

    purposes: tuple[Purpose, ...] = ()
    recipients: dict[Purpose, tuple[Reference, ...]] = {}
    until: Day | None = None


class PromiseForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What they need or we promised, and by when."""

    what: Line
    due: Day | None = None


class GivenForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file they gave; ``due`` is a date on it to keep, such as a hearing."""

    path: Line
    kind: FiledKind | None = None
    subtype: Subtype | None = None
    due: Day | None = None


class IntakeForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole interview. ``keep`` has to be true: after a no nothing is kept."""

    language: Annotated[Language, Meta(description="in which they were asked")]
    keep: bool
    told_before: bool
    sentence: Annotated[Line, Meta(description="neutral, without names: the title")]
    date: Annotated[Edtf, Meta(description="when it happened")]
    place: Annotated[Line, Meta(description="the region")]
    where: Annotated[Where, Meta(description="where the person is now")]
    uses: UsesForm
    case: Annotated[Reference | None, Meta(description="one that is there; else a new one")] = None
    words: Annotated[Text | None, Meta(description="what they said, if it was typed")] = None
    acts: tuple[Line, ...] = ()
    forces: tuple[Force, ...] = ()
    known: Knowing | None = None
    threats: tuple[Threat, ...] = ()
    uniqueness: Annotated[Literal["low", "medium", "high"], Meta(description="recognisable from the story alone?")] = (
        "high"
    )
    promise: PromiseForm | None = None
    safe_contact: Annotated[Line | None, Meta(description="sealed with the name, so not without one")] = None
    names: tuple[Name, ...] = ()
    masks: Annotated[tuple[Line, ...], Meta(description="other words to hide: nickname, village, unit")] = ()
    incriminates: Incriminates = "no"
    method: ConsentMethod = "witnessed"
    files: tuple[GivenForm, ...] = ()
    delete_files: Annotated[bool, Meta(description="delete the plain files once they read back")] = False


class IntakeAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What an interview came to; ``records`` are the files and the typed words, as ``add`` tells them."""

    case: str
    person: str
    identity: str | None
    consents: tuple[str, ...]
    acts: tuple[str, ...]
    roles: tuple[str, ...]
    steps: tuple[str, ...]
    records: tuple[FileAnswer, ...]
    added: int
    duplicates: int
    refused: int
