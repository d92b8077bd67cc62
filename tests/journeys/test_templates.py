"""A collective has a template and a profile of its own; neither can let out more than ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

TEMPLATE = 'name = "our-page"\nbase = "public"\nprofile = "quiet"\nsections = ["exhibits", "verify"]\n'
STORY = "On 14 March 2025 Orest Kovalchuk refused in Chernihiv, not in Mali Tykhovody.\n"
PROFILE = 'name = "quiet"\nbase = "advocacy"\n\n[actions]\nname = "pseudonym"\ndate = "mask"\n'


def test_a_template_and_a_profile_of_ones_own(archive: Any, tmp_path: Path) -> None:
    """They are checked, listed and used; the dossier does not name them; a looser profile is refused before any key."""
    for folder, name, text in (("templates", "our-page", TEMPLATE), ("profiles", "quiet", PROFILE)):
        (archive.state / folder).mkdir()
        (archive.state / folder / f"{name}.toml").write_text(text)
    assert archive.run("template", "check").text == "1 template: fits.\n"
    assert {"name": "quiet", "base": "advocacy"} in archive.ask("profile", "list")["listed"]
    assert archive.ask("template", "show", "our-page")["purposes"][0].startswith("publish-")
    assert 'sections = ["summary"' in archive.run("template", "show", "public").text
    case = archive.case("At the weir", summary="A man refused.")
    person = archive.person(case, "Heron")
    archive.name(person, "Orest", "Kovalchuk", places=["Chernihiv", "Mali Tykhovody"])
    archive.consent(person, "keep", "publish-pseudonym")
    archive.add(archive.file("story.txt", STORY), "--case", case, "--place", "Chernihiv")
    archive.ask("export", case, "-o", tmp_path / "c", "--language", "cs", "--plain")
    public = json.loads((tmp_path / "c" / "data" / "dossier.json").read_text())["exhibits"][0]
    assert public["place"] == "Černihivská oblast"
    called = public["persons"][0]
    assert public["text"]["text"].strip() == f"On 03/2025 {called} refused in [Černihivská oblast], not in [místo]."
    archive.ask("export", case, "-o", tmp_path / "d", "--template", "our-page", "--plain")
    written = json.loads((tmp_path / "d" / "data" / "dossier.json").read_text())
    assert (written["template"], written["profile"]) == ("public", "advocacy")
    told = written["exhibits"][0]
    assert told["text"]["text"].strip() == f"On [date] {told['persons'][0]} refused in [place], not in [place]."
    assert "place" not in written["exhibits"][0]
    page = (tmp_path / "d" / "data" / "dossier.html").read_text()
    assert 'id="exhibits"' in page and 'id="summary"' not in page and "our-page" not in page
    loose = archive.file("loose.toml", PROFILE.replace('date = "mask"', 'url = "keep"'))
    refused = archive.run("export", case, "-o", tmp_path / "e", "--profile", str(loose), "--json")
    assert refused.code == 2 and "actions.url" in refused.error["message"]
    assert not (tmp_path / "e").exists()


def test_who_is_not_confirmed_and_who_stands_out_is_told(archive: Any) -> None:
    """Before anything leaves: how long ago, what becomes coarser, and the only case of its region and month."""
    case = archive.case("At the weir")
    asked = {"where": "in-country", "as_of": "2020-01-01", "basis": "spoke", "uniqueness": "low"}
    person = archive.person(case, "Heron", **asked)
    archive.name(person, "Orest", "Kovalchuk")
    archive.consent(person, "keep", "publish-pseudonym")
    archive.add(archive.file("a.txt", "He refused.\n"), "--case", case, "--place", "Chernihiv", "--date", "2025-03-14")
    archive.add(archive.file("b.txt", "He waited.\n"), "--case", case, "--place", "Chernihiv", "--date", "2025")
    stale, alone = archive.ask("export", case, "--dry-run")["cautions"]
    assert stale.startswith(f"Where {person} is was last confirmed ") and "region instead of town, no photo" in stale
    assert alone.startswith("1 record of the only case")
    other = archive.case("At the mill")
    archive.add(archive.file("c.txt", "Another.\n"), "--case", other, "--place", "Ніжин", "--date", "2025-03")
    assert len(archive.ask("export", case, "--dry-run")["cautions"]) == 1


@pytest.fixture
def told(archive: Any) -> dict[str, str]:
    """A case of two people: one agreed to one journalist and to publishing, the other to that journalist alone."""
    case = archive.case("At the weir", summary="Two men refused.")
    made = {"case": case}
    form = {"name": "Jo Example", "type": "journalist"}
    made["journalist"] = archive.ask("recipient", "add", "--from-json", "-", stdin=form)["ref"]
    for key, given, surname, purposes in (
        ("open", "Orest", "Kovalchuk", ["publish-pseudonym"]),
        ("quiet", "Marko", "Sokyrko", []),
    ):
        person = made[f"{key}-person"] = archive.person(case, key)
        archive.name(person, given, surname)
        archive.consent(person, "keep", "journalist", *purposes, recipients={"journalist": [made["journalist"]]})
        story = archive.file(f"{key}.txt", f"Then {surname} said no, {key}.\n")
        made[key] = archive.add(story, "--case", case, "--about", person)
    return made


def test_a_dossier_for_one_journalist(archive: Any, told: dict[str, str], tmp_path: Path) -> None:
    """It needs their name, marks what may be printed, shows a text only if cleared, and tells where the law is."""
    export = ("export", told["case"], "--template", "press", "--plain")
    refused = archive.run(*export, "-o", tmp_path / "n", "--json")
    assert refused.code == 2 and "--for" in refused.error["hint"]
    where = "https://example.org/laws/show/18"
    law = archive.file("law.txt", f"Article 18 of the Hague Rules protects Kovalchuk: {where}\n")
    contact = archive.file("contact.txt", "press@example.org\n")
    made = archive.ask(
        *export, "-o", tmp_path / "d", "--for", "Jo Example", "--exhibit", told["open"],
        "--section", f"law={law}", "--section", f"contact={contact}",
    )  # fmt: skip
    assert {gap["field"] for gap in made["gaps"]} == {"terms", "reply", "verified"} and not made["withheld"]
    written = json.loads((tmp_path / "d" / "data" / "dossier.json").read_text())
    shown = {one["use"]: one.get("text") for one in written["exhibits"]}
    assert shown["background"] is None and "open" in shown["quotable"]["text"]
    said = written["law"]["text"].strip()
    assert re.fullmatch(rf"Article 18 of the Hague Rules protects P-\d+: {where}", said), said
    assert written["contact"].strip() == "press@example.org"
    page = (tmp_path / "d" / "data" / "dossier.html").read_text()
    assert page.index('id="grounds"') < page.index('id="exhibits"') < page.index('id="terms"')
    assert "Sokyrko" not in page and "Kovalchuk" not in page
    only = archive.ask("export", told["case"], "--dry-run")["withheld"]
    assert [stays["ref"] for stays in only] == [told["quiet"]]


def test_what_would_hide_less_or_name_somebody_is_refused(archive: Any, told: dict[str, str], tmp_path: Path) -> None:
    """The profile of another template, and a contact that is somebody of the archive."""
    export = ("export", told["case"], "-o", tmp_path / "d", "--template", "press", "--for", "Jo Example", "--plain")
    looser = archive.run(*export, "--profile", "advocacy", "--json")
    assert looser.code == 2 and looser.error["message"].endswith("exhibits.")
    contact = archive.file("contact.txt", "Orest Kovalchuk\n")
    assert archive.run(*export, "--section", f"contact={contact}").code == 2
    assert archive.run(*export, "--section", "gossip=x").code == 2
    assert not (tmp_path / "d").exists()


def test_whoever_takes_publishing_back_hears_which_journalist_may_still_print(
    archive: Any, told: dict[str, str], tmp_path: Path
) -> None:
    """A press dossier rests on publishing too, for what it lets be quoted."""
    archive.ask("export", told["case"], "-o", tmp_path / "d", "--template", "press", "--for", "Jo Example", "--plain")
    taken = archive.ask("consent", "withdraw", told["open-person"], "--purpose", "publish-pseudonym", "--yes")
    assert [one["recipient"] for one in taken["held_by"]] == [told["journalist"]]


def test_the_copy_of_somebodys_own_names_them_alone(archive: Any, told: dict[str, str], tmp_path: Path) -> None:
    """Without any consent; what is not about them, and everybody else's name, is not in it."""
    words = "Orest Kovalchuk and Marko Sokyrko said no. Ask Kovalchuk at +44 7700 900123.\n"
    own = archive.add(archive.file("both.txt", words), "--case", told["case"], "--about", told["open-person"])
    export = ("export", "--template", "own-copy", "--plain", "-o", tmp_path / "d")
    assert archive.run(*export, told["case"]).code == 2
    made = archive.ask(*export, "--person", told["open-person"])
    assert set(made["included"]) == {told["open"], own} and not made["withheld"]
    page = (tmp_path / "d" / "data" / "dossier.html").read_text()
    told = re.sub("<[^>]+>", "", page)
    assert "Orest Kovalchuk and P-" in told and "Ask Kovalchuk at [phone]" in told
    assert "Sokyrko" not in page and "This is what we hold about you." in page
