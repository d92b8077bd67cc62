"""English names as Slavs write what they hear: Walker is Уокер and Волкер, Wright is Райт, Hargreaves is Харгривз.

English letters do not tell how they sound, so a name gives several spellings; all of them are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

_MOST = 24  # spellings of one name
_RULES = (
    # how a word begins and ends
    ("wr", "р"), ("hughes$", "хьюз г'юз"), ("hugh", "хью г'ю"), ("^you", "я йо"), ("^walk", "уок вок волк"),
    ("^wa(?=[lr])", "уо во"), ("ward$", "вард уорд"), ("^kn", "н"), ("^wh", "у в"), ("^w", "у в"),
    ("^hu(?=[^aeiouy][aeiouy])", "хью г'ю"), ("^x", "з"), ("^eu", "ю"),
    ("^c(?=ae)", "с"), ("mb$", "м"), ("ees$", "із"), ("e?aux?$", "о"), ("gue$", "г"), ("que$", "к"), ("le$", "л"),
    ("dge$", "дж"), ("dges$", "джес"),
    ("(?<=[^aeiouy])y$", "і"), ("e[yi]$", "і ей"), ("ie$", "і"), ("(?<=[vlrnm])es$", "с з"), ("ayes$", "ейс"),
    ("ace$", "ас ес ейс"), ("[ai]el$", "ель іел"), ("stone$", "стоун стон"), ("(?<=[^aeiou])e$", "-"),
    ("(?<=[^aeiou])[eo]n$", "ен он"), ("e?rs$", "ерс"), ("burgh$", "бург бро"), ("bury$", "бері"), ("worth$",
    "ворт уорт"), ("wick$", "вік ік"), ("ham$", "гем ем"),
    # several letters that are one sound
    ("sch", "ш шк"), ("tch", "ч"), ("ough", "о ау"), ("augh", "о"), ("eigh", "ей"), ("igh", "ай"), ("gh", "г -"),
    ("ch(?=[lr])", "к х"), ("ch", "ч ш"), ("sh", "ш"), ("ph", "ф"), ("th", "т с з"), ("ck", "к"), ("qu", "кв"), ("x",
    "кс"), ("dg(?=e)", "дж"), ("gn(?=[^aeiou]|$)", "н"),
    ("eo(?=rg)", "о"), ("ae", "ай е"), ("ee", "і"), ("ea(?=r)", "і е"), ("ea", "і е"), ("oo", "у"), ("ou", "ау у о"),
    ("ow(?=[aeiou])", "ау оу"), ("ow", "ау оу"),
    ("air", "ер ейр"), ("a[iy]", "ей"), ("e[iy]", "ей"), ("o[iy]", "ой"), ("au", "о ау"), ("aw", "о оу"), ("ew|eu",
    "ью"), ("oa", "оу о"), ("ia(?=m)", "ья іа"), ("ie", "і"), ("ui", "уі"),
    ("e(?=(?:man|wood|field|ton|well|ly)$)", "- е"), ("al(?=[km])", "о ол ал"), ("all(?=[^aeiou]|$)", "ол алл"),
    ("ur|ir", "ер ур"), ("er", "ер"),
    # a last e that is not said makes the vowel before it long
    ("a(?=[^aeiouyrwx]e(?:s|$|[^aeiou]))", "ей а"), ("i(?=[^aeiouyrwx]e(?:s|$|[^aeiou]))", "ай і"),
    ("o(?=[^aeiouyrwx]e(?:s|$|[^aeiou]))", "оу о"),
    ("(?<=[st])u(?=[aei])", "ю у"), ("u(?=[^aeiouyrwx]e(?:s|$|[^aeiou]))", "ю у"),
    # letters
    ("j", "дж"), ("g(?=[eiy])", "дж г"), ("c(?=[eiy])", "с"), ("c", "к"), ("(?<=[aeiou])s(?=[aeiou])", "з с"), ("w",
    "у в"), ("(?<=[aeiou])h(?=[^aeiou]|$)", "-"),
    ("y(?=[aeiou])", "й"), ("y", "і ай"), ("u", "а у"), ("a", "а е"), ("i", "і"), ("o", "о"), ("e", "е"), ("h", "г"),
    ("k", "к"), ("q", "к"),
    *((one, other) for one, other in zip("bdfglmnprstvz", "бдфглмнпрствз", strict=True)),
)  # fmt: skip
_TOKEN = re.compile("|".join(f"(?P<r{at}>{pattern})" for at, (pattern, _) in enumerate(_RULES)))
_HEARD = tuple(tuple(said.replace("-", "").split(" ")) for _, said in _RULES)


def heard(word: str) -> Iterator[str]:
    """What Slavs write for ``word`` (small Latin letters), the likeliest first; ``_MOST`` at most."""
    parts, count = list[tuple[str, ...]](), 1
    for match in _TOKEN.finditer(word):
        said = _HEARD[int((match.lastgroup or "r0")[1:])]
        count *= len(said)
        parts.append(said if count <= _MOST else said[:1])
        count = count if count <= _MOST else count // len(said)
    yield from dict.fromkeys("".join(one) for one in product(*parts))
