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
from archive.records import edtf, fields
from archive.records.common import Relation
from archive.records.entities import CountingUnit, PublicRole, Sex
from archive.records.kinds import (
    Basis,
    Confidentiality,
    ConsentMethod,
    Country,
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
    Refusal,
    Risk,
    Service,
    Stay,
    Subtype,
    Text,
)
from archive.speech import tr

Reference = Line
_SEE = tr("The fields stand in schemas/ and docs/json.md.")
Form = TypeVar("Form", bound=Struct)


class CaseForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new case; ``dates`` is when it happened (EDTF), or a list of deadlines to keep."""

    title: Line
    summary: Text | None = None
    dates: Line | tuple[Deadline, ...] | None = None
    period: Line | None = None
    place: Line | None = None
    exact_place: Line | None = None
    language: Language | None = None
    masks: tuple[Line, ...] = ()
    lead: Line | None = None
    confidentiality: Confidentiality = "collective"
    tags: tuple[Line, ...] = ()
    remarks: Text | None = None


class LinkForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person stands to another one."""

    person: Reference
    relation: Relation


class PersonForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A new person."""

    pseudonym: Line | None = None
    case: Reference | None = None
    cases: tuple[Reference, ...] = ()
    risk: Risk | None = None
    counting_unit: CountingUnit | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    self_description: Line | None = None
    citizenship: tuple[Country, ...] = ()
    languages: tuple[Language, ...] = ()
    public_role: PublicRole | None = None
    protected: bool = True
    links: tuple[LinkForm, ...] = ()
    trusted: Reference | None = None
    dates: tuple[Deadline, ...] = ()
    tags: tuple[Line, ...] = ()
    remarks: Text | None = None


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
    service: Service | None = None
    stays: tuple[Stay, ...] = ()
    refusal: Refusal | None = None


class ConsentForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person agreed to when asked; ``wording`` is the exact text that was read out, kept with its hash."""

    given_by: GivenBy
    purposes: tuple[Purpose, ...]
    method: ConsentMethod
    language: Language
    given_at: Day
    risks_explained: bool
    recipients: dict[Purpose, tuple[Reference, ...]] = {}
    expires_at: Day | None = None
    free_to_refuse: bool = True
    wording: Text | None = None
    text_version: Line | None = None
    conditions: Text | None = None
    evidence: tuple[Reference, ...] = ()


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


def read(data: bytes, form: type[Form], beside: Mapping[str, object] | None = None) -> Form:
    """The form in ``data`` (JSON), with fields that were given ``beside`` it; UsageError names what does not fit."""
    try:
        told = msgspec.json.decode(data)
        if beside:
            told = _joined(told, beside)
        read_form = msgspec.convert(told, type=form)
        _refuse_unknown(told, read_form, ())
        return check_dates(read_form)
    except msgspec.ValidationError as error:
        raise UsageError(*_explain(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError(tr("That is not JSON."), tr("Give one JSON object, UTF-8.")) from None


def _joined(told: object, beside: Mapping[str, object]) -> object:
    if not isinstance(told, dict):
        return told
    for name in beside.keys() & told.keys():
        raise UsageError(tr("{name} is given twice.", name=name), tr("Give it in the JSON, or as an argument."))
    return {**told, **beside}


def whole(kind: type[Form], given: Mapping[str, object]) -> Form:
    """A record of ``kind`` from plain data; UsageError names the field that does not fit."""
    try:
        return msgspec.convert({**given, "kind": kind.__struct_config__.tag}, type=kind)
    except msgspec.ValidationError as error:
        raise UsageError(*_explain(str(error))) from None


def record(known: Mapping[str, type[Form]], given: Mapping[str, object]) -> Form:
    """A whole record as its schema says, of one of the ``known`` kinds; UsageError names what does not fit."""
    kind = known.get(str(given.get("kind")))
    if kind is None:
        raise UsageError(tr("there is no kind of record of this name."), _SEE)
    fields_given = {name: value for name, value in given.items() if name != "kind"}
    read_record = whole(kind, fields_given)
    _refuse_unknown(fields_given, read_record, ())
    return check_dates(read_record)


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
                raise UsageError(
                    tr("{what} does not fit: there is no such field.", what=".".join((*where, name))), _SEE
                )
            _refuse_unknown(given[name], getattr(taken, name), (*where, name))


def fill(form: type[Form], said: Mapping[str, object]) -> Form:
    """The form from options of the command line, absent ones left out; UsageError names the field that does not fit."""
    given = {name: value for name, value in said.items() if value not in (None, (), [])}
    try:
        return check_dates(msgspec.convert(given, type=form))
    except msgspec.ValidationError as error:
        raise UsageError(*_explain(str(error))) from None


def check_dates(form: Form) -> Form:
    """The same form, if those of its fields that hold a date in EDTF are dates."""
    for name, hint in fields.hints(type(form)).items():
        value = getattr(form, name)
        if isinstance(value, str) and fields.is_date(hint):
            edtf.parse(value)
    return form


def _explain(said: str) -> tuple[str, str]:
    """msgspec's sentence without the value it quotes: the field, and what it takes."""
    what, _, where = said.partition(" - at ")
    field = where.strip("`").removeprefix("$.") or tr("the document")
    reason = re.sub(r"Invalid enum value '.*'", tr("it is not one of the words known here"), what)
    reason = re.sub(r"Object contains unknown field `(.*)`", tr(r"there is no field \1"), reason)
    return (
        tr("{field} does not fit: {why}.", field=field, why=reason[:1].lower() + reason[1:]),
        _SEE,
    )
