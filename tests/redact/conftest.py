"""People for the tests of redaction; all are fictional."""

import json
from pathlib import Path

import pytest

from archive.records.kinds import Identity, Name

CORPUS = Path(__file__).with_name("corpus.jsonl")
SHARED = Path(__file__).parents[3] / "shared" / "data" / "redaction" / "dev.jsonl"


def identity(number, names, **fields):
    """An identity whose person id ends in ``number``."""
    return Identity(
        id=f"{number:032x}",
        created="2026-01-01T00:00Z",
        entered_by="d" * 64,
        person=f"{number + 4096:032x}",
        names=tuple(names),
        **fields,
    )


def from_row(number, row):
    """The identity of a corpus row."""
    name = Name(language=row["lang"], given=row["given"], patronymic=row["patronymic"], surname=row["surname"])
    nicknames, aliases = tuple(row["nick"]), tuple(row["aliases"])
    return identity(number, [name], nicknames=nicknames, aliases=aliases, places=(row["place"],))


def load(path):
    """The rows of a corpus and the identities of everybody in it."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    people = {row["identity"]["id"]: row["identity"] for row in rows if row["identity"]}
    return rows, [from_row(number, person) for number, person in enumerate(people.values())]


@pytest.fixture(scope="session")
def corpus():
    return load(CORPUS)


@pytest.fixture(scope="session")
def shared():
    if not SHARED.exists():
        pytest.skip("needs ../shared/data/redaction/dev.jsonl")
    return load(SHARED)


@pytest.fixture(scope="session")
def dibrova():
    """One person with everything that can be known of somebody."""
    return identity(
        1,
        [Name(language="uk", given="Панас", patronymic="Северинович", surname="Діброва")],
        nicknames=("Панько",),
        places=("Ізюм",),
        phones=("+380 67 555 01 99",),
        emails=("P.Dibrova@example.org",),
        handles=("https://t.me/temnyj_lis", "@dibrovnyk"),
        addresses=("вул. Чумацька, 17, кв. 4",),
        birth_date="1991-03-24",
    )
