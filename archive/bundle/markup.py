"""HTML by construction: text becomes markup in one place only, where it is escaped."""

from __future__ import annotations

import re
from html import escape

from archive.bundle.entries import DESIGNATION

_VOID = frozenset({"meta", "img", "br", "hr"})
_INLINE = frozenset({"a", "span", "time", "code", "b", "br"})  # no line break after these: it would show as a space
_DESIGNATION = re.compile(rf"({DESIGNATION})(?!\w)")


class Markup(str):
    """Text that is HTML already. Only this module makes it out of anything but a literal."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: str | None) -> Markup:
    """One element; children that are not ``Markup`` are escaped, attributes always, None leaves an attribute out.

    ``class_`` and ``http_equiv`` are written ``class`` and ``http-equiv``.
    """
    held = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_quoted(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _INLINE else "\n"
    if name in _VOID:
        return Markup(f"<{name}{held}>{end}")
    return Markup(f"<{name}{held}>{joined(*children)}</{name}>{end}")


def _quoted(value: str) -> str:
    """A value for double quotes: the single ones of a policy (``'none'``) stay readable."""
    return escape(value, quote=False).replace('"', "&quot;")


def joined(*children: str) -> Markup:
    """Children side by side, each escaped unless it is ``Markup``."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def unbroken(text: str) -> Markup:
    """Plain text in which no designation (``P-4417``) is broken over two lines."""
    parts = _DESIGNATION.split(text)
    return joined(*(element("span", part, class_="persons") if at % 2 else part for at, part in enumerate(parts)))


def paragraphs(text: str, **attributes: str | None) -> Markup:
    """Plain text as paragraphs at blank lines, with line breaks at single ones."""
    blocks = (block.strip("\n") for block in text.split("\n\n"))
    return joined(*(element("p", _lines(block), **attributes) for block in blocks if block.strip()))


def _lines(block: str) -> Markup:
    first, *rest = block.split("\n")
    return joined(unbroken(first), *(part for line in rest for part in (element("br"), unbroken(line))))
