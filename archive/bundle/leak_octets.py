"""The layer of the leak check that knows no format: every form, as it was written down, in the octets of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Literal

from msgspec import Struct

from archive.bundle.leak_check import Leak, Watch
from archive.bundle.reading import KNOWN
from archive.language import regions

SHORTEST = 6
"""Octets a form needs to be searched for where no text is: shorter ones turn up in compressed pixels by chance."""
_REGIONS = (re.escape(name).replace(r"\ ", r"\s") for name in sorted(regions.names(), key=len, reverse=True))
PLACED = re.compile(rf"\[(?:{'|'.join(_REGIONS)})\]")
"""What redaction puts in the place of a place: a region, whole and in brackets, on paper over two lines as well.
Nothing beside it passes."""
TAG_LINE = re.compile(
    r"BagIt-Version: 1\.0|Tag-File-Character-Encoding: UTF-8|External-Identifier: [0-9a-f]{12}|Payload-Oxum: \d+\.\d+"
)
_EMBEDDED = re.compile(rb"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+")
_MARKUP = re.compile(rf"</?(?:{KNOWN.pattern})(?=[ >])|(?<= )(?:{KNOWN.pattern})(?==\")")
_OF_PAPER = (
    "catalog contents decodeparms structtreeroot structelem parenttreenextkey viewerpreferences displaydoctitle "
    "outlines resources mediabox subtype fontdescriptor basefont fontname truetype dejavusans tounicode capheight "
    "missingwidth bitspercomponent colorspace devicergb devicegray placement pagination column figure document "
    "layout marked filter flatedecode parent metadata endstream endobj startxref trailer cidsysteminfo registry "
    "ordering supplement adobe identity cmapname cmaptype codespacerange bfchar bfrange findresource "
    "defineresource currentdict"
)
"""What PDF is written with."""


class Octets(Struct, frozen=True):
    """``forms`` to look for, and whose each is; ``watch`` says how people are called here and what is ours.

    ``small``: in small letters too, in which many a name is an ordinary word.
    """

    forms: tuple[tuple[str, str | None], ...]
    watch: Watch
    small: bool = True

    def of_text(self, data: bytes, name: str) -> Iterator[Leak]:
        """Forms as whole words anywhere in the raw file, outside markup, whole pieces of ours and decoded pictures."""
        pieces = self.watch.own | set(map(escape, self.watch.own))
        ours = "|".join(re.escape(piece) for piece in sorted(pieces, key=len, reverse=True))
        lines = rf"(?m:^(?:{ours}|{TAG_LINE.pattern})$)"
        whole = rf'(?<=[>"])(?:{ours})(?=[<"])|(?<=  data/)(?:{ours})(?=\n)|{lines}'
        said = _EMBEDDED.sub(b"", data).decode(
            "utf-8"
        )  # first: beside a Cyrillic letter each of their letters takes two
        text = PLACED.sub("[]", _MARKUP.sub("", re.sub(whole, "", said)))
        for form, person in self.forms:
            spelt = {form, form.upper()}  # in small letters many a name is an ordinary word
            if any(kind in text and re.search(rf"(?<![^\W\d_]){re.escape(kind)}(?![^\W\d_])", text) for kind in spelt):
                yield self._leak(name, "its bytes", form, person)
        yield from self.of_other(data, "its bytes", name, encodings=("utf-16-le", "utf-16-be"))

    def of_other(
        self, data: bytes, where: str, name: str, encodings: Iterable[str] = ("utf-8", "utf-16-le", "utf-16-be")
    ) -> Iterator[Leak]:
        """Forms as they are, in lower and in upper case, anywhere in stretches of the raw file that could be text."""
        for encoding in encodings:
            stretches = b"\n\n".join(_COULD_BE[encoding].findall(data))
            for form, person in self.forms:
                kinds = (form, form.upper(), *([form.lower()] if self.small else ()))
                spelt = {kind.encode(encoding) for kind in kinds}
                if any(len(octets) >= SHORTEST and octets in stretches for octets in spelt):
                    yield self._leak(name, where, form, person)

    def but_ours(self) -> Octets:
        """Without small letters, and the forms that stand in words of ours, in regions, or in what PDF is written with.

        In a paper these cannot be told from what is ours by their octets; as its words, and as what lies behind its
        pages, they are looked for all the same.
        """
        ours = "\n".join((*self.watch.own, *regions.names(), _OF_PAPER)).casefold()
        return Octets(tuple(one for one in self.forms if one[0].casefold() not in ours), self.watch, small=False)

    def _leak(self, name: str, where: str, form: str, person: str | None) -> Leak:
        return Leak(name, where, "bytes", "name", self.watch.shown.get(person or ""), script=script(form))


_COULD_BE = {
    "utf-8": re.compile(rb"(?:[ -~]|[\xc2-\xdf][\x80-\xbf]|[\xe1-\xe2][\x80-\xbf]{2}){5,}"),
    "utf-16-le": re.compile(
        rb"(?:[ -~]\x00|[\x00-\xff][\x01-\x05\x1e\x20])(?:[ -~]\x00|[\x00-\xff][\x01-\x05\x1e\x20])+"
    ),
    "utf-16-be": re.compile(rb"(?:\x00[ -~]|[\x01-\x05\x1e\x20][\x00-\xff]){2,}"),
}
"""Printable Latin and Cyrillic: compressed pixels are almost never more than a few octets of it."""


def script(text: str) -> Literal["Latin", "Cyrillic"] | None:
    """The letters in which somebody finds it; None of what has none."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return None
    return "Cyrillic" if any("\u0400" <= letter <= "\u052f" for letter in letters) else "Latin"
