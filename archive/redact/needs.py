"""What a word still needs to count as somebody's name, beside being spelled like a form of it."""

from __future__ import annotations

from archive.language import endings as e
from archive.language.keys import keys
from archive.language.names import (
    always_capital,
    called_words,
    frequent_words,
    function_words,
    offices,
    ordinary_forms,
    ordinary_words,
)
from archive.redact.forms import Form, Hit

_CAPS_LOCK = 4  # letters: of a longer word a small one before capitals says that a key was stuck
_OF_PEOPLE = ("ovi", "owi")  # a dative that things have not

# What a hit still needs to count: nothing; a line without capitals; not to open a sentence; to be called out to; a name
# of the same person beside it, which is enough for the others too; that with a sign between, as in addresses; a street
# or a number beside it.
SURE, CHAT, INSIDE, CALLED, BESIDE, TIED, STREET = range(7)


def needed(bare: str, form: Form, size: int) -> int | None:
    """What a word of this shape needs to count; None: it never does."""
    low, hit = bare.casefold(), form.hit
    capital = bare[:1].isupper() or (len(bare) > _CAPS_LOCK and bare[1:].isupper())  # caps lock: кОВАЛЬ
    if hit.part == "address":
        return STREET if capital else None
    if hit.part == "kin":
        return SURE if capital else None
    if low in function_words():
        if form.made and form.kind == e.VOCATIVE:  # Из, as somebody might call a Юрій
            return None
        return (BESIDE if hit.loose or (bare.isupper() and len(bare) > 1) else INSIDE) if capital else TIED
    if hit.loose:
        return BESIDE
    if form.kind == e.VOCATIVE:
        return CALLED if capital else None
    if form.kind == e.PLURAL:
        return INSIDE if capital else None
    if capital:
        return _need_with_a_capital(low, form)
    if low in ordinary_forms() or _is_frequent(low, hit) or size < 2:
        return BESIDE
    if size < 4 and bare.isascii() and not (size == 3 and low.endswith(_OF_PEOPLE)):
        return BESIDE
    if form.kind == e.ADJECTIVE and hit.part == "place" and size >= 4:
        return SURE
    if size >= _enough(form) and not hit.ordinary and not _is_ordinary(low, hit):
        return SURE
    return CHAT


def _need_with_a_capital(low: str, form: Form) -> int:
    """A surname needs nothing more; what looks like a given name or place may be a word that opens a sentence."""
    hit = form.hit
    if hit.part == "surname":
        return SURE
    if hit.part in ("given", "place") and (low in always_capital() or (form.made and low in offices())):
        return BESIDE
    return INSIDE if low in called_words() or _is_frequent(low, hit) else SURE


def _is_frequent(low: str, hit: Hit) -> bool:
    """Whether a given name or a place is spelled like a frequent word."""
    return hit.part in ("given", "place") and low in frequent_words()


def _is_ordinary(low: str, hit: Hit) -> bool:
    """Whether a form of a given name or of a place is an ordinary word itself: любовь, of Любомир."""
    return hit.part in ("given", "place") and keys(low)[0] in ordinary_words()


def _enough(form: Form) -> int:
    """How long a stem has to be to count in small letters."""
    if form.kind in (e.DIMINUTIVE, e.SOFTENED, e.PALATAL):
        return 5
    return 4 if form.hit.part in ("given", "patronymic", "word") or form.kind == e.POSSESSIVE else 5
