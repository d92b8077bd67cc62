"""What was typed in an interview, read into the form of a whole interview. Pure: today comes in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from msgspec import UNSET

from archive.errors import UsageError
from archive.guided.dialog import Question
from archive.guided.texts import LANGUAGES, USES
from archive.records import consent, edtf_typed, forms, vocabulary
from archive.records.entities import Term
from archive.records.intake import GivenForm, IntakeForm
from archive.speech import tr

KINDS = ("testimony", "photo", "document")
_LETTERS = {"h": "in_custody", "a": "in_military_control", "w": "wanted", "f": "family_in_reach"}
_SPLIT = re.compile(r"[,\s]+")


def yes(typed: str) -> bool:
    """y or n; UsageError otherwise."""
    said = typed.casefold()
    if said not in ("y", "yes", "n", "no"):
        raise UsageError(tr("Answer y or n."))
    return said.startswith("y")


def codes(question: Question, typed: str, own: Iterable[Term] = ()) -> tuple[str, ...]:
    """The terms meant by numbers or codes; UsageError for one there is not."""
    known = {word.code for word in vocabulary.words(question.vocabulary, own)}
    found = []
    for word in filter(None, _SPLIT.split(typed)):
        number = int(word) - 1 if word.isdecimal() and len(word) < 4 else -1
        code = question.choices[number] if 0 <= number < len(question.choices) else word
        if code not in known:
            raise UsageError(
                tr("That is none of these."), tr("A number from 1 to {choices}.", choices=len(question.choices))
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def one_code(question: Question, typed: str) -> str:
    """The one term meant."""
    found = codes(question, typed)
    if len(found) != 1:
        raise UsageError(tr("One number, please."))
    return found[0]


def threats(typed: str) -> dict[str, object]:
    """What letters say of threats; nothing typed leaves the worst standing."""
    letters = set(typed.casefold()) - set(" ,")
    if letters - {*_LETTERS, "r", "n"}:
        raise UsageError(tr("Letters of these: h a w f r, or n."))
    if not letters:
        return {}
    if "n" in letters and len(letters) > 1:
        raise UsageError(tr("n stands alone: none of these."))
    found = tuple(_LETTERS[letter] for letter in _LETTERS if letter in letters)
    return {"threats": found, "uniqueness": "high" if "r" in letters else "low"}


def uses(typed: str, today: str) -> dict[str, object]:
    """``1=Y3A7 9; 1.6.2027`` as purposes, whom they are for, and until when."""
    said, _, until = typed.partition(";")
    purposes, recipients = [], {}
    for word in filter(None, _SPLIT.split(said)):
        number, named, ref = word.partition("=")
        if not number.isdecimal() or int(number) > len(USES):
            raise UsageError(tr("Numbers from 1 to {uses}, or 0.", uses=len(USES)))
        if number == "0":
            continue
        purpose = USES[int(number) - 1]
        purposes.append(purpose)
        if named:
            if purpose not in consent.NAMES_A_RECIPIENT:
                raise UsageError(
                    tr("{number} names nobody.", number=number),
                    tr("Only a lawyer, partner or journalist is named, and of a court the case."),
                )
            recipients[purpose] = [ref]
    told: dict[str, object] = {"purposes": tuple(dict.fromkeys(purposes)), "recipients": recipients}
    return told | ({"until": day(until, today)} if until.strip() else {"until": in_months(today)})


def in_months(today: str, months: int = consent.MONTHS_UNLESS_SAID) -> str:
    """The day so many whole years of months ahead; no month is too short for it."""
    first = date.fromisoformat(today)
    return first.replace(year=first.year + months // 12, day=min(first.day, 28)).isoformat()


def day(typed: str, today: str) -> str:
    """A day still to come; UsageError if it is none."""
    read = edtf_typed.read(typed, today, ahead=True)
    if len(read) != len("2024-03-07") or not read[-1].isdecimal():
        raise UsageError(tr("That needs a day."), tr("Write 3.11.2027 or 2027-11-03."))
    if read <= today:
        raise UsageError(tr("That day is over."), tr("Give one that is to come."))
    return read


def promise(typed: str, today: str) -> dict[str, object]:
    """``call back; 3.12.`` as what and by when."""
    what, _, due = typed.partition(";")
    return {"what": what.strip(), **({"due": day(due, today)} if due.strip() else {})}


def name(typed: str, language: str) -> dict[str, object]:
    """``Given Surname; word; word`` as a name and words to hide."""
    said, *others = (part.strip() for part in typed.replace(",", ";").split(";"))
    words = [] if said == "-" else said.split()
    parts = {0: (), 1: ("given",), 2: ("given", "surname")}.get(len(words), ("given", "patronymic", "surname"))
    told = dict(zip(parts, (*words[:2], " ".join(words[2:])), strict=False))  # all that follows is the surname
    found: dict[str, object] = {"names": [{"language": language, **told}]} if words else {}
    return found | ({"masks": masks} if (masks := [one for one in others if one]) else {})


def given(typed: str, today: str) -> dict[str, object]:
    """``summons; 3.12.`` as kind and date of a file; nothing typed leaves the kind to the program."""
    said, _, due = (part.strip() for part in typed.partition(";"))
    documents = {word.code for word in vocabulary.words("documents")}
    code = said.casefold().replace(" ", "-")
    found: dict[str, object] = {}
    if code in KINDS:
        found = {"kind": code}
    elif code in documents:
        found = {"kind": "document", "subtype": code}
    elif code:
        raise UsageError(
            tr("That is no kind of file."),
            tr("testimony, photo, or: {documents}.", documents=", ".join(sorted(documents))),
        )
    return found | ({"due": day(due, today)} if due else {})


def language(typed: str) -> str:
    """One of the four."""
    if typed.casefold() not in LANGUAGES:
        raise UsageError(tr("One of uk, ru, cs, en."), tr("Another: read to them in one they understand."))
    return typed.casefold()


# --- the whole ---


def whole(said: Mapping[str, str], questions: Iterable[Question], today: str, own: Sequence[Term] = ()) -> IntakeForm:
    """The form that the answers come to; UsageError if one of them does not fit any more."""
    asked = {question.name: question for question in questions}
    told: dict[str, object] = {
        "keep": yes(said["keep"]), "told_before": yes(said["told"]), "sentence": said["sentence"],
        "date": edtf_typed.read(said["when"], today), "place": said["place"],
        "language": said["language"], "where": one_code(asked["where"], said["where"]),
        "acts": codes(asked["acts"], said.get("acts", ""), own),
        "forces": codes(asked["forces"], said.get("forces", ""), own),
        "uses": uses(said["uses"], today), "incriminates": "no" if said.get("lawyer") in ("n", "no") else "self",
        "files": files(said.get("files", ""), today), "delete_files": said.get("delete") in ("y", "yes"),
        **threats(said.get("threats", "")), **name(said.get("name", ""), said["language"]),
    }  # fmt: skip
    simple: dict[str, tuple[str, Callable[[str], object]]] = {
        "case": ("case", str), "words": ("words", str), "contact": ("safe_contact", str),
        "known": ("known", lambda typed: one_code(asked["known"], typed)),
        "promise": ("promise", lambda typed: promise(typed, today)),
    }  # fmt: skip
    for question, (field, read) in simple.items():
        told[field] = read(said[question]) if said.get(question) else UNSET
    if not told.get("names"):
        told["safe_contact"] = UNSET
    return forms.fill(IntakeForm, {field: value for field, value in told.items() if value is not UNSET})


def files(said: str, today: str) -> tuple[GivenForm, ...]:
    """The files given, a line each: path, tab, what was said of it."""
    lines = (line.partition("\t") for line in said.splitlines() if line)
    return tuple(forms.fill(GivenForm, {"path": path, **given(rest, today)}) for path, _, rest in lines)
