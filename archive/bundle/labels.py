"""The words of a dossier that are ours, in the languages headings come in, and how a month is said in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial
from gettext import c2py
from importlib import resources
from typing import Annotated, get_args

import msgspec
from msgspec import Meta, Struct

from archive.bundle.content import How, Kind, Use
from archive.bundle.reasons import Withholding
from archive.bundle.visible import bound, every_text
from archive.errors import UsageError
from archive.records import edtf
from archive.records.common import TranslatedBy
from archive.speech import tr

_POINT = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?(?P<doubt>[?~%]?)")


class Labels(Struct, frozen=True, forbid_unknown_fields=True):
    """One language of ``labels.toml``; every field there, so that no heading is ever missing."""

    dossier: str
    skip: str
    contents: str
    summary: str
    demands: str
    counts: str
    chronology: str
    exhibits: str
    withheld: str
    verify: str
    contact: str
    grounds: str
    unknown: str
    law: str
    terms: str
    reply: str
    verified: str
    people: str
    acts: str
    proceedings: str
    papers: str
    steps: str
    agreed: str
    handed: str
    form: str
    form_note: str
    no_answer: str
    submitter: str
    submitter_note: str
    table: str
    table_note: str
    quarter: str
    column_quarter: str
    column_region: str
    column_act: str
    column_acts: str
    column_people: str
    unsaid: str
    tellings: str
    apart: str
    about_apart: str
    about_named: str
    about_days: str
    yes: str
    no: str
    timeline: str
    timeline_text: str
    day: str
    threats: dict[str, str]
    countries: dict[str, str]
    documented: str
    by_several: str
    by_one: str
    may: str
    terms_always: str
    kind: str
    title: str
    number: str
    exhibit: str
    when: str
    where: str
    undated: str
    persons: str
    concerns: str
    language: str
    known: str
    got: str
    source: str
    mark: str
    file: str
    translates: str
    transcribes: str
    summarises: str
    translation: str
    compared: str
    not_shown: str
    custody: str
    custody_text: str
    custody_files: str
    open_end: str
    decade: str
    since: str
    until: str
    about_people: str
    readers: dict[str, str]
    about_sealed: str
    also_in: str
    about_you: str
    about_time: str
    about_your_time: str
    left_out: str
    left_out_yours: str
    left_out_named: str
    left_out_sealed: str
    left_out_counted: str
    left_out_here: str
    check_intro: str
    check_means: str
    quoted: str
    text_alone: str
    text_of_pages: str
    pages: str
    black: str
    kinds: dict[Kind, str]
    numbers: dict[str, str]
    counting: str
    counted: dict[str, list[str]]
    how: dict[How, str]
    translated: dict[TranslatedBy, str]
    uses: dict[Use, str]
    reasons: dict[Withholding, str]
    languages: dict[str, str]
    months: Annotated[list[str], Meta(min_length=12, max_length=12)]
    months_of: Annotated[list[str], Meta(min_length=12, max_length=12)]
    seasons: Annotated[list[str], Meta(min_length=4, max_length=4)]
    seasons_of: Annotated[list[str], Meta(min_length=4, max_length=4)]
    doubts: dict[str, str]

    def __post_init__(self) -> None:
        said = (
            (self.kinds, Kind),
            (self.how, How),
            (self.uses, Use),
            (self.reasons, Withholding),
            (self.translated, TranslatedBy),
        )
        if any(set(words) != set(get_args(wanted)) for words, wanted in said):
            raise ValueError("a code has no words")

    def when_said(self, month: str) -> str:
        """A date or interval in words: ``2024-03~`` is "March 2024 (approximately)", ``2024-03/..`` "since March 2024".

        A month or day that nobody knows (``2024-XX``) is not said.
        """
        match month.split("/"):
            case [first, ("" | "..")]:
                return self.since.format(date=self._point(first, self.months_of, self.seasons_of))
            case [("" | ".."), last]:
                return self.until.format(date=self._point(last, self.months_of, self.seasons_of))
            case sides:
                return " – ".join(dict.fromkeys(self._point(side, self.months, self.seasons) for side in sides))

    def counted_as(self, name: str, number: int) -> str:
        """What so many are called, in the form that goes with the number: ``testimonies`` beside 3."""
        return self.counted[name][c2py(self.counting)(number)]

    def quarter_said(self, quarter: str) -> str:
        """A quarter of a year, ``2024-Q1``, in words."""
        year, _, number = quarter.partition("-Q")
        return self.quarter.format(year=year, quarter=number)

    def language_named(self, code: str) -> str:
        """The name of a language, or its code where we have none."""
        return self.languages.get(code.partition("-")[0], code)

    def _point(self, text: str, months: Sequence[str], seasons: Sequence[str]) -> str:
        match = _POINT.fullmatch(edtf.without_gaps(text))
        if match is None:
            return self.open_end
        year, month = self._years(match["year"]), int(match["month"] or 0)
        named = months[month - 1] if 1 <= month <= 12 else seasons[month - 21] if month else ""
        day = match["day"]
        if day and 1 <= month <= 12:
            named, year = self.day.format(day=int(day), month=month, name=named, year=year), ""
        doubt = f" ({self.doubts[match['doubt']]})" if match["doubt"] else ""
        return f"{f'{named} {year}'.strip()}{doubt}"

    def _years(self, year: str) -> str:
        """A year, or that it is one of those that ``202X`` may be."""
        if "X" not in year:
            return year
        return self.decade.format(first=year.replace("X", "0"), last=year.replace("X", "9"))


@cache
def _all() -> dict[str, Labels]:
    data = (resources.files("archive.bundle") / "labels.toml").read_bytes()
    read = msgspec.toml.decode(data)
    return {
        language: msgspec.convert(every_text(held, partial(bound, language=language)), Labels)
        for language, held in read.items()
    }


def languages() -> tuple[str, ...]:
    """The languages that headings come in."""
    return tuple(_all())


def labels(language: str) -> Labels:
    """The labels of a language; UsageError if headings do not come in it."""
    if language not in _all():
        raise UsageError(
            tr("Headings do not come in this language."), tr("There is: {known}.", known=", ".join(_all()))
        )
    return _all()[language]
