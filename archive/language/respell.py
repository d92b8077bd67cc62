"""How a name is respelled when it crosses a border: sound changes that no transliteration table knows.

Works on the source spelling of protected names, once, when a matcher is built; texts are never respelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from archive.language import english

_CYRILLIC = re.compile(r"[а-яёєіїґў]")
_FRONT = "еєёиіюяь"
_GERMAN = (str.maketrans("з", "с"), str.maketrans("цз", "зс"), str.maketrans({"в": "ф"}))
_POLISH_L = {"ль": "л", "ля": "ла", "лю": "лу"}  # Polish writes no sign of softness after l
_FRENCH = (str.maketrans("ж", "й"), str.maketrans({"ж": "й", "у": "оу"}), str.maketrans({"у": "оу"}))
_HUNGARIAN = {"dzs": "dž", "cs": "č", "zs": "ž", "gy": "d", "ny": "n", "ty": "t", "ly": "j", "sz": "s", "ffy": "fi"}
_IN_HUNGARIAN = {"ч": "кс", "щ": "скс", "ж": "зс"}
_FRENCH_CH = (str.maketrans("ш", "ч"), str.maketrans({"ш": "ч", "ж": "й", "у": "оу"}))


def respelled(word: str, language: str) -> list[str]:
    """``word`` (any case) as written, and as neighbours may write it."""
    low = word.casefold()
    found = [low, *(_cyrillic(low, language) if _CYRILLIC.search(low) else _latin(low, language))]
    return list(dict.fromkeys(found))


_ROOTS = (
    ("під", "под"), ("товст", "толст"), ("толст", "товст"), ("жовт", "желт"), ("желт", "жовт"), ("жёлт", "жовт"),
    ("чорн", "черн"), ("чёрн", "чорн"), ("двір", "двор"), ("пилип", "филип"), ("pylyp", "filip"), ("хом", "фом"),
    ("бджол", "пчел"), ("пчел", "бджол"), ("сонц", "солнц"), ("гороб", "вороб"), ("вороб", "гороб"),
)  # fmt: skip


def translated(word: str) -> list[str]:
    """A surname as the neighbours say its root: Вовк, Волк; Довженко, Долженко."""
    low = word.casefold()
    roots = (re.sub(f"^{ours}", theirs, low) for ours, theirs in _ROOTS)
    found = [
        *roots,
        re.sub("ов(?=[гжктч])", "ол", low),
        re.sub("(?<=[вджмпст])ол(?=[гжктч])", "ов", low),
        re.sub("ov(?=[ghkt])", "ol", low),
    ]
    return [one for one in found if one != low]


def _of_hungarian(word: str) -> str:
    """As Hungarian letters sound: Csizmadia is Чизмадія."""
    return re.sub("|".join(_HUNGARIAN), lambda letters: _HUNGARIAN[letters.group()], word)


def _to_hungarian(word: str) -> str:
    """As Hungarian spells it, once its keys are made: Sevcsenko, Kovaly."""
    soft = re.sub("(?<=[лнт])ь$", "и", re.sub("дь$", "ги", word))
    return "".join(_IN_HUNGARIAN.get(letter, letter) for letter in soft)


def _cyrillic(word: str, language: str) -> Iterator[str]:
    """German and French spellings, and the vowels that Ukrainian, Russian and Belarusian share out differently."""
    yield from (word.translate(table) for table in (*_GERMAN[:2], *_FRENCH))
    if language == "be":
        yield from _from_belarusian(word)
        return
    yield from _swap(word, "і", "е")
    yield from _swap(word, "е", "і")
    yield re.sub("(?<=[жшчщ])о", "е", word)
    yield re.sub("єць$", "яц", word)
    yield from (word.translate(table) for table in _FRENCH_CH if "ш" in word)
    if len(word) > 4:
        yield re.sub("е(?=[бвгджзклмнпрстфхчшщ]{1,2}[аья]?$)", "ё", word)  # Королев, Корольов, Korolyov
    yield word.replace("ьо", "е")  # Царьов, Царева
    yield word.replace("йо", "є")  # Гайова, Гаева
    yield re.sub("(?<=[аеоу])ев", "йов", word)
    yield word.replace("дж", "ч")  # Crimean Tatar c
    yield re.sub("л(?:ь(?=о)|я|ю)", lambda soft: _POLISH_L[soft.group()], word)
    yield from _to_belarusian(word)
    yield _to_hungarian(word)
    yield word.replace("ю", "йоу").translate(_FRENCH[2])  # Lioubov


def _swap(word: str, letter: str, other: str) -> Iterator[str]:
    """Each of the first three ``letter`` inside the word replaced in turn."""
    for at in [m.start() for m in re.finditer(letter, word) if m.start() > 0][:3]:
        yield word[:at] + other + word[at + 1 :]


def unstressed(word: str, letter: str, other: str) -> Iterator[str]:
    """Every choice of up to three places where ``letter`` was heard as ``other``."""
    places = [m.start() for m in re.finditer(letter, word)][:3]
    for size in range(1, len(places) + 1):
        for chosen in combinations(places, size):
            yield "".join(other if i in chosen else c for i, c in enumerate(word))


def _from_belarusian(word: str) -> Iterator[str]:
    """Akanne, dzekanne and the v before о taken back."""
    hard = re.sub(f"дз(?=[{_FRONT}])", "д", re.sub(f"ц(?=[{_FRONT}])", "т", word))
    hard = re.sub("^во", "о", hard)
    soft = re.sub("(?<=[жшчрц])а", "е", hard, count=1).replace("я", "е")
    for base in dict.fromkeys((word, hard, soft)):
        yield base
        yield from unstressed(base, "а", "о")
    yield soft.replace("ы", "и")


def heard_in_belarusian(key: str) -> Iterator[str]:
    """A key (``keys``) as Belarusian spells what it hears, each unstressed vowel an a; and such a one taken back."""
    soft = re.sub("t(?=[mv]?[ei])", "c", re.sub("d(?=[mv]?[ei])", "dz", key))
    for one in dict.fromkeys((key, soft)):
        for heard in dict.fromkeys(_one_stressed(one, "o", "a")):
            yield heard
            yield from _one_stressed(re.sub("(?<=[zscr])e", "a", heard), "e", "ia")
            yield from (heard[: e.start()] + "ia" + heard[e.end() :] for e in re.finditer("(?<=[^aeiou])e", heard))
    hard = re.sub("c(?=[mv]?[ei])", "t", re.sub("dz(?=[mv]?[ei])", "d", key))
    for one in dict.fromkeys((hard, hard.replace("ia", "e"), re.sub("(?<=[zscr])a", "e", hard, count=1))):
        yield one
        yield from unstressed(one, "a", "o")


def _one_stressed(word: str, letter: str, other: str) -> Iterator[str]:
    """Every ``letter`` as ``other``, and all but one of them, which is stressed."""
    yield word.replace(letter, other)
    for at in [m.start() for m in re.finditer(letter, word)][:4]:
        yield word[:at].replace(letter, other) + letter + word[at + 1 :].replace(letter, other)


def of_german(word: str) -> Iterator[str]:
    """What a Latin ``word`` says if Germans wrote it: z for ц, s for с and з (Resnikow, Senzow)."""
    for c in dict.fromkeys((word, word.replace("z", "ц"))):
        yield from (c, re.sub("s(?!ch|s|k)", "z", c), re.sub("s(?!ch|s)", "z", c))


def of_french(word: str) -> Iterator[str]:
    """What a Latin ``word`` says if French wrote it: ou for у, ch for ш, j for ж (Jdanov, Iouchkevitch)."""
    if "ou" in word or "ch" in word or "j" in word or "ï" in word:
        plain = word.replace("tch", "ч").replace("ch", "ш").replace("шч", "щ").replace("ou", "u").replace("ï", "й")
        yield from (plain, plain.replace("j", "ž"))


def _to_belarusian(word: str) -> Iterator[str]:
    """Akanne, tsekanne and dzekanne as heard in Belarusian."""
    soft = re.sub(f"д(?=[{_FRONT}])", "дз", re.sub(f"т(?=[{_FRONT}])", "ц", word))
    if soft != word:
        yield soft
    yield re.sub("(?<=[жшчрц])е", "а", soft, count=1)
    yield from unstressed(soft, "о", "а")
    yield from unstressed(soft, "е", "я")


def _latin(word: str, language: str) -> Iterator[str]:
    """How Slavs hear German, and letters that Cyrillic renders in its own way."""
    if "ü" in word or "ö" in word:
        yield word.replace("ü", "iu").replace("ö", "io")
        yield word.replace("ö", "e").replace("ü", "i")
    yield re.sub("(?<=[^aeiouyj])[iyj]o(?=[^aeiouy]{1,2}a?$)", "e", word)  # Vorobiov, Воробьева
    yield re.sub("(?<=[csz]h)o|(?<=[čšž])o", "e", word)  # Chornyi, Черного
    yield re.sub("(?<=[ao])[iyj]?e(?=ts$|c$)", "ia", word)  # Zaiets, Заяц
    if len(word) > 4:
        yield re.sub("^([^aeiouy]{1,3})i(?=[^aeiouy])", r"\1e", word)  # Bilous, Белоус
    if len(word) > 3 and (heard := _of_hungarian(word)) != word:
        yield from (heard, heard.replace("c", "ц"))
        yield re.sub("gy(?=[^aeiouáéíóöőúüű]*[aeiouáéíóöőúüű])", "dj", word).replace("cs", "č").replace("zs", "ž")
    if language == "de":
        heard = re.sub("s(?=[aeiouäöü])", "z", word.replace("z", "ц").replace("v", "f"))
        yield heard.replace("sz", "s").replace("цц", "ц")
        yield word.replace("ei", "ai").replace("eu", "oi").replace("äu", "oi")
        yield re.sub("(?<=[aeiouäöü])h(?=[^aeiouäöü]|$)", "", word)
    if language == "en":
        yield re.sub("e(?=s?$)", "", word.replace("j", "dzh"))
        yield from english.heard(word.replace("'", "").replace("’", ""))
    if language == "pl":
        yield word.replace("ą", "ę")
        yield word.replace("ó", "u").replace("rz", "ž")
        yield word.replace("krz", "kš").replace("prz", "pš").replace("trz", "tš")
