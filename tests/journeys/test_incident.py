"""A laptop is seized, a member detained, a secret leaked: first off the list, then whom to warn, and what to do."""

from __future__ import annotations

import re
import string
import subprocess
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from .conftest import PROGRAM, Laptop
from .test_members import laptop, let_in, titles

APART = re.compile(r"\x1b\[\?1049h.*?\x1b\[\?1049l", re.DOTALL)
HELPS_NOT = "Re-encrypting does not help against what could already be read."
SAFE, AVOID, PHONE = "Quokka channel after twenty", "Wombat brother", "+420 601 555 019"  # canaries


@pytest.fixture
def anna(tmp_path: Path) -> Laptop:
    """Who founded the archive, with three people in it: abroad, in the country, and one of whom nothing is known."""
    anna = Laptop(tmp_path / "anna").found()
    case = anna.case()
    anna.person(case, "Heron")
    stork = anna.person(case, "Stork", where="in-country", in_custody=True)
    anna.name(stork, "Olena", "Vyhadana", safe_contact=SAFE, do_not_contact=[AVOID], phones=[PHONE])
    anna.ask("person", "new", "Wren")
    return anna


def device_of(who: Laptop) -> str:
    device: str = who.ask("identity", "show")["device"]
    return device


def apart(text: str) -> str:
    return "".join(APART.findall(text))


def test_a_seized_laptop_is_off_the_list_before_anybody_is_shown(anna):
    """On a terminal: which one, was it on, a yes, removed; then the people on a screen that leaves nothing behind."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    seized, keys = device_of(boris), len(list(anna.archive.glob("*/keys/*")))
    with anna.talk("incident", "seized") as talk:
        talk.expect("Which computer (how its id begins)").type(seized[:8])
        talk.expect("Was it on when it was taken?").type("")
        talk.expect("Go on? [y/N]").type("y")
        talk.expect("Enter goes on")
        assert len(list(anna.archive.glob("*/keys/*"))) == keys + 1  # removed before the list was on the screen
        talk.type("")
        assert talk.end() == 0
    shown, left = apart(talk.text), APART.sub("", talk.text)
    assert f"{seized[:8]}  M2" in left and f"{device_of(anna)[:8]}  M1  (this one)" in left
    places = [shown.index(word) for word in ("Stork: in the country, in custody", AVOID, SAFE, PHONE, "Wren", "Heron")]
    assert places == sorted(places)
    assert "nobody has said" in shown and "who knows them?" in shown
    assert not any(word in left for word in ("Stork", "Heron", "Wren", SAFE, AVOID, PHONE))
    assert "3 people to warn." in left and HELPS_NOT in left and "count everything that could be opened" in left
    assert "archive join FOLDER" in left  # it was their only one
    assert f"Device {seized[:8]} of M2 can no longer read anything added from now on." in left
    anna.case("after")
    assert "after" not in titles(boris)
    assert [one["label"] for one in anna.ask("member", "list")["members"]] == ["M1"]


def test_the_document_counts_and_never_names(anna):
    """What a script gets: the device, the new key, how many, what to do; the same again when it is off the list."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    words = ("incident", "seized", "--device", device_of(boris)[:8], "--yes")
    assert anna.run(*words, "--json").code == 2  # on or off has to be said
    run = anna.run(*words, "--was-off", "--json")
    told = run.json
    assert (told["incident"], told["device"], told["member"]) == ("seized", device_of(boris), "M2")
    assert (told["was_on"], told["removed"], told["to_warn"], told["said"]) == (False, True, 3, HELPS_NOT)
    assert re.fullmatch("[0-9a-f]{32}", told["epoch"]) and len(told["checklist"]) > 6
    assert not any(word in run.text + run.said for word in ("Stork", "Heron", "Wren", SAFE, AVOID, PHONE))
    again = anna.ask(*words, "--was-off")
    assert (again["removed"], again["epoch"], again["to_warn"]) == (True, told["epoch"], 3)


def test_a_dry_run_changes_nothing(anna):
    """Not a byte of the archive, and the device stays."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    before = anna.kept()
    told = anna.ask("incident", "lost", "--device", device_of(boris)[:8], "--was-on", "--dry-run")
    assert (told["removed"], told["to_warn"], told["dry_run"], anna.kept()) == (False, 3, True, before)


def test_whoever_is_no_admin_still_learns_whom_to_warn(anna):
    """Refused by the list, exit 3 with the next step; the people are shown all the same."""
    boris, carl = laptop(anna, "boris"), laptop(anna, "carl")
    let_in(anna, boris)
    let_in(anna, carl)
    words = ("incident", "seized", "--device", device_of(carl)[:8], "--was-on")
    with boris.talk(*words) as talk:
        talk.expect("Go on? [y/N]").type("y")
        talk.expect("Enter goes on").type("")
        assert talk.end() == 3
    assert "Stork" in apart(talk.text) and "NOT removed: Only an admin" in talk.text
    assert "Have an admin run this at once" in talk.text
    refused = boris.run(*words, "--yes", "--json")
    assert refused.code == 3 and refused.error["error"] == "partly_done"
    assert (refused.json["removed"], refused.json["to_warn"]) == (False, 3)


def test_the_computer_in_use_is_refused_with_what_to_do_instead(anna):
    """By device and as the detained member; nothing is changed."""
    before = anna.kept()
    for kind, *words in (("seized", "--device", device_of(anna)[:8]), ("detained", "--member", "M1")):
        refused = anna.run("incident", kind, *words, "--was-on", "--yes")
        assert refused.code == 1 and "the computer you are working on" in refused.lines[0]
        assert "archive wipe --now" in refused.lines[1]
    assert anna.kept() == before
    assert anna.run("incident", "seized", "--device", "0123abcd", "--was-on", "--yes").code == 17


def test_a_detained_member_loses_every_device_and_can_come_back(anna):
    """Both computers go in one step; the question says that it is no judgement; a new key is let in later."""
    boris, second = laptop(anna, "boris"), laptop(anna, "second")
    let_in(anna, boris)
    asked = second.ask("join", anna.archive, "--person", boris.ask("identity", "show")["person"], "--kdf", "tests-only")
    boris.ask("member", "add", "--words", asked["words"])
    lost = anna.ask("incident", "lost", "--device", asked["device"], "--was-on", "--dry-run")
    assert not any("no other computer" in step for step in lost["checklist"])  # the first one stays
    keys = len(list(anna.archive.glob("*/keys/*")))
    with anna.talk("incident", "detained", "--member", "m2", "--was-off") as talk:
        talk.expect("can be let in again later").type("y")
        talk.expect("Enter goes on").type("")
        assert talk.end() == 0
    assert len(list(anna.archive.glob("*/keys/*"))) == keys + 1
    assert len(anna.ask("device", "list")["devices"]) == 1
    told = anna.ask("incident", "detained", "--member", "M2", "--was-off")  # again, for the list
    assert sorted(told["devices"]) == sorted([device_of(boris), asked["device"]]) and told["removed"]
    back = laptop(anna, "back")
    assert let_in(anna, back, "--label", "M2")["label"] == "M2"
    assert anna.ask("member", "list")["members"][1]["devices"] == [device_of(back)]


def test_a_leaked_dossier_removes_nobody_and_warns_those_in_it(anna):
    """A dossier was made with no key: nothing is rotated, and only the people of its records are counted."""
    case = anna.case("Another story")
    heron = anna.person(case, "Crane")
    anna.consent(heron, "keep", "publish-pseudonym", "publish-anonymous")
    anna.add(anna.file("notes.txt", "The gate was open at noon.\n"), "--case", case, "--about", heron)
    anna.ask("export", case, "-o", anna.root / "dossier", "--partial", "--yes")
    keys = len(list(anna.archive.glob("*/keys/*")))
    ref = next(hit["concerns"][0] for hit in anna.ask("log")["events"] if hit["event"] == "dissemination")
    told = anna.ask("incident", "leaked", "--dossier", ref)
    assert (told["dossier"], told["device"], told["removed"], told["to_warn"]) == (ref, None, False, 1)
    assert len(list(anna.archive.glob("*/keys/*"))) == keys
    with anna.talk("incident", "leaked") as talk:
        talk.expect("What leaked").type("dossier")
        talk.expect("Which one").type(ref)
        talk.expect("Enter goes on").type("")
        assert talk.end() == 0
    assert "Crane" in apart(talk.text) and "Stork" not in talk.text


def test_a_leaked_key_removes_its_device(anna):
    """The checklist is that of a key; whether something was on is not asked."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    told = anna.ask("incident", "leaked", "--what", "key", "--device", device_of(boris)[:8], "--yes")
    assert told["removed"] and told["was_on"] is None
    assert any("archive device list" in step for step in told["checklist"])


def test_every_list_that_has_the_device_loses_it(anna):
    """Two collectives in one folder: the laptop could read both, so it goes from both, and both are counted."""
    anna.ask("collective", "add", "Mill")
    anna.ask("person", "new", "Miller", "--collective", "Mill")
    boris = laptop(anna, "boris")
    asked = boris.ask("join", anna.archive, "--kdf", "tests-only")
    for name in ("Weir", "Mill"):
        public = anna.file("boris.txt", boris.run("identity", "show", "--public").out)
        anna.ask("member", "add", public, "--yes", "--collective", name)
    told = anna.ask("incident", "seized", "--device", asked["device"][:8], "--was-on", "--yes")
    assert told["removed"] and told["to_warn"] == 4
    for name in ("Weir", "Mill"):
        assert len(anna.ask("device", "list", "--collective", name)["devices"]) == 1


def test_the_list_goes_nowhere_but_to_a_screen(anna, tmp_path):
    """Not into a redirected stream, not to a terminal without a second screen, not into any file in clear."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    words = ("incident", "seized", "--device", device_of(boris)[:8], "--was-on", "--yes")
    piped = anna.run(*words)
    assert piped.code == 0 and "3 people to warn. They are shown on a terminal only" in piped.text
    with anna.talk(*words, TERM="dumb") as talk:
        assert talk.end() == 0
    line = " ".join(map(str, [*PROGRAM, *words]))
    with anna.talk(*words) as plain:
        plain.expect("Enter goes on").type("")
        assert plain.end() == 0
    redirected = tmp_path / "stderr.log"
    done = subprocess.run(  # a terminal to type on, and an error stream that goes into a file
        ["script", "-qec", f"{line} 2>{redirected}", tmp_path / "typescript"],
        env=anna.environment({"TERM": "xterm"}), stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done
    for said in (piped.text + piped.said, talk.text, redirected.read_text(), done.stdout.decode()):
        assert not any(word in said for word in ("Stork", SAFE, AVOID, PHONE))
    written = [path for path in anna.root.parent.rglob("*") if path.is_file() and path != redirected]
    assert not any(word.encode() in path.read_bytes() for path in written for word in (SAFE, AVOID))
    assert any("contacts shown" in event["outcome"] for event in anna.ask("log")["events"])


def test_many_people_come_a_screenful_at_a_time(anna):
    """A screen of its own has no scrollback: nobody may run out of it."""
    for number in range(30):
        anna.ask("person", "new", f"Bird {number}")
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    with anna.talk("incident", "lost", "--device", device_of(boris)[:8], "--was-on", "--yes") as talk:
        for page in (1, 2, 3):
            talk.expect(f"Page {page} of 3").expect("Enter goes on").type("")
        assert talk.end() == 0
    pages = APART.findall(talk.text)
    assert len(pages) == 3 and all(page.count("\n") < 40 for page in pages)
    assert all(f"Bird {number}" in apart(talk.text) for number in range(30))


def test_somebody_in_the_bin_is_warned_too(anna):
    """What was in the bin could be read there like everything else."""
    wren = anna.ask("person", "new", "Shrike")["ref"]
    anna.ask("rm", wren, "--yes")
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    assert anna.ask("incident", "seized", "--device", device_of(boris)[:8], "--was-on", "--yes")["to_warn"] == 4


def test_the_shares_of_the_member_are_told_though_they_stay(anna):
    """The paper may have been in the same bag."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    holders = ("--holder", "M1", "--holder", "M2")
    anna.ask("recovery", "split", "--threshold", "2", "--shares", "2", *holders, "-o", anna.root / "sheets")
    told = anna.ask("incident", "seized", "--device", device_of(boris)[:8], "--was-on", "--yes")
    assert any("M2 holds recovery share 2 of 2 (2 are needed)" in step for step in told["checklist"])


def test_safe_contacts_are_sealed_and_never_found(anna):
    """Not by search; replaced when said anew; ways that would harm add up; and they alone hide nobody."""
    for word in ("Quokka", "Wombat"):
        assert anna.ask("search", word)["total"] == 0
    person = anna.ask("person", "new", "Finch")["ref"]
    assert anna.run("person", "name", person, "--safe-contact", "Mail").code == 2
    sealed = anna.ask("person", "name", person, "--surname", "Vyhadana", "--safe-contact", "Mail")["ref"]
    anna.ask(
        "person", "name", person, "--safe-contact", "-", "--do-not-contact", "by post", stdin=b"Signal, mornings\n"
    )
    anna.ask("person", "name", person, "--do-not-contact", "at work")
    record = anna.ask("show", sealed)
    assert record["safe_contact"] == "Signal, mornings" and record["do_not_contact"] == ["by post", "at work"]


def test_the_checklist_speaks_four_languages() -> None:
    """Every step in each of them, with the same words to fill in."""
    texts: dict[str, Any] = tomllib.loads(files("archive.commands").joinpath("incident.toml").read_text("utf-8"))
    assert texts["said"]["en"] == HELPS_NOT
    for item in [texts["said"], *texts["item"]]:
        spoken = [item[language] for language in ("en", "uk", "ru", "cs")]
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in spoken]
        assert all(one == fields[0] for one in fields) and len(set(spoken)) == 4
        assert item.keys() <= {"en", "uk", "ru", "cs", "for", "only"}


def test_the_checklist_follows_the_locale(anna):
    """As the other sentences do."""
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    words = ("incident", "lost", "--device", device_of(boris)[:8], "--was-on", "--dry-run")
    told = anna.ask(*words, LANG="uk_UA.UTF-8")
    assert told["said"].startswith("Перешифрування не допомагає")
