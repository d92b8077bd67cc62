"""Codes as people read them, in the language of whoever runs the command."""

from __future__ import annotations

import re

from archive.speech import mark, tr

_KINDS = (
    mark("testimony"), mark("photo"), mark("document"), mark("person"), mark("case"), mark("act"), mark("role"),
    mark("proceeding"), mark("paper"), mark("step"), mark("source"), mark("recipient"), mark("capture"),
    mark("consent"), mark("term"), mark("identity"), mark("version"), mark("translation"), mark("transcript"),
    mark("summary"),
)  # fmt: skip
_THREATS = (mark("in custody"), mark("in military control"), mark("wanted"), mark("family in reach"))
_WHERE = (
    mark("in country"), mark("in transit"), mark("abroad with status"), mark("abroad without status"), mark("unknown"),
    mark("spoke"), mark("relative or lawyer"), mark("public"), mark("nobody asked"),
)  # fmt: skip
_FIELDS = (
    mark("people"), mark("consent"), mark("name"), mark("risk"), mark("acts"), mark("date"), mark("place"),
    mark("forces"), mark("known"), mark("checked"), mark("language"), mark("proceeding"), mark("dates"), mark("steps"),
)  # fmt: skip
_OTHERS = (
    mark("admin"),
    mark("member"),
    mark("added"),
    mark("duplicate"),
    mark("refused"),
    mark("profile"),
    mark("template"),
    mark("made"),
    mark("changed"),
    mark("in the bin"),
    mark("joined"),
)


def plain(code: str) -> str:
    """``in_custody`` -> *in custody*; a code that is in no catalog stays English."""
    return tr(code.replace("_", " ").replace("-", " "))


def fields(named: str) -> str:
    """The fields that something lacks (``P3A consent``), each as people read it; references stay."""
    return re.sub(r"[a-z]+", lambda found: tr(found[0]), named)
