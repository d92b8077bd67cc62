"""The shapes of numbers, papers, addresses and links, as regular expressions by category.

Each starts at a boundary and counts its repeats, so that no text makes it slow. Sources: the national formats of
passports, ID cards, number plates and
court case numbers of UA, RU, BY, CZ, SK, PL and DE; ISO 13616 for IBAN; RFC 4291 for IPv6.
"""

from __future__ import annotations

import re

_UP = "A-ZА-ЯЁІЇЄҐЎ"
_STREET = (
    r"вул(?:иц[яіюеі]\w*|\.)?|ул(?:иц\w+|\.)?|просп(?:ект\w*|\.)?|пр-т|пров(?:ул\w+|\.)|пер(?:еул\w+|\.)|б-р|пл\."
    r"|бульв(?:ар\w*|\.)|площ[аіуеи]\w?|шосе|шоссе|наб(?:ережн\w+|\.)|вуліц\w+|мікрорайон\w*|микрорайон\w*|мкр\.?"
    r"|ul(?:ic[eiaęyą]\w?|\.)|nám(?:ěst\w+|est\w+|\.)|tříd[aěyu]|nábř\w+|alej[aeiu]|al\.|os(?:iedle|\.)|pl(?:ac\w*|\.)"
)
_HOUSE = (
    r"(?:[ ,]{0,3}(?:буд|будин\w+|д|дом|č\.?p|čp|nr|no|house|м)?\.?[ ]?\d{1,4}[а-яa-z]?(?:[/-]\d{1,4}[а-яa-z]?)?"
    r"(?:[ ,]{1,3}(?:корп|к|кв|квартир\w+|apt|byt|m|lok|под|під'їзд)\.?[ ]?\d{1,4}){0,2})"
)
_DOMAIN = "com|org|net|info|io|me|ua|ru|by|cz|sk|pl|de|eu|su|online|укр|рф|бел|onion"
_MESSENGER = (
    r"telegram|телеграм\w{0,2}|tg|тг|skype|скайп|signal|сигнал|instagram|инстаграм|інстаграм|viber|вайбер|discord"
)
_PAPER = r"паспорт\w*|passport|pasu?|paszport\w*|občansk\w+|dowód\w*|удостоверен\w+|посвідчен\w+|ID"
_HEX = "[0-9A-Fa-f]{1,4}"
_GERMAN = "CFGHJKLMNPRTVWXYZ"

_SHAPES: dict[str, tuple[str, ...]] = {
    "email": (
        r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        r"(?<![\w.+%-])[\w.+%-]{1,64} ?(?:[(\[{]at[)\]}]|[(\[]собака[)\]])"
        r" ?[\w-]{1,63}(?: ?(?:\.|[(\[]dot[)\]]) ?[\w-]{2,63}){1,5}",
        r"(?<![\w.+%-])[\w.+%-]{1,64} (?i:собака|песик|zavináč|at) "
        r"[\w-]{1,63}(?: (?i:dot|крапка|точка|tečka) [\w-]{2,63}){1,5}",
        r"(?<![\w.+%-])[\w.+%-]{1,64} (?i:собака|песик|zavináč) [\w-]{1,63}(?:\.[\w-]{2,63}){1,5}",
    ),
    "handle": (
        r"(?<![\w@./])@[^\W\d_][\w.]{2,63}",
        r"(?<!\w)(?:https?://)?(?:t|telegram)\.me/[\w/+-]{2,64}",
        rf"(?<!\w)(?i:{_MESSENGER})[ ]?[:=][ ]?@?[\w.]{{3,64}}",
    ),
    "url": (
        r"(?<!\w)(?:https?|ftp|tg)://[^\s<>\"'«»]{2,500}",
        r"(?<![\w@])www\.[^\s<>\"'«»]{2,500}",
        rf"(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,4}}(?:{_DOMAIN})(?![\w-])(?:/[^\s<>\"'«»]{{0,500}})?",
    ),
    "iban": (r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?!\w)",),
    "case_number": (
        r"(?<![\w/])\d{1,4}/\d{1,6}/\d{2,4}(?:-?[а-яa-z]{1,3})?(?!\w)",  # 757/12345/23-к
        r"(?<![\w/-])\d{1,2}[а-яa-z]{0,2}-\d{1,6}/\d{2,4}(?!\w)",  # 2а-123/2022
        r"(?<![\w/])\d{1,3} ?[A-Z][A-Za-z]{0,3} ?\d{1,5}/\d{4}(?!\w)",  # 12 T 34/2022
        r"(?<!\w)[IVX]{1,5} [A-Z][A-Za-z]{0,3} \d{1,5}/\d{2,4}(?!\w)",  # II K 123/22
        r"(?<!\w)[А-ЯЁІЇЄ]\d{2}-\d{1,6}/\d{2,4}(?!\w)",  # А40-12345/22
        r"(?<!\w)1\d{16}(?!\w)",  # the Ukrainian register of investigations
        r"(?<!\w)(?:№|sp\. ?zn\.|č\. ?j\.|sygn\. akt)[ ]?[\w№][\w./-]{2,30}(?: [A-Z][A-Za-z]{0,3} \d{1,5}/\d{2,4})?",
    ),
    "birth_number": (
        r"(?<!\w)\d{6}[ ]?/[ ]?\d{3,4}(?!\w)",  # rodné číslo
        r"(?<!\w)\d{7}[A-ZА-Я]\d{3}[A-ZА-Я]{2}\d(?!\w)",  # the Belarusian personal number
    ),
    "passport": (
        rf"(?<!\w)[{_UP}]{{2,3}}[ ]?[№-]?[ ]?\d{{6,7}}(?!\w)",
        r"(?<!\w)\d{2} ?\d{2} ?[№]? ?\d{6}(?!\w)|(?<!\w)\d{2} ?№? ?\d{7}(?!\w)",
        rf"(?<!\w)(?i:{_PAPER})[ ]?(?i:серії|серия|серія|č\.|no\.?|nr|№|:)?"
        rf"[ ]?[{_UP}]{{0,3}}[ ]?[№-]?[ ]?\d{{5,10}}(?!\w)",
        rf"(?<!\w)[{_GERMAN}](?=[{_GERMAN}0-9]{{0,7}}\d)[{_GERMAN}0-9]{{8}}(?!\w)",
    ),
    "plate": (
        rf"(?<!\w)[{_UP}]{{2}}[ -]?\d{{4}}[ -]?[{_UP}]{{2}}(?!\w)",  # UA
        rf"(?<!\w)[{_UP}][ ]?\d{{3}}[ ]?[{_UP}]{{2}}[ ]?\d{{2,3}}(?!\w)",  # RU
        rf"(?<!\w)\d{{4}}[ ]?[{_UP}]{{2}}-[0-8](?!\w)",  # BY
        r"(?<!\w)\d[A-Z][A-Z0-9][ -]?\d{4}(?!\w)",  # CZ
        r"(?<!\w)[A-Z]{2}[ -]?\d{3}[ ]?[A-Z]{2}(?!\w)",  # SK
        r"(?<!\w)[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ ]?\d{1,4}[EH]?(?!\w)",  # DE
        r"(?<!\w)[A-Z]{2,3} (?=[A-Z0-9]{4,5}(?!\w))\d{1,5}[A-Z]{0,2}(?!\w)",  # PL
    ),
    "coordinates": (
        r"(?<![\w.])-?\d{1,3}[.,]\d{3,10}°? ?[NSEW]?[,;/ ]{1,3}-?\d{1,3}[.,]\d{3,10}(?:°? ?[NSEW])?(?!\w)",
        r"(?<!\w)\d{1,3} ?° ?\d{1,2}(?:[.,]\d{1,6})? ?['′’] ?(?:\d{1,2}(?:[.,]\d{1,6})? ?(?:[\"″”]|''))? ?[NSEWСЮЗВ]?",
        r"(?<!\w)\d{1,2}[C-X] ?[A-Z]{2} ?\d{4,5} ?\d{4,5}(?!\w)",  # MGRS
    ),
    "ip": (
        r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)",
        rf"(?<![\w:.])(?:{_HEX}:){{7}}{_HEX}(?![\w:])",
        rf"(?<![\w:.])(?:{_HEX}:){{1,6}}:(?:{_HEX}(?::{_HEX}){{0,6}})?(?![\w:])",
        r"(?<![\w:])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:])",  # MAC
    ),
    "time": (r"(?<![\w:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\w:])",),
    "address": (
        rf"(?<!\w)(?i:{_STREET})[ ]?(?:[{_UP}][\w’'.-]{{1,30}}[ ]?){{1,4}}{_HOUSE}?",
        rf"(?<!\w)[{_UP}][\w’'-]{{2,40}} (?:вулиц\w+|улиц\w+|Street|Road|Avenue|Lane|ulice|ulica|проспект\w*|náměstí)"
        rf"{_HOUSE}?",
        r"(?<!\w)\d{1,4} [A-Z]\w{2,30} (?:Street|Road|Avenue|Lane|St\.|Rd\.)",
        rf"(?<!\w)[A-ZÄÖÜ][\w-]{{1,40}}(?:straße|strasse|str\.|gasse|weg|platz|allee){_HOUSE}",
    ),
}
SHAPES = {category: re.compile(rf"(?<!\w)(?:{'|'.join(shapes)})") for category, shapes in _SHAPES.items()}
"""The compiled shapes by category. None begins inside a word, which is seen once for all of a category."""
