"""What is spelled as no word is: accounts, addresses, files, tags, and a word of one script among words of the other.

Somebody's name may stand in it in a way that no table knows (``vanu_63``, ``ilysihin77``, ``Іван_Петро.jpg``), or only
half of it be read. So all of such a token is hidden, whatever the matcher says of its parts, until somebody clears it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from archive.redact.span import Span, taken

_LETTER, _LATIN, _CYRILLIC = r"[^\W\d_]", "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", "[\u0400-\u052f]"
_BIG = "A-ZÀ-ÖØ-ÞĄĆČĎĐĘĚĹĽŁŃŇŐŔŘŚŠŤŮŰŹŻŽА-ЯЁЄІЇҐЎ"
_ENDINGS = (
    "jpe?g|png|gif|heic|webp|tiff?|bmp|pdf|docx?|odt|rtf|txt|md|xlsx?|ods|csv|pptx?|odp|eml|msg|mbox|vcf|zip|rar|7z|tar|gz"
    "|mp3|mp4|m4a|mov|avi|mkv|ogg|opus|wav|3gp|webm|html?|xml|json|epub|fb2|djvu|exe|apk|bak|log"
)
_CALLED = (
    r"нік\w{0,6}|ник(?:нейм\w{0,2}|ом|а|у)?|логін\w{0,2}|логин\w{0,2}|акаунт\w{0,2}|аккаунт\w{0,2}|nick(?:name|em|u)?|login\w{0,2}|username"
    r"|account|telegram\w{0,3}|телеграм\w{0,2}|skype|скайп\w{0,2}|signal|instagram\w{0,3}|инстаграм\w{0,2}|інстаграм\w{0,2}|viber|вайбер\w{0,2}|discord\w{0,2}"
    r"|facebook\w{0,2}|фейсбук\w{0,2}|twitter\w{0,2}|tiktok|threema|matrix|jabber|github|vk|вк"
)
_TOKENS = re.compile(
    "|".join(
        (
            rf"[#＃]\w*{_LETTER}\w*(?:-\w+)*",  # a tag
            r"=\?[\w-]{2,20}\?[BbQq]\?[^?\s]{1,200}\?=",  # a word in the head of a mail
            rf"(?<![\w@])@_*{_LETTER}\w+(?:[.-]\w+)*",
            r"(?<!\w)_+[a-z]{2,60}_+(?!\w)",
            r"(?<![\w/\\.])(?:~|[A-Za-z]:)?[\\/][\w.+~-]{2,64}(?:[\\/][\w.+~-]{1,64})*",  # a path
            rf"(?<![\w.+-])[\w+~-][\w.+~()-]{{0,120}}\.(?i:{_ENDINGS})(?!\w)",  # a file
            r"(?<![\w.-])(?:[a-z][a-z0-9_-]+(?:\.[a-z][a-z0-9_-]+)+|[a-z]\.[a-z][a-z0-9_-]{2,60})(?![\w-])",  # a.last
            rf"(?<![\w-])(?=\d*{_LETTER}|\w*_\w*{_LETTER})\w+(?:_\w+)+(?:-\w+)*",
            rf"(?<!\w)(?:{_LETTER}{{3,60}}\d|{_LETTER}{{2}}\d\d|{_LETTER}+\d+{_LETTER}{{2,60}})\w*",
            r"(?<!\w)\d+[a-z]{3,60}\d*(?!\w)|(?<![\w-])[a-z]{3,60}-\d{2,}(?!\w)",
            rf"(?<!\w)(?=\w{{4}})[^\W\d_{_BIG}]+[{_BIG}]{_LETTER}*",  # camelCase
        )
    )
)
_SAID = re.compile(
    rf"(?i:{_CALLED})(?:[ \u00a0]?[:=–—-]?[ \u00a0]|[ \u00a0](?:is|je|byl|це:?|это|был|був|мав|@)[ \u00a0])"
    r"[\"'«„“]?(?P<nick>[a-z0-9][a-z0-9._-]{2,63})(?!\w)"
)
_BEGUN = tuple(re.findall(r"(?:^|\|)([^\W\d_]{2,})", _CALLED))  # how the words of _CALLED begin
_MARKS = ".,:;!?…\"'«»„“”()[]*–—-"
_WORD = re.compile(rf"(?P<latin>{_LATIN}+)|(?P<cyrillic>{_CYRILLIC}+)")
_IN_BOTH = re.compile(rf"{_LATIN}{{2}}"), re.compile(f"{_CYRILLIC}{{2}}")
_MOST_FOREIGN = 3  # words in a row: more are a quotation
_PART = 4  # of the words on a line, one in so many makes a language of it
_ROMAN = re.compile("[IVXLCDM]+")


def find(text: str, covered: Iterable[Span] = ()) -> list[Span]:
    """Such tokens of ``text`` of which a letter or digit lies in no span of ``covered``, in order."""
    held, found = taken(text, covered), []
    tokens = list(_tokens(text))
    for start, end in sorted([*tokens, *_foreign(_without(text, tokens))]):
        if any(text[at].isalnum() and not held[at] for at in range(start, end)):
            found.append(Span(start, end, "capital", None, "capital"))
            held[start:end] = b"\1" * (end - start)
    return found


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for chunk in text.split():
        start = text.index(chunk, at)
        at = start + len(chunk)
        bare = chunk.strip(_MARKS)
        if not (bare.isalpha() and (bare.islower() or bare[1:].islower() or bare.isupper())):
            yield from (match.span() for match in _TOKENS.finditer(text, start, at))
        if bare.casefold().startswith(_BEGUN) and (
            said := _SAID.match(text, start + len(chunk) - len(chunk.lstrip(_MARKS)))
        ):
            yield said.span("nick")


def _without(text: str, tokens: Iterable[tuple[int, int]]) -> str:
    """``text`` with blanks in the place of ``tokens``: of what language the words around are, they do not tell."""
    letters = list(text)
    for start, end in tokens:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _foreign(text: str) -> Iterator[tuple[int, int]]:
    """Words of a script that the words around them are not of, if there are few in a row."""
    if not all(script.search(text) for script in _IN_BOTH):
        return
    usual = Counter(word.lastgroup for word in _WORD.finditer(text)).most_common(1)[0][0]
    at = 0
    for line in text.splitlines(keepends=True):
        runs = [(script, list(run)) for script, run in groupby(_WORD.finditer(line), key=lambda word: word.lastgroup)]
        home = _at_home(runs) or {usual}
        for script, run in runs:
            if script not in home and len(run) <= _MOST_FOREIGN:
                yield from ((at + word.start(), at + word.end()) for word in run if _tells(word.group()))
        at += len(line)


def _at_home(runs: Sequence[tuple[str | None, Sequence[object]]]) -> set[str | None]:
    """The scripts in which a line says a good part of its words."""
    many = sum(len(run) for _, run in runs)
    if many <= _MOST_FOREIGN:
        return set()
    said = Counter[str | None]()
    for script, run in runs:
        said[script] += len(run)
    return {script for script, count in said.items() if count > 1 and count * _PART >= many}


def _tells(word: str) -> bool:
    return len(word) > 1 and not _ROMAN.fullmatch(word)
