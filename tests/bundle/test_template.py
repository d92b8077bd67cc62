"""Templates and profiles: built in or one's own; these may be stricter, never looser, and say where they do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from archive import speech
from archive.bundle import form, template
from archive.casework import choosing
from archive.casework.choosing import PROFILES, TEMPLATES
from archive.errors import NotFoundError, UsageError
from archive.records import gate
from archive.redact import profile

OWN = 'name = "ours"\nbase = "public"\nprofile = "advocacy"\nsections = ["summary", "exhibits"]\n'
STRICTER = 'name = "quiet"\nbase = "advocacy"\n[actions]\nname = "mask"\ndate = "mask"\n'


def put(folder: Path, name: str, text: str) -> Path:
    """A file of somebody's own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_the_built_in_ones_are_whole() -> None:
    """Each has a row of the gate and a profile, and is named as its file is."""
    assert get_args(template.BuiltIn) == template.BUILT_IN and get_args(profile.BuiltIn) == profile.BUILT_IN
    for name in template.BUILT_IN:
        told = template.load(name)
        assert told.name == name and name in gate.NEEDS and told.profile in profile.BUILT_IN
        assert template.fits(told, profile.shipped(told.profile)) is None
    assert all(profile.shipped(name).name == name for name in profile.BUILT_IN)


def test_the_public_template_names_what_is_missing(kit) -> None:
    """It asks for a purpose of publishing."""
    public = template.load("public")
    assert all(purpose.startswith("publish-") for purpose in public.need.purposes)
    assert template.gaps(public, kit.make(summary=None, exhibits=())[0]) == (
        ("summary", "readers of this template expect it"),
        ("exhibits", "readers of this template expect it"),
    )
    assert template.gaps(public, kit.make()[0]) == ()


def test_what_to_ask_is_said_in_the_language_of_whoever_runs_the_command() -> None:
    """Every question in four, each of its own; English to machines, whatever the language."""
    asked = {}
    try:
        for language in speech.LANGUAGES:
            speech.choose(language)
            asked[language] = [one.question() for one in form.fields().values()]
        speech.choose("uk", to_machines=True)
        assert [one.question() for one in form.fields().values()] == asked["en"]
    finally:
        speech.choose("en")
    for questions in zip(*asked.values(), strict=True):
        assert len(set(questions)) == len(questions) and all(questions), questions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN + "more = 1\n", "line 5: there is no field more here"),
        (OWN.replace('"summary"', '"summary", "summary"'), "a section stands in it twice"),
        (OWN + 'required = ["contact"]\n', "has to be one of the sections"),
        (OWN.replace('"exhibits"', '"gossip"'), "line 4, field sections, entry 2: gossip is none of its words"),
        (OWN.replace('"ours"', "7"), "line 1, field name: it takes str, and this is int"),
        (OWN.replace('profile = "advocacy"\n', ""), "the field profile is missing"),
        (OWN.replace('base = "public"\n', ""), "field base: say which it stands on: public"),
        (OWN.replace('"ours"', '"public"'), "field name: a built-in one is called so"),
        (OWN.replace('"ours"', '"../x"'), "line 1, field name: small letters and hyphens"),
        (OWN.replace('"public"', '"publik"'), "publik is none of its words; there is: asylum, "),
        (OWN + '[tells]\nact = ["act", "victim"]\n', "line 6, field tells.act, entry 2: victim is none of its words"),
        (OWN + '[tells]\nname = ["act"]\n', "line 6, field tells: there is no field name here"),
        (OWN + "[tell]\n", "line 5: there is no field tell here"),
        (OWN + "]", "line 5"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_a_template_that_does_not_fit_says_where(text: str, said: str) -> None:
    """A sentence with the line or the field, and where to look."""
    with pytest.raises(UsageError) as refused:
        template.own(text.encode(errors="surrogateescape"))
    assert said in refused.value.message, refused.value.message
    assert "`" not in refused.value.message and refused.value.hint


def test_a_template_is_checked_with_the_profile_it_comes_with(tmp_path: Path) -> None:
    """One that is not there, or hides less than its base needs, is said at the check and not at the first export."""
    for name, error in (("quiet", NotFoundError), ("legal", UsageError)):
        file = put(tmp_path, "ours.toml", OWN.replace('"advocacy"', f'"{name}"'))
        with pytest.raises(error):
            choosing.checked(TEMPLATES, file, tmp_path)
    put(tmp_path / "profiles", "quiet.toml", STRICTER)
    file = put(tmp_path, "ours.toml", OWN.replace('"advocacy"', '"quiet"'))
    assert choosing.checked(TEMPLATES, file, tmp_path).name == "ours"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STRICTER.replace('date = "mask"', 'url = "keep"'), "actions.url: it is looser than in advocacy"),
        (STRICTER.replace('date = "mask"', 'phone = "keep"'), "line 5, field actions.phone: keep is none of its words"),
        (
            STRICTER.replace('"mask"', '"hide"', 1),
            "line 4, field actions.name: hide is none of its words; there is: drop",
        ),
        (STRICTER.replace('"mask"', '"pseudonym"', 1).replace("name =", "gossip =", 2), "there is no field gossip"),
        (STRICTER.replace('base = "advocacy"\n', ""), "field base"),
    ],
)
def test_a_profile_of_ones_own_never_hides_less(text: str, said: str) -> None:
    """Whatever it lets stand that the one it stands on hides."""
    with pytest.raises(UsageError) as refused:
        profile.own(text.encode())
    assert said in refused.value.message, refused.value.message


def test_ones_own_are_found_by_name_or_path_and_stay_what_they_stand_on(tmp_path: Path) -> None:
    """The reader is told the built-in kind: the name of one's own could tell whose it is."""
    put(tmp_path / "templates", "ours.toml", OWN)
    apart = put(tmp_path / "elsewhere", "any.toml", STRICTER)
    what, how = choosing.together("ours", str(apart), tmp_path)
    assert (what.name, what.kind, what.need) == ("ours", "public", gate.NEEDS["public"])
    assert (how.name, how.kind, how.action("date"), how.action("place")) == ("quiet", "advocacy", "mask", "mask")
    assert [one.name for one in choosing.every(TEMPLATES, tmp_path)] == [*template.BUILT_IN, "ours"]
    for typed in ("other", "../templates/ours", "ours/../ours"):
        with pytest.raises((NotFoundError, UsageError)):
            TEMPLATES.find(typed, tmp_path)
    put(tmp_path / "templates", "theirs.toml", OWN)
    with pytest.raises(UsageError, match="called otherwise than its file"):
        TEMPLATES.find("theirs", tmp_path)
    put(tmp_path / "profiles", "huge.toml", "#" * 70_000)
    with pytest.raises(UsageError, match="too large"):
        PROFILES.find("huge", tmp_path)
