"""What ``--from-json`` takes: the fields of a new record as a person or script gives them, references as typed.

Unknown fields are refused, so that a misspelt one is not silently lost. A refusal names the field and what it takes,
never the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from archive.errors import UsageError
from archive.records import edtf
from archive.records.kinds import (
    Basis,
    Confidentiality,
    ConsentMethod,
    Day,
    Deadline,
    Edtf,
    Faces,
    FiledKind,
    GivenBy,
    Incriminates,
    Language,
    Line,
    Name,
    Purpose,
    Risk,
    Subtype,
    Text,
)

Reference = Line
_SEE = "The fields stand in schemas/ and docs/json.md."
Form = TypeVar("Form", bound=Struct)


class CaseForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new case; ``dates`` is when it happened (EDTF), or a list of deadlines to keep."""

    title: Line
    summary: Text | None = None
    dates: Edtf | tuple[Deadline, ...] | None = None
    place: Line | None = None
    language: Language | None = None


class PersonForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new person."""

    pseudonym: Line | None = None
    case: Reference | None = None
    risk: Risk | None = None


class IdentityForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The real names and contacts of a person; ``unknown`` says that there is none to seal and none in any record."""

    unknown: bool = False
    names: tuple[Name, ...] = ()
    nicknames: tuple[Line, ...] = ()
    aliases: tuple[Line, ...] = ()
    places: tuple[Line, ...] = ()
    phones: tuple[Line, ...] = ()
    emails: tuple[Line, ...] = ()
    handles: tuple[Line, ...] = ()
    addresses: tuple[Line, ...] = ()
    birth_date: Edtf | None = None
    safe_contact: Line | None = None
    do_not_contact: tuple[Line, ...] = ()


class ConsentForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person agreed to when asked."""

    given_by: GivenBy
    purposes: tuple[Purpose, ...]
    method: ConsentMethod
    language: Language
    given_at: Day
    risks_explained: bool
    recipients: dict[Purpose, tuple[Reference, ...]] = {}
    expires_at: Day | None = None
    free_to_refuse: bool = True


class AddForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about every file of one ``add``."""

    case: Reference | None = None
    kind: FiledKind | None = None
    subtype: Subtype | None = None
    title: Line | None = None
    date: Edtf | None = None
    place: Line | None = None
    language: Language | None = None
    source: Line | None = None
    about: tuple[Reference, ...] = ()
    mentions: tuple[Reference, ...] = ()
    faces: Faces | None = None
    basis: Basis = "consent"
    incriminates: Incriminates = "no"
    confidentiality: Confidentiality = "collective"
    tags: tuple[Line, ...] = ()
    remarks: Text | None = None
    transcript_of: Reference | None = None
    translation_of: Reference | None = None


def read(data: bytes, form: type[Form]) -> Form:
    """The form in ``data`` (JSON); UsageError names the field that does not fit."""
    try:
        read_form = msgspec.json.decode(data, type=form)
        _refuse_unknown(msgspec.json.decode(data), read_form, ())
        return check_dates(read_form)
    except msgspec.ValidationError as error:
        raise UsageError(*_explain(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError("That is not JSON.", "Give one JSON object, UTF-8.") from None


def _refuse_unknown(given: object, taken: object, where: tuple[str, ...]) -> None:
    """Records let unknown fields pass, as a newer version may have written them.

    A form must not lose a misspelt one.
    """
    if isinstance(taken, tuple) and isinstance(given, list):
        for number, (one, other) in enumerate(zip(given, taken, strict=True)):
            _refuse_unknown(one, other, (*where, str(number)))
    elif isinstance(taken, Struct) and isinstance(given, dict):
        for name in given:
            if name not in taken.__struct_fields__:
                raise UsageError(f"{'.'.join((*where, name))} does not fit: there is no such field.", _SEE)
            _refuse_unknown(given[name], getattr(taken, name), (*where, name))


def fill(form: type[Form], fields: Mapping[str, object]) -> Form:
    """The form from options of the command line, absent ones left out; UsageError names the field that does not fit."""
    given = {name: value for name, value in fields.items() if value not in (None, (), [])}
    try:
        return check_dates(msgspec.convert(given, type=form))
    except msgspec.ValidationError as error:
        raise UsageError(*_explain(str(error))) from None


def check_dates(form: Form) -> Form:
    """The same form, if its dates are dates."""
    for field in ("date", "dates", "birth_date"):
        value = getattr(form, field, None)
        if isinstance(value, str):
            edtf.parse(value)
    return form


def _explain(said: str) -> tuple[str, str]:
    """msgspec's sentence without the value it quotes: the field, and what it takes."""
    what, _, where = said.partition(" - at ")
    field = where.strip("`").removeprefix("$.") or "the document"
    reason = re.sub(r"Invalid enum value '.*'", "it is not one of the words known here", what)
    reason = re.sub(r"Object contains unknown field `(.*)`", r"there is no field \1", reason)
    return (
        f"{field} does not fit: {reason[:1].lower()}{reason[1:]}.",
        _SEE,
    )
