"""Two collectives in one folder, two people: who may read a sealed name finds by it, and sees a pseudonym. To the other
it is what a name is that nobody has: in answers, counts, snippets, kept searches, references and refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archive.index.index import Index
from archive.vault.unlocking import unlock

from .asking import Asked
from .conftest import PASSPHRASE, Laptop, Run

SEALED = ("zaviriukha", "завірюха", "taras", "ластівк")
SPELLED = (
    "Zaviriukha",
    "zaviriukhu",
    "Завірюхою",
    "Завирюхе",
    "Zawiriuchę",
    '"Taras Zaviriukha"',
    "Zavir*",
    "Ластівкою",
)
WAYS: tuple[tuple[str, ...], ...] = (
    (), ("--json",), ("--exact",), ("--count-by", "person"), ("--count-by", "case", "--json"), ("--sort", "added"),
    ("--kind", "identity", "--json"), ("--since", "2000", "--json"), ("--language", "uk"),
)  # fmt: skip


class Two(NamedTuple):
    """Anna reads both collectives, Boris the first alone; references of what is in the second."""

    anna: Laptop
    boris: Laptop
    person: str
    case: str
    kept: str
    folder: Path

    def says(self, who: Laptop, commands: Sequence[Sequence[str]]) -> list[tuple[int, bytes, bytes]]:
        """All that each command says."""
        asked = Asked(who, self.folder)
        runs: list[Run] = list(asked.run([(tuple(word.encode() for word in words), b"") for words in commands]))
        return [(run.code, run.out, run.err) for run in runs]


def sealed(who: Laptop, case: str, pseudonym: str, **names: Any) -> str:
    """A person with a sealed name."""
    ref: str = who.ask("person", "new", "--from-json", "-", stdin={"pseudonym": pseudonym, "case": case})["ref"]
    who.ask("person", "name", ref, "--from-json", "-", stdin=names)
    return ref


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Of each collective a case, a person with a sealed name and a text that says it; in the second a kept search."""
    root = tmp_path_factory.mktemp("two")
    anna = Laptop(root / "anna").found()
    boris = Laptop(root / "boris", {"ARCHIVE_DIR": str(anna.archive)})
    asked = boris.ask("join", anna.archive, "--kdf", "tests-only")
    let = anna.ask("member", "add", "--words", asked["words"])
    boris.ask("join", anna.archive, "--words", let["words"])
    weir = anna.case("By the weir")
    sealed(anna, weir, "Heron", names=[{"language": "en", "given": "Olena", "surname": "Korsak"}])
    anna.add(anna.file("weir.txt", "Korsak was seen at the weir.\n"), "--case", weir)
    anna.ask("collective", "add", "Mill")
    anna.changes["ARCHIVE_COLLECTIVE"] = "Mill"
    case = anna.case("By the mill")
    names = [{"language": "en", "given": "Taras", "surname": "Zaviriukha"}]
    person = sealed(anna, case, "Raven", names=names, nicknames=["Ластівка"])
    anna.add(anna.file("mill.txt", "Завірюха стояв біля брами.\n"), "--case", case, "--about", person)
    anna.ask("search", "Zaviriukha", "--save", "spring")
    kept = anna.ask("search", "--saved-list")["searches"][0]["ref"]
    del anna.changes["ARCHIVE_COLLECTIVE"]
    return Two(anna, boris, person, case, kept, root)


def absent(typed: str) -> str:
    """A word that is in no archive, typed in the same way."""
    return "".join("q" if letter.isalpha() else letter for letter in typed)


def test_who_may_read_a_sealed_name_finds_the_pseudonym(two: Two) -> None:
    """By any form, script, phrase or beginning; nothing of the name is told again."""
    for typed in SPELLED:
        found = two.anna.ask("search", typed, "--kind", "person")
        told = [(hit["ref"], hit["title"], hit["snippet"], hit["marks"]) for hit in found["hits"]]
        assert told == [(two.person, "Raven", "", [])], typed
    commands = [
        ("search", typed, "--kind", "person", *way) for typed in SPELLED[:4] for way in WAYS[:5] if "--exact" not in way
    ]
    for code, out, err in two.says(two.anna, commands):
        assert (code, err) == (0, b"")
        assert not any(word in out.decode().casefold() for word in SEALED), out


def test_to_anybody_else_it_is_a_name_that_nobody_has(two: Two) -> None:
    """Letter by letter, also to who reads both and asks in the other collective."""
    ways = [(typed, (*WAYS, *WAYS)[2 * at : 2 * at + 2]) for at, typed in enumerate(SPELLED)]
    for who, where in ((two.boris, ()), (two.anna, ("--collective", "Weir"))):
        commands = [("search", typed, *where, *way) for typed, some in ways for way in some]
        others = [("search", absent(typed), *where, *way) for typed, some in ways for way in some]
        said = two.says(who, [*commands, *others])
        for command, one, other in zip(commands, said, said[len(commands) :], strict=False):
            assert one == other, command
            assert one[0] == 0, command


def test_what_is_in_the_other_collective_is_not_there(two: Two) -> None:
    """Its records, kept searches and its own name are refused as what there never was."""
    asked = [
        (("search", "gate", "--person", two.person), ("search", "gate", "--person", "PZZZZ")),
        (("search", "gate", "--case", two.case), ("search", "gate", "--case", "CZZZZ")),
        (("search", "--saved", "spring"), ("search", "--saved", "autumn")),
        (("search", "gate", "--collective", "Mill"), ("search", "gate", "--collective", "Pond")),
        (("show", two.person), ("show", "PZZZZ")),
        (("show", two.kept), ("show", f"{two.kept[0]}ZZZZ")),
    ]
    pairs = [((*mine, *way), (*other, *way)) for mine, other in asked for way in ((), ("--json",))]
    said = two.says(two.boris, [command for pair in pairs for command in pair])
    for (mine, _), here, there in zip(pairs, said[::2], said[1::2], strict=True):
        assert here == there and here[0] != 0, mine
    assert two.boris.ask("search", "--saved-list")["searches"] == []
    ways = (("--kind", "person", "--json"), ("--count-by", "person"), ("--count-by", "case"), ("--count-by", "kind"))
    everything = two.says(two.boris, [("search", *way) for way in ways])
    for code, out, _ in everything:
        assert code == 0 and not any(word in out.decode() for word in ("Raven", "By the mill", two.person, two.case))


def test_an_index_holds_no_word_that_its_owner_may_not_read(two: Two) -> None:
    """So no answer can take longer or shorter for it: there is nothing to be looked up."""
    words = []
    for who in (two.anna, two.boris):
        who.ask("search", "Zaviriukha")
        key = unlock(who.state / "identity", lambda: PASSPHRASE).index_key
        with Index.open(next(who.state.rglob("index.db")), key) as index:
            words.append({word for (word,) in index._db.rows("SELECT word FROM term")})
    hers, his = words
    assert {"zaviriukha", "korsak"} <= hers and "korsak" in his
    assert not his & {"zaviriukha", "завирюха", "taras", "ластивка", "raven", "mill", "брами"}
