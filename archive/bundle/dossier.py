"""From content to the files of a dossier: the page, its machine-readable twin, and the pictures."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from archive.bundle import content, html
from archive.bundle.bag import Member
from archive.bundle.content import Dossier, Picture
from archive.bundle.template import Template


def members(dossier: Dossier, template: Template, pictures: Mapping[str, Picture]) -> tuple[Member, ...]:
    """The payload of a bag. ``pictures`` are by ``Exhibit.file``, as ``content.arrange`` gives them."""
    dossier = content.sound(dossier)
    files = tuple(exhibit.file for exhibit in dossier.exhibits if exhibit.file)
    return (
        Member("dossier.html", html.page(dossier, template, pictures).encode()),
        Member("dossier.json", msgspec.json.format(msgspec.json.encode(dossier), indent=2) + b"\n"),
        *(Member(file, pictures[file].data) for file in files),
    )

