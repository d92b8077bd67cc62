"""Pruning a PDF to its allow-lists: everything that can be reached from the catalog, key by key, stream by stream."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Stream, String

from archive.scrub.pdf_objects import Reference, filters, reference
from archive.scrub.pdf_shapes import FILTERS, KEY_GROUPS, OTHER, SHAPES, STREAM
from archive.scrub.pdf_streams import rebuild, settle_profile


class Pruner:
    """Cuts everything reachable from the catalog down to the allow-lists, in place.

    ``dropped`` collects the groups of what went. ``whole`` turns False where something can neither stay nor go without
    changing what is seen; then the file has to be drawn instead.
    """

    def __init__(self, pages: frozenset[Reference]) -> None:
        self.dropped: set[str] = set()
        self.whole = True
        self._pages = pages
        self._seen: set[tuple[Reference, str]] = set()
        self._profiles: set[Reference] = set()
        self._waiting: list[tuple[Object, str]] = []

    def prune(self, root: Object) -> None:
        """Prune from here on."""
        self._enter(root, "catalog")
        while self._waiting:
            self._visit(*self._waiting.pop())

    def _visit(self, item: Object, kind: str) -> None:
        where = reference(item)
        if where is not None:
            if (where, kind) in self._seen:
                return
            self._seen.add((where, kind))
        allowed = SHAPES.get(kind, {})
        if isinstance(item, Stream):
            allowed = {**allowed, **STREAM}
        for key in list(item.keys()):
            if key == "/Length" and isinstance(item, Stream):
                continue  # the writer counts anew
            inner = kind.removeprefix("map:") if kind.startswith("map:") else allowed.get(key)
            if inner is None or not self._admit(item[key], inner):
                self.dropped.add(KEY_GROUPS.get(key, OTHER))
                del item[key]
        if isinstance(item, Stream):
            self._finish(item, kind)

    def _finish(self, stream: Stream, kind: str) -> None:
        """Clean what the stream holds; one with a filter that is not known cannot stay."""
        self._note(rebuild(stream, kind) if FILTERS.issuperset(filters(stream)) else None)

    def _note(self, groups: frozenset[str] | None) -> None:
        self.whole = self.whole and groups is not None
        self.dropped |= groups or frozenset()

    def _admit(self, value: object, kind: str) -> bool:
        """Tell whether a value may stay under a key of this kind, and put what it leads to on the list."""
        if kind not in ("plain", "text") and not isinstance(value, (Array, Dictionary, Name, Stream)):
            return False
        waiting = [value]
        arrays: set[Reference] = set()
        while waiting:
            item = waiting.pop()
            if isinstance(item, Array):
                if (where := reference(item)) is not None:
                    if where in arrays:
                        continue
                    arrays.add(where)
                if kind == "colour":
                    self._note(settle_profile(item, self._profiles))
                waiting += [part for part in item if not _is_lookup(item, part)]
            elif isinstance(item, (Dictionary, Stream)):
                if not self._enter(item, kind):
                    return False
            elif isinstance(item, String) and kind != "text":
                return False
        return True

    def _enter(self, item: Object, kind: str) -> bool:
        if kind == "page":
            return reference(item) in self._pages
        if kind == "pages or page":
            kind = "page" if reference(item) in self._pages else "pages"
        if kind not in SHAPES and not (kind.startswith("map:") and isinstance(item, Dictionary)):
            return False
        self._waiting.append((item, kind))
        return True


def _is_lookup(array: Array, part: object) -> bool:
    """Tell whether a part of an array is the colour table of an indexed space, the one string that is no text."""
    return isinstance(part, String) and len(array) == 4 and array[0] == "/Indexed"
