"""Matroska and WebM (RFC 9559): packets go into a new file; tags, chapters, attachments, subtitles and ids stay behind.

AVI, which players of today read badly, becomes Matroska: the packets are the same.
"""

from __future__ import annotations

from typing import BinaryIO

from archive.errors import UncleanError
from archive.scrub import media_ebml
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, report
from archive.scrub.media_matroska_look import residue_stream
from archive.scrub.media_remux import Draft, Fair, look, opened, remux

__all__ = ["MEDIA_TYPES", "clean_stream", "matches", "residue_stream", "rewritten"]

MEDIA_TYPES = ("video/x-matroska", "audio/x-matroska", "video/webm", "audio/webm")


def matches(head: bytes) -> bool:
    """Tell by the EBML header and a document type of this family."""
    return head[:4] == b"\x1a\x45\xdf\xa3" and (b"webm" in head[:64] or b"matroska" in head[:64])


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write the packets twice, into the same kind of file."""
    strange = media_ebml.survey(source)
    return rewritten(source, "matroska", media_ebml.kind(source), write, strange)


def rewritten(source: BinaryIO, form: str, target: str, write: Write, strange: list[str]) -> Cleaned:
    """Copy what libav's reader ``form`` finds into Matroska or WebM."""
    with opened(source, form) as container:
        seen = look(container)
    draft = Draft()
    inside = remux(source, form, target, draft)
    remux(source, form, target, fair := Fair(draft, write))
    if (fair.end, fair.patches) != (draft.end, draft.patches):
        raise UncleanError(Reason.DIFFERS)
    media_type = ("video/" if seen.moving else "audio/") + {"webm": "webm", "matroska": "x-matroska"}[target]
    return report(media_type, "remuxed packets", [*seen.found, *strange, *inside], capture=capture(seen.tags))
