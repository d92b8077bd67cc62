"""The texts read aloud: whole in four languages, and replaceable."""

from __future__ import annotations

from importlib.resources import files

import pytest

from archive.errors import UsageError
from archive.guided import texts

BUILT_IN = (files("archive.guided") / "consent.toml").read_text(encoding="utf-8")


def test_every_text_stands_in_four_languages() -> None:
    """None is missing and none is said twice in different languages with the same words."""
    told = texts.built_in()
    for part, said in told.parts.items():
        assert set(said) == set(texts.LANGUAGES), part
        assert len(set(said.values())) == 4, part


def test_a_collective_may_have_its_own() -> None:
    """Another version with other words; a language that is not there is read in English."""
    own = texts.read(BUILT_IN.replace('version = "2026-11-26"', 'version = "ours 3"').encode())
    assert own.version == "ours 3"
    assert own.say("keep", "de") == own.say("keep", "en")


@pytest.mark.parametrize(
    ("old", "new"),
    [("[court]", "[courts]"), ("{collective}", "{name}"), ("{until}", "{}"), ('version = "2026-11-26"', ""), ("=", "")],
)
def test_texts_that_lack_something_are_refused(old: str, new: str) -> None:
    """Before anything is asked, not in the middle of a conversation."""
    with pytest.raises(UsageError):
        texts.read(BUILT_IN.replace(old, new).encode())
