"""What goes into a dossier tells nothing of the archive it came from."""

import msgspec
import pytest

from archive.bundle import content, reasons
from archive.bundle.content import Exhibit, Moment, Piece
from archive.bundle.entries import Entry, Fact, Passage
from archive.records.gate import SENTENCES


def test_pseudonyms_are_per_bundle_and_tell_no_order(kit) -> None:
    """By lot, each once, none a year, two dossiers with none in common; the order in which ids come in is nothing."""
    people = [f"{number:032x}" for number in range(4)]
    called = [content.pseudonyms(people, kit.source(seed)) for seed in range(200)]
    assert all(len(set(one.values())) == 4 for one in called)
    assert not set(called[0].values()) & set(called[1].values())
    first = {one[people[0]] for one in called}
    assert len(first) > 190 and all(2100 <= int(name.removeprefix("P-")) <= 9999 for name in first)
    assert content.pseudonyms(people, kit.source(3)) == content.pseudonyms(people[::-1], kit.source(3))


def test_exhibits_are_sorted_by_month_and_shuffled_within(kit) -> None:
    """Days decide nothing: both orders of two exhibits of one month occur; undated ones come last."""
    seen = set()
    for seed in range(40):
        arranged = content.arrange(kit.pieces(), kit.source(seed))
        assert [exhibit.month for exhibit in arranged.exhibits] == ["2024-03", "2024-03", "2024-05~", None]
        seen.add(arranged.keys[:2])
    assert seen == {("k1", "k2"), ("k2", "k1")}


def test_the_order_of_adding_changes_nothing(kit) -> None:
    """The same pieces in another order give the same exhibits for the same randomness."""
    assert content.arrange(kit.pieces(), kit.source(5)) == content.arrange(kit.pieces()[::-1], kit.source(5))


def test_files_are_named_by_role(kit) -> None:
    """No name of a file, no id: who, what kind, which one."""
    arranged = content.arrange(kit.pieces(), kit.source())
    assert {exhibit.token for exhibit in arranged.exhibits} == {
        "P-01-testimony-1", "P-02-testimony-1", "P-01-testimony-2", "P-01-photo-1",
    }  # fmt: skip
    assert set(arranged.pictures) == {"exhibits/P-01-photo-1.jpg"}


def test_a_translation_points_to_what_it_translates_by_number(kit) -> None:
    """Keys are forgotten; a translation of something that stayed in points nowhere."""
    arranged = content.arrange(kit.pieces(), kit.source())
    by_key = dict(zip(arranged.keys, arranged.exhibits, strict=True))
    assert by_key["k3"].translates == by_key["k2"].number
    alone = content.arrange([piece for piece in kit.pieces() if piece.key != "k2"], kit.source())
    assert all(exhibit.translates is None for exhibit in alone.exhibits)
    assert not any(piece.key in str(msgspec.to_builtins(arranged.exhibits)) for piece in kit.pieces())


def test_reasons_become_general_words(kit) -> None:
    """Every reason of the gate has a general one; withdrawn and never asked look the same."""
    assert set(reasons.IN_GENERAL) == set(SENTENCES)
    assert reasons.in_general(["withdrawn", "not-asked"]) == reasons.in_general(["not-asked"]) == ("consent",)
    assert reasons.in_general(["face", "held", "expired"]) == reasons.in_general(["expired", "face", "held"])


@pytest.mark.parametrize(
    "changes",
    [
        {"issued": "2024-11-05"},
        {"issued": "2024-11-05T10:00Z"},
        {"chronology": (Moment(month="2024-03-XX", exhibits=()),)},
        {"exhibits": (Exhibit(number=1, token="IMG_2044", kind="photo"),)},
        {"exhibits": (Exhibit(number=1, token="P-01-photo-1", kind="photo", persons=("Olena",)),)},
        {"exhibits": (Exhibit(number=1, token="P-01-photo-1", kind="photo", file="../x.jpg"),)},
        {"exhibits": (Exhibit(number=1, token="P-01-photo-1", kind="photo", file="exhibits/x.pdf"),)},
        {"acts": (Entry(kind="act", number=1, facts=(Fact(name="when", date="2024-03-12"),)),)},
        {"title": Passage(text="")},
        {"withheld": ("withdrawn",)},
    ],
)  # fmt: skip
def test_what_has_no_place_in_a_dossier_is_not_rendered(kit, changes: dict[str, object]) -> None:
    """Days, names of files, names of people and paths that lead out stop at the door."""
    with pytest.raises(msgspec.ValidationError):
        content.sound(kit.make(**changes)[0])


def test_invisible_characters_are_dropped(kit) -> None:
    """Zero-width and direction marks tell one copy from another, and hide words; line ends are made one."""
    made, _ = kit.make(summary=Passage(text="o\u200bn\u00ade\u202e two\r\nthree\x00\ud800"))
    assert content.sound(made).summary == Passage(text="one two\nthree")


def test_a_sound_dossier_stays_as_it_is(kit) -> None:
    """Nothing is lost on the way through the door."""
    made, _ = kit.make()
    assert content.sound(made) == made


def test_count_counts_what_is_there(kit) -> None:
    """People are counted once."""
    arranged = content.arrange([*kit.pieces(), Piece(key="k5", kind="document")], kit.source())
    counts = content.count(arranged.exhibits)
    assert (counts.persons, counts.testimony, counts.photo, counts.document) == (2, 3, 1, 1)
