"""Ending sets, in the key alphabet, for the names of eight languages and their transliterations.

Written in the orthographies they come from and turned into keys once. Sets are generous: a form that no grammar
knows costs nothing, as no text contains it; a form that was forgotten costs a name.
"""

from __future__ import annotations

from functools import cache
from itertools import product

from archive.language.keys import canonical, keys

_NOUN = {
    "uk": "а у ові еві єві ом ем єм і е и ю я ів їв ам ами ах ям ями ях ою ею єю ої о є ьо",
    "ru": "а у ом ем ём е ы и я ю ов ев ёв ей ам ами ах ям ями ях ой ою ею ёй ы ьё",
    "be": "а у ам ем ём е ы і я ю аў яў оў ёў амі ямі ах ях ай ей ой аю яй ою эй",
    "cs": "a u ovi evi em e ě i y ové ů ům ech ích ami ama emi ou o í ím ě ie ii ia iu iou ie ách ám ovic",
    "sk": "a u ovi om e i y ovia ov mi och om ou ám ách ami iam iach í ä ej ovci ovcov ovcom ovcami ovciach",
    "pl": "a u owi em iem e ie y i owie iowi iowie iów iom iami iach ów om ami ach ą ę o ii ią ię io iu ia",
    "de": "s es n en ns ens in innen",
    "en": "s es",
}
_ADJECTIVE = {
    "uk": "ий ій ого ього ому ьому им ім а я у ю ою ьою ої ьої їй і ї их іх ими іми",
    "ru": "ый ий ой ого его ому ему ым им ом ем ая яя ую юю ою ею ей ые ие ых их ыми ими",
    "be": "ы і ага аго яга ому аму яму ым ім ой ай яй ую юю ая яя ае ыя ія ых іх ымі імі ою аю",
    "cs": "ý í á é ého ího ému ímu ém ou ých ích ým ými ími ýho ej ýmu",
    "sk": "ý y í á é ého eho iho ému emu imu om ou ej ú u ým ym ich ých ými imi ymi",
    "pl": "i y a ą ę iego ego iemu emu im ym iej ej ie e ich ych imi ymi",
    "de": "er e en es em",
    "en": "iy yi yj iye oy ey aya aia aja uyu oyu iu oi ey's",
}
_DIMINUTIVES = (
    "к очк ечк єчк оньк еньк ушк юшк усь юсь уньк юньк ульк ик чик ко ек ок оч оньк ашк яшк инк онок атк ушечк ус юнь "
    "ул ан ян ён ёш олек "
    "ička ičk íčk ičce ušk uš ink ínk ík íč íček íčk ečk eček enk ek uleč unk uně ouš oušek "
    "uni uś usi uś eczek eczk ecz ik uniek uńk inek ink iczek chen lein el i"
)
_SHORT = (
    "а у ом ем ою е і и я ю ею ем ой ей ай яй ам ах ами ях ями ові owi ovi em a u y i e ou ę ą o om s "
    "ům ech їв ів ов ев ёв еві єві єм їм iowi iem iu io ovci ovcov ovcom"
)
_OWN = ("ov", "ev", "iv", "in", "uv", "iov", "iuv")
_DAUGHTER = ("ovn", "uvn", "ivn", "iovn", "iuvn")
_LONGEST = 10
NOUN, ADJECTIVE, POSSESSIVE, SOFTENED, PALATAL, DIMINUTIVE, BARE, SHORT, SHORT_POSSESSIVE = range(9)
LONG_ADJECTIVE, VOCATIVE, PLURAL = range(9, 12)


def _as_keys(text: str) -> set[str]:
    """Every key of every word in ``text``."""
    return {key for word in text.split() for key in keys(word)}


def endings(kind: int) -> frozenset[str]:
    """The endings of one kind; what follows a stem of that kind."""
    return _endings()[kind]


@cache
def _endings() -> dict[int, frozenset[str]]:
    nouns = set().union(*map(_as_keys, _NOUN.values()))
    adjectives = set().union(*map(_as_keys, _ADJECTIVE.values()))
    own = {canonical(a + b) for a, b in product(_OWN, adjectives | {"", "o"} | nouns)}
    own |= {canonical(a + b) for a, b in product(_DAUGHTER, nouns)}
    short = {ending for ending in own if ending.startswith(("in", "ov", "uv", "iov", "iuv")) and len(ending) <= 5}
    found = {
        NOUN: nouns,
        ADJECTIVE: adjectives,
        POSSESSIVE: own,
        SOFTENED: {"e", "i", "a", "ei"} | {ending for ending in own if ending.startswith("in")},
        PALATAL: {"e", "i"},
        DIMINUTIVE: {canonical(a + b) for a, b in product(_as_keys(_DIMINUTIVES), nouns | {""})},
        BARE: {""},
        VOCATIVE: {""},
        PLURAL: {""},
        SHORT: _as_keys(_SHORT),
        SHORT_POSSESSIVE: short,
        LONG_ADJECTIVE: {ending for ending in adjectives if len(ending) >= 3},
    }
    return {kind: frozenset(one for one in some if len(one) <= _LONGEST) for kind, some in found.items()}
