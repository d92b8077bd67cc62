"""Several laptops with the real program: over one folder, and over folders that are copied from one to the other."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import PASSPHRASE, Laptop

SENTENCE = (
    "{0} can no longer read anything added from now on. {0} may have copied everything they could read until today; "
    "no software can take that back."
)
KDF = ("--kdf", "tests-only")


@pytest.fixture
def anna(tmp_path: Path) -> Laptop:
    """Who founded the archive."""
    return Laptop(tmp_path / "anna").found()


def laptop(anna: Laptop, name: str) -> Laptop:
    """Another laptop that looks at the same folder."""
    return Laptop(anna.root.parent / name, {"ARCHIVE_DIR": str(anna.archive)})


def let_in(anna: Laptop, other: Laptop, *words: str) -> Any:
    """Asked, let in, words compared both ways as people would: each gives what the other one's screen shows."""
    asked = other.ask("join", anna.archive, *KDF)
    assert asked["status"] == "requested"
    made = anna.ask("member", "add", "--words", asked["words"], *words)
    assert other.ask("join", anna.archive, "--words", made["words"])["status"] == "in"
    return made


def titles(who: Laptop) -> set[str]:
    return {case["title"] for case in who.ask("case", "list")["cases"]}


def test_two_people_join_write_and_part(anna):
    """From the request to the removal, with every word that has to be said on the way."""
    anna.case("from before")
    boris = laptop(anna, "boris")
    asked = boris.ask("join", anna.archive, *KDF)
    assert len(asked["words"].split()) == 6
    assert boris.ask("join", anna.archive)["words"] == asked["words"]  # asking twice is asking once
    assert len(list((anna.archive / "requests").iterdir())) == 1
    assert boris.run("case", "list", "--json").error["error"] == "not_a_member"

    wrong = anna.run("member", "add", "--words", "six other words than these here", "--json")
    assert (wrong.code, wrong.error["error"]) == (13, "words_differ")
    unasked = anna.run("member", "add", "--json")
    assert unasked.code == 2
    made = anna.ask("member", "add", "--words", asked["words"])
    assert (made["label"], made["role"]) == ("M2", "member")
    assert list((anna.archive / "requests").iterdir()) == []

    assert titles(boris) == {"from before"}
    assert boris.run("case", "new", "early", "--json").error["error"] == "not_compared"
    wrong = boris.run("join", anna.archive, "--words", "six other words than these here", "--json")
    assert (wrong.code, wrong.error["error"]) == (13, "words_differ")
    assert boris.ask("join", anna.archive, "--words", made["words"])["status"] == "in"
    theirs = boris.case("theirs", dates=[{"what": "hearing", "on": "2031-05-06"}])
    assert titles(anna) == titles(boris) == {"from before", "theirs"}

    listed = anna.ask("member", "list")["members"]
    assert [(one["label"], one["role"], one["you"], len(one["devices"])) for one in listed] == [
        ("M1", "admin", True, 1),
        ("M2", "member", False, 1),
    ]
    refused = boris.run("member", "remove", "M1", "--yes", "--json")
    assert (refused.code, refused.error["error"]) == (1, "not_allowed")
    last = anna.run("member", "remove", "M1", "--yes", "--json")
    assert "last admin" in last.error["message"]

    gone = anna.ask("member", "remove", listed[1]["ref"], "--yes")
    assert gone["said"] == SENTENCE.format("M2")
    assert gone["cases"] == [theirs]
    assert [(one["ref"], one["what"], one["on"]) for one in gone["deadlines"]] == [(theirs, "hearing", "2031-05-06")]
    anna.case("after")
    boris.run("case", "new", "too late")  # they cannot know yet, and write with the old key
    assert titles(anna) == {"from before", "theirs", "after"}
    assert "after" not in titles(boris)
    check = anna.run("check", "--json")
    assert check.code == 0
    assert ["set aside" in one["problem"] for one in check.json["problems"]] == [True]


def test_removing_prints_its_sentences_and_who_came_is_told_once(anna):
    """Word for word, with the label; the list is told on the next command of another member, and not again."""
    boris, carl = laptop(anna, "boris"), laptop(anna, "carl")
    let_in(anna, boris)
    let_in(anna, carl, "--label", "Calm heron")
    assert "members: Calm heron: came in" in boris.run("case", "list").said
    assert "members:" not in boris.run("case", "list").said
    assert "members:" not in anna.run("case", "list").said
    removed = anna.run("member", "remove", "calm heron", "--yes")
    assert SENTENCE.format("Calm heron") in removed.text.splitlines()
    said = boris.run("case", "list").said
    assert "members: Calm heron: is no longer on the list" in said
    assert "signed by M1" in said
    assert "members:" not in boris.run("case", "list").said


def test_folders_that_are_copied_meet_in_the_end(anna, tmp_path):
    """A stick carries the archive; request, admission, work and removal arrive with it."""

    def carry(source: Laptop, target: Laptop) -> None:
        for path in source.archive.rglob("*"):
            copy = target.archive / path.relative_to(source.archive)
            if path.is_file() and not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)

    anna.case("one")
    boris = Laptop(tmp_path / "boris")
    shutil.copytree(anna.archive, boris.archive)
    asked = boris.ask("join", boris.archive, *KDF)
    carry(boris, anna)
    made = anna.ask("member", "add", "--words", asked["words"], "--role", "admin")
    carry(anna, boris)
    boris.ask("join", boris.archive, "--words", made["words"])
    boris.case("two")
    carry(boris, anna)
    assert titles(anna) == titles(boris) == {"one", "two"}
    anna.ask("member", "remove", "M2", "--yes")
    anna.case("three")
    boris.case("later")
    boris.ask("member", "remove", "M1", "--yes")  # the ex-admin strikes back from a copy that has not heard of it
    carry(boris, anna)
    assert titles(anna) == {"one", "two", "three"}
    assert [one["label"] for one in anna.ask("member", "list")["members"]] == ["M1"]
    anna.case("goes on")


def test_a_second_computer_is_let_in_from_the_first_and_can_be_removed(anna):
    """A plain member's own business: no admin is needed, and the person stays when the laptop goes."""
    boris, second = laptop(anna, "boris"), laptop(anna, "second")
    let_in(anna, boris)
    public = boris.file("boris.txt", boris.run("identity", "show", "--public").out)
    asked = second.ask("join", anna.archive, "--person", str(public), *KDF)
    made = boris.ask("member", "add", "--words", asked["words"])
    assert len(made["devices"]) == 2
    second.ask("join", anna.archive, "--words", made["words"])
    second.case("from the second")
    seized = next(one for one in boris.ask("device", "list")["devices"] if one["device"] == asked["device"])
    gone = boris.ask("device", "remove", seized["device"][:8], "--yes")
    assert gone["said"] == SENTENCE.format(f"Device {seized['device'][:8]} of M2")
    assert gone["cases"] == []  # Boris is still here
    assert len(boris.ask("member", "list")["members"]) == 2
    assert boris.run("device", "remove", boris.ask("identity", "show")["device"][:8], "--yes").code == 1


def test_on_terminals_both_sides_wait_for_each_other_with_one_unlocking(anna):
    """The first tells the person id and looks for the request again and again; the second for its place."""
    second = laptop(anna, "second")
    with second.talk("join", anna.archive, *KDF) as stranger:  # leaves, and would come back another time
        stranger.expect("(! later)").type("!").expect("run this command again")
        assert stranger.end() == 0
    for request in (anna.archive / "requests").iterdir():
        request.unlink()
    with anna.talk("member", "add") as first:
        first.expect("Enter once they have asked")
        person = re.findall(r"[0-9a-f]{32}", first.text)[-1]
        assert person == anna.ask("identity", "show")["person"]
        first.type("").expect("Not yet").expect("Enter once they have asked")
        other = laptop(anna, "other")
        with other.talk("join", anna.archive, "--person", person, *KDF) as new:
            new.expect("(! later)").type("").expect("Not yet")
            asked = re.findall(r"\n    ((?:[a-z]+ ){5}[a-z]+)\n", new.text)
            first.type("").expect(asked[-1]).type("y").expect("press Enter there")
            said = re.findall(r"\n    ((?:[a-z]+ ){5}[a-z]+)\n", first.text)
            assert first.end() == 0
            new.type("").expect(said[-1]).type("y").expect("You are in")
            assert new.end() == 0 and asked[-1] != said[-1]
    assert [len(one["devices"]) for one in other.ask("member", "list")["members"]] == [2]


def test_a_forgotten_passphrase_is_no_end(anna):
    """A new key asks for the old one's place; who lets it in removes the old one in the same step."""
    boris = laptop(anna, "boris")
    let_in(anna, boris, "--role", "admin")
    boris.case("mine")
    boris.passphrase.write_text("another one that is remembered")
    assert boris.run("case", "list", "--json").error["error"] == "wrong_passphrase"
    asked = boris.ask("join", anna.archive, "--replace", *KDF)
    assert boris.ask("join", anna.archive, "--replace", *KDF)["words"] == asked["words"]  # no third key
    keys = len(list(anna.archive.glob("*/keys/*")))
    made = anna.ask("member", "add", "--words", asked["words"])
    assert (made["label"], made["role"], made["replaced"]) == ("M2", "admin", "M2")
    assert len(list(anna.archive.glob("*/keys/*"))) == keys + 1
    boris.ask("join", anna.archive, "--words", made["words"])
    assert titles(boris) == {"mine"}
    assert [len(one["devices"]) for one in boris.ask("member", "list")["members"]] == [1, 1]


def test_a_public_identity_in_a_file_lets_somebody_in(anna):
    """As text or as JSON; words are compared all the same."""
    for number, form in enumerate(((), ("--json",))):
        other = laptop(anna, f"other{number}")
        made = other.ask("identity", "new", *KDF)
        file = anna.file(f"card{number}", other.run("identity", "show", "--public", *form).out)
        assert anna.run("member", "add", file, "--words", "six other words than these here").code == 13
        let = anna.ask("member", "add", file, "--words", made["words"])
        assert other.ask("join", anna.archive, "--words", let["words"])["status"] == "in"
    assert anna.run("member", "add", anna.file("no", "nothing here"), "--yes").code == 2
    assert len(anna.ask("member", "list")["members"]) == 3


def test_ex_member_opens_all_of_the_old_and_nothing_of_the_new(anna):
    """With Debian's age and everything they ever held: their own secret key, and every key it opens."""
    if shutil.which("age") is None:
        pytest.skip("needs age")
    boris = laptop(anna, "boris")
    let_in(anna, boris)
    anna.case("old")
    before = set(anna.archive.glob("*/journal/*/*"))
    anna.ask("member", "remove", "M2", "--yes")
    anna.case("new")
    held = boris.root / "held.txt"
    held.write_text(_secret_of(boris))
    for event in anna.archive.glob("*/keys/*"):
        opened = subprocess.run(["age", "-d", "-i", held, event], capture_output=True, check=False)
        with held.open("a") as keys:
            keys.writelines(f"{json.loads(line)['sk']}\n" for line in opened.stdout.splitlines() if b'"sk"' in line)
    readable = {
        path
        for path in anna.archive.glob("*/journal/*/*")
        if subprocess.run(["age", "-d", "-i", held, path], capture_output=True, check=False).returncode == 0
    }
    assert readable == before


def _secret_of(who: Laptop) -> str:
    from archive.seal import keystore
    from archive.seal.identity import Identity

    secrets = keystore.unlock((who.state / "identity").read_bytes(), PASSPHRASE)
    return Identity(secrets.seed, secrets.person).age_identity + "\n"


def test_a_passphrase_changes_and_says_what_that_means(anna):
    """The old one opens no more, the new one does, and nothing is left of the old lock."""
    fresh = anna.root / "fresh"
    fresh.write_text("eight cranes under a thin ice")
    said = anna.run("identity", "passphrase", "--new-passphrase-file", fresh, *KDF).text
    assert (
        "Changes the lock on this computer's key only. If somebody saw the old passphrase and could copy this "
        "computer, make a new identity and remove this device; rotating alone does not help, the new key would go to "
        "the stolen one too."
    ) in said.splitlines()
    assert anna.run("case", "list", "--json").error["error"] == "wrong_passphrase"
    assert anna.run("case", "list", "--passphrase-file", fresh).code == 0
    assert sorted(path.name for path in anna.state.iterdir() if path.is_file()) == ["identity"]


def test_collectives_share_a_folder_and_nothing_else(anna):
    """Reading spans those you belong to; writing says for which one; a member of one cannot open the other."""
    weir = anna.case("for the weir")
    made = anna.ask("collective", "add", "Mill")
    assert (made["name"], made["members"], made["role"]) == ("Mill", 1, "admin")
    assert anna.run("collective", "add", "Mill").code == 15
    assert anna.run("case", "new", "for whom").code == 2
    anna.ask("case", "new", "for the mill", "--collective", "Mill")
    assert titles(anna) == {"for the weir", "for the mill"}
    boris = laptop(anna, "boris")
    asked = boris.ask("join", anna.archive, *KDF)
    let = anna.ask("member", "add", "--words", asked["words"], "--collective", "Weir")
    boris.ask("join", anna.archive, "--words", let["words"])
    assert titles(boris) == {"for the weir"}
    assert [one["name"] for one in boris.ask("collective", "list")["collectives"]] == ["Weir"]
    assert boris.ask("show", weir)["ref"] == weir
    assert anna.ask("collective", "set", "--name", "Lock", "--collective", "Mill")["name"] == "Lock"
    assert sorted(one["name"] for one in anna.ask("collective", "list")["collectives"]) == ["Lock", "Weir"]
    assert anna.ask("check")["ok"]


def test_a_dispute_stops_writing_until_an_admin_whom_nobody_removed_settles_it(anna, tmp_path):
    """Anna and Boris remove each other apart; Carl and Dora see both sides, write nothing, and Dora ends it."""
    boris, carl, dora = (laptop(anna, name) for name in ("boris", "carl", "dora"))
    let_in(anna, boris, "--role", "admin")
    let_in(anna, carl)
    let_in(anna, dora, "--role", "admin")
    apart = tmp_path / "apart"
    shutil.copytree(anna.archive, apart)
    anna.ask("member", "remove", "M2", "--yes")
    boris.ask("member", "remove", "M1", "--yes", "--archive", apart)
    for path in apart.rglob("*"):
        copy = anna.archive / path.relative_to(apart)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            shutil.copy2(path, copy)
    for who in (carl, dora):
        refused = who.run("case", "new", "no", "--json")
        assert refused.error["error"] == "dispute"
    shown = carl.run("member", "list")
    assert "Dispute: M1 has removed M2." in shown.said
    assert "Dispute: M2 has removed M1." in shown.said
    assert carl.run("member", "settle", "--keep", "M3", "--admin", "M3", "--yes").code == 1  # no admin
    kept = [word for label in ("M1", "M3", "M4") for word in ("--keep", label)]
    settled = dora.ask("member", "settle", *kept, "--admin", "M1", "--admin", "M4", "--yes")
    assert sorted(one["label"] for one in settled["members"]) == ["M1", "M3", "M4"]
    carl.case("goes on")
    anna.case("here too")
    assert {"goes on", "here too"} <= titles(dora) == titles(anna)
