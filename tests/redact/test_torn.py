"""Names torn by a blank inside a line: put together again, hidden whole in a dossier, and asked about."""

import pytest

from archive.records.kinds import Name
from archive.redact import layers
from archive.redact.matcher import Matcher

from .conftest import identity

MATCHER = Matcher(
    [
        identity(1, [Name(language="uk", given="Всеволод", surname="Казарян")]),
        identity(2, [Name(language="pl", given="Bogna", surname="Brzęczyszczewska")]),
        identity(3, [Name(language="ru", given="Тамара", surname="Нагорный")]),
        identity(4, [Name(language="uk", given="Микола", surname="Щебетун")]),
        identity(5, [Name(language="cs", given="Zita", surname="Jouza")]),
    ],
    wide=True,
)


def left(text):
    """``text`` without what is hidden of it."""
    letters = list(text)
    for span in layers.find(text, MATCHER, frozenset()):
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters).split()


@pytest.mark.parametrize(
    "torn",
    [
        "Казар-  яна", "Казар- яна", "Ка зар ян", "К азаряном", "казар яна", "Казар – ян", "Каза.рян", "КАЗАР ЯН",
        "Каза\u00a0рян",
        "Brzęczyszczewsk iej", "Brzęczysz czewską", "Bogn- ą Brzę czyszczewsk ą", "Все володу", "Шче бетун",
        "S chtschebetun", "Jou zovi", "Каза рвян",
    ],
)  # fmt: skip
def test_it_is_hidden_whole(torn):
    for text in (f"тоді бачили {torn} біля суду", f"{torn} мовчали тоді"):
        assert [word for word in left(text) if word in torn] == []


@pytest.mark.parametrize(
    "text",
    [
        "ми стояли на горних луках",  # a small word is no piece
        "Тоді Микола ні слова не сказав",  # a name and another word
        "каза рано вийшла з хліва",
        "the market is open",
        "Zita je doma",
        "Jouza li to řekl",
    ],
)
def test_two_words_stay_two(text):
    found = [text[span.start : span.end] for span in layers.find(text, MATCHER, frozenset())]
    assert [one for one in found if " " in one] == []
