"""Initials: those beside a surname, and those that stand for somebody without one: the witness O. P., pan K."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.language.names import function_words
from archive.redact.span import Span, taken

_INITIALS_BEFORE = re.compile(r"(?:(?<![^\W_])[^\W\d_a-zа-яёєіїґў]\.[ \u00a0-]?){1,2}$")
_PAIR = "[A-ZА-ЯЁІЇЄҐ][ \u00a0]?[A-ZА-ЯЁІЇЄҐ]"
_PAIR_BEFORE, _PAIR_AFTER = re.compile(rf"(?<![^\W_]){_PAIR}[ \u00a0]$"), re.compile(rf"[ \u00a0]{_PAIR}(?![^\W_])")
_HANDLED_BEFORE, _HANDLED_AFTER = re.compile(r"(?<![^\W_])[a-z][._-]$"), re.compile(r"[._-][a-z](?![^\W_])")
_INITIALS_AFTER = re.compile(r",?[ \u00a0]?[^\W\d_a-zа-яёєіїґў]\.(?:[ \u00a0-]?[^\W\d_a-zа-яёєіїґў]\.)?(?![^\W_])")
_ROLES = (
    # Ukrainian and Russian
    r"свід(?:ок|к\w{1,4})|свидетел\w{1,6}|потерпіл\w{1,4}|потерпевш\w{1,4}|обвинувачен\w{1,4}|обвиняем\w{1,4}|підсудн\w{1,4}"
    r"|подсудим\w{1,4}|підозрюван\w{1,4}|подозреваем\w{1,4}|затриман\w{1,4}|задержанн\w{1,4}|засуджен\w{1,4}|осужд[её]нн\w{1,4}"
    r"|заарештован\w{1,4}|арестованн\w{1,4}|ув['’ʼ]язнен\w{1,4}|заключ[её]нн\w{1,4}|полонен\w{1,4}|пленн\w{1,4}"
    r"|громадян(?:ин\w{0,3}|к\w{1,3})|граждан(?:ин\w{0,3}|к\w{1,3})|гр|пан(?:[аи]|ові|ом|і|ю|ією|ією)?|г-(?:н|жа|на|жи|ну|же)|господин\w{0,2}"
    r"|рядов\w{1,4}|солдат\w{0,3}|сержант\w{0,3}|лейтенант\w{0,3}|військовослужбов\w{2,4}|военнослужащ\w{2,4}|хвор\w{1,3}|больн\w{1,3}"
    r"|заявни(?:к\w{0,3}|ц\w{1,3})|заявител\w{1,5}|позивач\w{0,3}|адвокат\w{0,3}|слідч\w{2,4}|следовател\w{1,3}|судд\w{1,3}|судь\w{1,3}"
    r"|брат\w{0,3}|сестр\w{1,2}|син\w{0,3}|сын\w{0,3}|дочк\w{1,2}|доньк\w{1,2}|дружин\w{1,2}|чоловік\w{0,3}|жен[аыеу]|муж\w{0,2}"
    # Czech, Slovak, Polish and English
    r"|svěd(?:ek|k\w{1,4})|sved(?:ok|k\w{1,4})|świad(?:ek|k\w{1,4})|poškozen\w{1,3}|obviněn\w{1,3}|obžalovan\w{1,3}|odsouzen\w{1,3}|zadržen\w{1,3}"
    r"|podezřel\w{1,3}|vězn\w{1,4}|vězeň|zajat\w{2,4}|občan\w{0,4}|p(?:an|ana|anu|anem|ane|aní|án|ani|anią)|vojín\w{0,3}|vojak\w{0,3}|četař\w{0,2}"
    r"|bratr\w{0,3}|sestr\w{1,2}|syn\w{0,3}|dcer\w{1,2}|manžel\w{0,3}|advokát\w{0,3}|soud[ck]\w{1,3}|vyšetřovatel\w{0,2}"
    r"|witness|victim|accused|defendant|detainee|prisoner|suspect|applicant|complainant|claimant|private|sergeant|citizen"
    r"|Mr|Mrs|Ms|Miss|brother|sister|son|daughter|husband|wife"
)
_INITIAL = r"(?-i:Shch|Y[aeiou]|J[aeu]|[ZKCS]h|Ts|Д[жз]|[^\W\d_a-zа-яёєіїґўáčďéěíňóřšťúůýžąćęłńśźż])\."
_STANDING = re.compile(rf"[ \u00a0]({_INITIAL}(?:[ \u00a0-]?{_INITIAL}){{0,3}})(?!\w)")
_ALONE = re.compile(
    rf"(?<![\w.])(?!(?:U\.[ ]?[SKN]|E\.U|P\.[ ]?S|D\.C|A\.D|B\.C|N\.B|C\.V)\.){_INITIAL}"
    rf"(?:[ \u00a0]?-?[ \u00a0]?{_INITIAL}){{1,2}}(?!\w)"
)
_BEHIND = re.compile(r"(?P<opens>(?:^|[.!?…:;\n])[\s\"'«„“(*•–—>-]*)?(?<!\w)(?P<word>[^\W\d_]{2,}),?[ \u00a0]$")
_AHEAD = re.compile(r"[ \u00a0]([^\W\d_]{2,})")
_BEFORE = re.compile(rf"(?<!\w)(?:{_ROLES})\.?\Z", re.IGNORECASE)
_LONGEST = 24  # characters that a role has at most


def with_initials(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the name in ``text`` together with the initials before or after it."""
    before = _INITIALS_BEFORE.search(text[max(0, start - 8) : start])
    after = _INITIALS_AFTER.match(text, end)
    return start - (len(before.group()) if before else 0), after.end() if after else end


def with_a_pair(text: str, start: int, end: int) -> tuple[int, int]:
    """As lists have it, without stops: ЯО Криничний, Криничний ЯО; a word in capitals beside is no such pair."""
    if text[start:end].isupper():
        return start, end
    before, after = _PAIR_BEFORE.search(text[max(0, start - 5) : start]), _PAIR_AFTER.match(text, end)
    return start - (len(before.group()) if before else 0), after.end() if after else end


def with_small_initials(text: str, start: int, end: int) -> tuple[int, int]:
    """As in addresses of mail: y.krynychnyi, krynychnyi_y."""
    before, after = _HANDLED_BEFORE.search(text[max(0, start - 3) : start]), _HANDLED_AFTER.match(text, end)
    return start - (len(before.group()) if before else 0), after.end() if after else end


def alone(text: str, covered: Iterable[Span]) -> Iterator[Span]:
    """Two or three initials without a word beside them that could be a surname, where no span in ``covered`` is."""
    held = taken(text, covered)
    for match in _ALONE.finditer(text):
        start, end = match.span()
        behind, ahead = _BEHIND.search(text[max(0, start - 40) : start]), _AHEAD.match(text, end)
        named = behind and behind["opens"] is None and behind["word"][0].isupper()
        named = named or (ahead and ahead[1][0].isupper() and ahead[1].casefold() not in function_words())
        if not named and held.find(1, start, end) < 0:
            yield Span(start, end, "capital", None, "capital")


def find(text: str) -> Iterator[Span]:
    """The initials in ``text`` that stand right behind what somebody is: a witness, a private, a sister."""
    for match in _STANDING.finditer(text):
        if _BEFORE.search(text, max(0, match.start() - _LONGEST), match.start()):
            yield Span(match.start(1), match.end(1), "pattern", None, "name")
