"""A small fictional dossier, made in code."""

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from archive.bundle import content, dossier, handover, reasons, template
from archive.bundle.bag import Member
from archive.bundle.content import Arranged, Dossier, Passage, Picture, Piece
from archive.bundle.dossier import Page
from archive.bundle.handover import Way


class Kit:
    """What the tests of this room make dossiers from; handed out by the fixture ``kit``."""

    @staticmethod
    def picture(kind: str = "JPEG", seed: int = 1) -> bytes:
        """A little picture without any metadata."""
        held = io.BytesIO()
        Image.frombytes("RGB", (24, 16), random.Random(seed).randbytes(24 * 16 * 3)).save(held, kind)
        return held.getvalue()

    @staticmethod
    def write(
        target: Path,
        members: Sequence[Member],
        inspect: Callable[[Path], None],
        random: Callable[[int], bytes],
        **way: object,
    ) -> str:
        """Deliver a dossier: as a folder unless ``way`` says otherwise."""
        return handover.deliver(target, members, inspect, Way(**way), random)  # type: ignore[arg-type]

    @staticmethod
    def source(seed: int = 7) -> Callable[[int], bytes]:
        """Randomness that can be repeated."""
        return random.Random(seed).randbytes

    @staticmethod
    def pieces() -> list[Piece]:
        """Two testimonies in one month, one in another language later, one photo without a date."""
        return [
            Piece(
                key="k1", kind="testimony", persons=("P-01",), title=Passage(text="На зупинці", language="uk"),
                date="2024-03-12", how="in-person",
                text=Passage(text="Мене зупинили.\n\nПаперів не дали.", language="uk"),
            ),
            Piece(
                key="k2", kind="testimony", persons=("P-02",), date="2024-03-02",
                text=Passage(text="Пришла повестка.", language="ru"),
            ),
            Piece(
                key="k3", kind="testimony", persons=("P-02", "P-01"), date="2024-05~", translates="k2",
                text=Passage(text="Přišla obsílka.", language="cs"),
            ),
            Piece(
                key="k4", kind="photo", persons=("P-01",), picture=Picture(media_type="image/jpeg", data=Kit.picture())
            ),
        ]  # fmt: skip

    @staticmethod
    def make(language: str = "en", arranged: Arranged | None = None, **changes: object) -> tuple[Dossier, Arranged]:
        """A dossier of these pieces; ``changes`` replace its fields."""
        arranged = arranged or content.arrange(Kit.pieces(), Kit.source())
        fields: dict[str, object] = {
            "template": "public",
            "profile": "advocacy",
            "language": language,
            "title": Passage(text="Refusal is no crime", language="en"),
            "issued": "2024-11",
            "issuer": "A network of friends",
            "contact": "c/o the legal aid office",
            "summary": Passage(text="What two people told us.", language="en"),
            "chronology": content.chronology(arranged.exhibits),
            "counts": content.count(arranged.exhibits),
            "exhibits": arranged.exhibits,
            "withheld": reasons.in_general(["withdrawn", "not-redactable"]),
        }
        return Dossier(**{**fields, **changes}), arranged

    @staticmethod
    def nothing(_folder: Path) -> None:
        """An inspection that finds nothing."""

    @staticmethod
    def members(language: str = "en", **changes: object) -> tuple[Member, ...]:
        """The files of such a dossier."""
        made, arranged = Kit.make(language, **changes)
        return dossier.members([Kit.page(made)], arranged.pictures)

    @staticmethod
    def page(made: Dossier) -> Page:
        """The page of such a dossier, in the order of the public template."""
        return Page("dossier", made, template.load("public").sections)


@pytest.fixture
def kit() -> type[Kit]:
    """The makings of a dossier."""
    return Kit


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A finished bag of the little dossier."""
    Kit.write(tmp_path / "bag", Kit.members(), Kit.nothing, Kit.source())
    return tmp_path / "bag"
