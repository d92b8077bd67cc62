"""What has a shape: numbers, papers, addresses, links. Hidden on the shape alone; a failed checksum never un-hides.

A court case number is no phone: profiles decide on the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import luhn
from stdnum.cz import rc
from stdnum.pl import pesel
from stdnum.ru import inn
from stdnum.ua import rntrc

from archive.redact import spoken
from archive.redact.dates import days
from archive.redact.digits import Run, runs
from archive.redact.shapes import SHAPES
from archive.redact.span import Span

REGIONS = ("UA", "RU", "BY", "CZ", "SK", "PL", "DE")
_MONEY = re.compile(
    r"[ \u00a0]?(?:грн|гривень|гривен|руб|тис|тыс|млн|млрд|рубл\w*|kč|czk|eur|usd|zł|pln|[€$₴₽£%]|людей|осіб|человек)",
    re.IGNORECASE,
)

_MONTH = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2])/(?:19|20)\d\d(?!\d)")  # what stands in the place of a date
_DIGIT = re.compile(r"\d")
_LEAST = 7  # digits of a number


def find(text: str) -> list[Span]:
    """Everything in ``text`` that has one of the shapes; spans may overlap, but no phone lies in a case number."""
    found = {
        Span(match.start(), match.end(), "pattern", None, category)
        for category, pattern in SHAPES.items()
        for match in pattern.finditer(text)
    }
    found.update(Span(start, end, "pattern", None, "address") for start, end in spoken.homes(text))
    cases = [(span.start, span.end) for span in found if span.category == "case_number"]
    taken = [*cases, *((start, end) for start, end, _ in days(text))]
    found.update(_numbers(text, sorted(taken)))
    return sorted(found)


def _numbers(text: str, taken: list[tuple[int, int]]) -> Iterator[Span]:
    """Phones, cards and registration numbers, beside what is a date or a case number already."""
    at = 0
    for run in runs(text):
        while at < len(taken) and taken[at][1] <= run.start:
            at += 1
        if at < len(taken) and taken[at][0] < run.end and taken[at][1] - taken[at][0] >= len(run.shown.strip()) - 6:
            continue
        if len(_DIGIT.findall(_MONTH.sub("", run.shown))) < min(_LEAST, len(run.digits)):
            continue  # the number of a row beside a month
        category = _kind(run)
        if category and not (category == "phone" and run.shown[0] != "+" and _MONEY.match(text, run.end)):
            yield Span(run.start, run.end, "pattern", None, category)


def _kind(run: Run) -> str | None:
    """What a run of digits may be; checksums choose the name, they do not let anything pass."""
    digits, size = run.digits, len(run.digits)
    if size < _LEAST:
        return None
    if size in range(13, 20) and (luhn.is_valid(digits) or size == 16):
        return "card"
    if (size == 10 and rntrc.is_valid(digits)) or (size in (10, 12) and inn.is_valid(digits)):
        return "tax_number"
    if (size == 11 and pesel.is_valid(digits)) or (size in (9, 10) and "/" in run.shown and rc.is_valid(digits)):
        return "birth_number"
    if re.fullmatch(r"(?:19|20)\d\d ?[-–—/] ?(?:19|20)\d\d", run.shown):
        return None
    return "phone" if size <= 15 and _possible(run.shown, digits) else "number"


def _possible(shown: str, digits: str) -> bool:
    """Whether it can be a phone number somewhere we know."""
    for region in REGIONS:
        try:
            number = phonenumbers.parse(("+" if shown.startswith("+") else "") + digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return True
    return False
