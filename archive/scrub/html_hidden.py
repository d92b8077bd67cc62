"""What a page holds but does not show: told by attributes, by a style of its own, and by plain rules of its sheets.

Of style sheets only rules over one element name, one class or one id are understood, outside of ``@media``; the last
rule counts. What only a longer rule or a script hides is kept, and can be read in the clean page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_OPACITY = re.compile(r"opacity\s*:[^;]*", re.IGNORECASE)
_SIMPLE = re.compile(r"(?=.)[a-z0-9]*(?:[.#][\w-]+)?", re.IGNORECASE)
_UNSEEN = re.compile(
    r"(?<![-\w])(?:display:none|visibility:(?:hidden|collapse)|mso-hide:all|opacity:0*\.?0*(?![\d.])"
    r"|font-size:0(?![.\d]*[1-9])|(?:text-indent|left|right|top):-(?:\d{4,}|999)|clip:rect\(0|clip-path:inset\((?:50|100)%"
    r"|color:transparent)"
)
_NO_ROOM = re.compile(r"(?<![-\w])(?:max-)?(?:width|height):0(?:px|pt|em)?(?:[;!]|\Z)")
_DISPLAY = re.compile(r"(?:display|visibility|font-size)\s*:")


class Hidden:
    """Tells of an element whether a viewer would leave it out, by the style sheets of its page."""

    def __init__(self, sheets: Iterable[str]) -> None:
        rules: dict[str, bool] = {}
        for sheet in sheets:
            for rule in _without_blocks(_COMMENT.sub("", sheet)).split("}"):
                chosen, _, style = rule.partition("{")
                style = _OPACITY.sub("", style)  # in sheets it is for what fades in
                if _DISPLAY.search(style.lower()) or is_unseen(style):
                    selectors = (part.strip() for part in chosen.split(","))
                    rules.update((part, is_unseen(style)) for part in selectors if _SIMPLE.fullmatch(part))
        self._hiding = frozenset(selector for selector, hides in rules.items() if hides)

    def __call__(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Tell whether the element itself is hidden; what lies in a hidden one is hidden with it.

        The page as a whole never is: many hide it until their script has run.
        """
        if tag in ("html", "body"):
            return False
        if "hidden" in attributes or is_unseen(attributes.get("style", "")):
            return True
        if attributes.get("width", "").strip() in ("0", "0px") or attributes.get("height", "").strip() in ("0", "0px"):
            return True
        if not self._hiding:
            return False
        names = [f".{word}" for word in attributes.get("class", "").split()]
        if "id" in attributes:
            names.append(f"#{attributes['id'].strip()}")
        return not self._hiding.isdisjoint([tag, *names, *(tag + name for name in names)])


def is_unseen(style: str) -> bool:
    """Tell whether declarations of a style hide what they are said of."""
    if not style:
        return False
    said = "".join(_COMMENT.sub("", style).lower().split())
    return _UNSEEN.search(said) is not None or ("overflow:hidden" in said and _NO_ROOM.search(said) is not None)


def _without_blocks(sheet: str) -> str:
    """Leave out rules inside ``@media`` and its like: whether they hold depends on the viewer."""
    kept, depth, start = [], 0, 0
    for mark in re.finditer(r"@(?:media|supports|keyframes|-\w+-keyframes|container|layer)[^{};]*\{|[{}]", sheet):
        if mark[0].startswith("@") and depth == 0:
            kept.append(sheet[start : mark.start()])
            depth = 1
        elif depth:
            depth += -1 if mark[0] == "}" else 1
            start = mark.end()
    return "".join([*kept, sheet[start:] if depth == 0 else ""])
