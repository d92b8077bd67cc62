"""XML of office files: parsed without entities, document types or the network, within limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Any

from lxml import etree

from archive.errors import UncleanError
from archive.scrub.contract import Reason

Element = Any
"""An element of lxml, which ships no types."""

LARGEST = 48 << 20
"""Most bytes of one XML part: its tree takes some ten times that of the worker's memory."""

ATTRIBUTES = 300
"""Most attributes of one element; each is looked at, and taking one out of many is slow."""

_TOO_MUCH = ("memory", "huge", "excessive", "unknown error")
"""What libxml2 says of nodes too long or too deep; the last where it got no memory."""
_DECLARES = re.compile(rb"<\0?!\0?[DE]")


def parsed(data: bytes) -> Element:
    """Parse one part. Raises UncleanError: entities declared, too large, too deep, damaged."""
    if len(data) > LARGEST:
        raise UncleanError(Reason.TOO_LARGE)
    if _DECLARES.search(data):
        raise UncleanError(Reason.ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False,
        remove_pis=True, remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        too_much = any(word in str(error).lower() for word in _TOO_MUCH)
        raise UncleanError(Reason.BOMB if too_much else Reason.DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise UncleanError(Reason.ENTITIES)
    return root


def written(root: Element, keep: tuple[str, ...] = ()) -> bytes:
    """Write a part: UTF-8, declared, without namespaces that nothing uses; prefixes in ``keep`` stay all the same."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=keep)
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


def local(element: Element) -> str:
    """Give the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def unwrap(element: Element) -> None:
    """Put what is in an element into its place; text between its tags stays, and so does what follows it."""
    parent, at = element.getparent(), element.getparent().index(element)
    inside = list(element)
    _prepend(parent, at, element.text)
    tail = element.tail
    element.tail = None
    parent.remove(element)
    parent[at:at] = inside
    _prepend(parent, at + len(inside), tail)


def take_out(element: Element) -> None:
    """Remove an element with all that is in it; the text that follows it stays."""
    parent, at = element.getparent(), element.getparent().index(element)
    tail = element.tail
    element.tail = None
    parent.remove(element)
    _prepend(parent, at, tail)


def _prepend(parent: Element, at: int, text: str | None) -> None:
    """Put text in front of the child at a place."""
    if not text:
        return
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def prune(root: Element, judge: Callable[[Element], bool], texts: Container[str] | None) -> None:
    """Visit every element, parents first; ``judge`` says whether it stays and may change its attributes.

    ``texts`` are the tags between which text may stand; None where elements may stand in text (``judge`` empties it).
    """
    waiting = [root]
    if len(root.attrib) > ATTRIBUTES or not judge(root):
        raise UncleanError(Reason.UNSUPPORTED)
    while waiting:
        element = waiting.pop()
        if any(len(child.attrib) > ATTRIBUTES for child in element):
            raise UncleanError(Reason.UNSUPPORTED)
        if texts is not None:
            element.tail = None
            if element.tag not in texts:
                element.text = None
        doomed = [child for child in element if not judge(child)]
        for child in doomed:
            take_out(child)
        waiting += element
