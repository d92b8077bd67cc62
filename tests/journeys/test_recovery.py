"""A key on paper: split, tried, and used when a laptop with everything on it is gone."""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from archive.casework import recovery as casework
from archive.desk import Desk, Place
from archive.records import kinds
from archive.seal import changes, roster
from archive.seal.changes import NotAllowedError
from archive.seal.identity import Identity
from archive.vault.entry import Draft

ASKED = {"ARCHIVE_PASSPHRASE_FILE": None}
APART = re.compile(r"\x1b\[\?1049h.*?\x1b\[\?1049l", re.DOTALL)
CAN = "2 shares can read everything and administer, until replaced."


@pytest.fixture
def other(archive: Any) -> Any:
    """A second laptop: nothing on it yet but a copy of the archive's folder, made when ``bring`` is called."""
    return type(archive)(archive.root.parent / "other")


def bring(archive: Any, other: Any) -> None:
    """Copy the archive's folder, and nothing else."""
    shutil.rmtree(other.archive, ignore_errors=True)
    shutil.copytree(archive.archive, other.archive, copy_function=shutil.copy2)


def split(laptop: Any, threshold: int = 2, shares: int = 3) -> list[str]:
    """The words of new shares, as a script gets them."""
    told = laptop.ask("recovery", "split", "--threshold", str(threshold), "--shares", str(shares), "--yes")
    return [share["words"] for share in told["shares"]]


def given(*words: str) -> bytes:
    return "".join(f"{one}\n" for one in words).encode()


def words_on(text: str) -> list[str]:
    """The words of a share as a screen shows them, by their numbers."""
    found = {int(number): word for number, word in re.findall(r"\b(\d{1,2})\. ([a-z]+)", text)}
    return [found[number] for number in range(1, 21)]


def test_a_lost_laptop_loses_nothing(archive: Any, other: Any) -> None:
    """With two of three shares and the folder alone a new key is let in, reads what was there and works on."""
    case = archive.case("Before the loss")
    archive.add(archive.file("notes.txt", "The gate was open at noon.\n"), "--case", case)
    first, _, third = split(archive)
    archive.ask("rotate")
    archive.case("After a new key")
    bring(archive, other)
    shutil.rmtree(archive.state)  # the only member's key is gone

    made = other.run("recovery", "combine", "--kdf", "tests-only", stdin=given(third, first))
    assert made.code == 0 and made.err == b"" and CAN in made.text, made
    titles = {one["title"] for one in other.ask("case", "list")["cases"]}
    assert titles == {"Before the loss", "After a new key"}
    assert other.ask("search", "gate")["total"] == 1
    other.ask("rotate")
    other.case("Written by who came back")
    assert other.ask("check", "--read-data")["ok"]
    assert any(line["outcome"] == "let in with recovery shares" for line in other.ask("log")["events"])
    assert not list(other.state.rglob(".tmp-*"))

    again = other.ask("recovery", "drill", stdin=given(first, third))  # the shares go on
    assert again["drilled"] and again["threshold"] == 2
    third_laptop = type(other)(other.root.parent / "third")
    bring(other, third_laptop)
    third_laptop.ask("recovery", "combine", "--kdf", "tests-only", stdin=given(first, third))
    assert len(third_laptop.ask("case", "list")["cases"]) == 3


def test_fewer_shares_do_nothing(archive: Any, other: Any) -> None:
    """One of two: refused with 12, no key made, no state left, the archive as it was."""
    first, *_ = split(archive)
    bring(archive, other)
    before = other.kept()
    refused = other.run("recovery", "combine", "--kdf", "tests-only", stdin=given(first))
    assert refused.code == 12 and refused.lines[0] == "1 of 2 shares: this is not enough, and fewer tell nothing."
    for words in (b"", given(first, first), given(first, first.replace(first.split()[9], "academick"))):
        assert other.run("recovery", "combine", stdin=words).code == 12
    assert not (other.state / "identity").exists() and other.kept() == before


def test_an_error_tells_the_place_and_never_the_words(archive: Any) -> None:
    """A wrong word is named by share and place with its neighbours; nothing else of the share is repeated."""
    first, second, _ = split(archive)
    typed = second.split()
    typed[4] = "zzxqy"
    refused = archive.run("recovery", "drill", "--json", stdin=given(first, " ".join(typed)))
    assert refused.code == 12 and refused.error["error"] == "wrong_words"
    assert refused.error["message"].startswith("Share 2, word 5:")
    assert not {*first.split()[2:], *typed} & {*re.findall(r"[a-z]{4,}", refused.said)} - {"word", "have", "this"}


def test_a_new_split_replaces_the_shares_and_says_so(archive: Any, other: Any) -> None:
    """The old ones are refused here and on a computer that has the folder alone; the new ones work."""
    archive.case("While the old shares held")
    old = split(archive)
    again = archive.run("recovery", "split", "--threshold", "2", "--shares", "2", "--yes")
    assert "no longer read anything added from now on" in again.text and "no software can take that back" in again.text
    new = [line.partition(": ")[2] for line in again.text.splitlines() if line.startswith("  Share")]
    refused = archive.run("recovery", "drill", stdin=given(*old[:2]))
    assert refused.code == 12 and "replaced" in refused.lines[0]
    bring(archive, other)
    before = other.kept()
    refused = other.run("recovery", "combine", "--kdf", "tests-only", stdin=given(*old[:2]))
    assert refused.code == 12 and "replaced" in refused.lines[0]
    assert other.kept() == before and not (other.state / "identity").exists()
    mixed = other.run("recovery", "combine", stdin=given(old[0], new[0]))
    assert mixed.code == 12 and "different sets" in mixed.lines[0]
    other.ask("recovery", "combine", "--kdf", "tests-only", stdin=given(*new))
    assert other.ask("case", "list")["cases"][0]["title"] == "While the old shares held"


def test_shares_are_shown_one_by_one_and_typed_word_by_word(archive: Any, other: Any) -> None:
    """On a terminal: labels asked, a screen of its own for each share, tried, and used; no word stays in scrollback."""
    pages = []
    with archive.talk("recovery", "split", "--threshold", "2", "--shares", "3") as talk:
        for number, holder in ((1, "M1"), (2, "the lawyer"), (3, "")):
            talk.expect(f"Who holds share {number}").type(holder)
        for number in (1, 2, 3):
            talk.expect(f"Share {number} of 3")
            talk.expect("Enter goes on")
            pages.append(words_on(talk.text.rpartition("Share ")[2]))
            talk.type("")
        talk.expect("Go on? [y/N]").type("y")
        assert talk.end() == 0
    shown_after = APART.sub("", talk.text)
    assert "recovery shares made" in shown_after and "the lawyer" in shown_after
    for words in pages:
        assert set(words) <= set(WORDLIST) and f" {words[5]}" in talk.text and f" {words[5]}\n" not in shown_after

    with archive.talk("recovery", "drill") as talk:
        _type_share(talk, 1, pages[2], slip="speling")
        talk.expect("Share 2, word 1").type(" ".join(word[:4] for word in pages[0]))
        assert talk.end() == 0
    shown_after = APART.sub("", talk.text)
    assert (
        "word 4: recovery words do not have this one" in talk.text
        and "These shares make the recovery key" in shown_after
    )
    assert sum(word in shown_after for word in pages[2]) < 8  # of 20: our own sentences hold some, as "recover"
    assert archive.ask("recovery", "show")["drilled"]

    bring(archive, other)
    with other.talk("recovery", "combine", "--kdf", "tests-only", **ASKED) as talk:
        talk.expect("Share 1, word 1").type(" ".join(pages[0]))
        talk.expect("Share 2, word 1").type(" ".join(pages[0]))
        talk.expect("one and the same")
        talk.expect("Share 2, word 1").type(" ".join(pages[1]))
        talk.expect("New passphrase").type("an otter on a tin roof")
        talk.expect("Once more").type("an otter on a tin roof")
        assert talk.end() == 0
    other.passphrase.write_text("an otter on a tin roof")
    assert other.ask("check")["ok"]


def _type_share(talk: Any, share: int, words: list[str], slip: str) -> None:
    """A share typed word by word, with a slip of the finger and a step back."""
    for place, word in enumerate(words, 1):
        if place == 4:
            talk.expect("word 4").type(slip).expect(f"Perhaps: spelling, ceiling, swing. Share {share}, word 4:")
            talk.type("academic").expect("word 5").type("b")
        talk.expect(f"Share {share}, word {place}").type(word)


def test_ctrl_c_before_the_last_yes_makes_nothing(archive: Any) -> None:
    """Whoever stops while words are on the screen, or says no at the end, has split nothing."""
    before = archive.kept()
    for last in ("stop", "no"):
        with archive.talk("recovery", "split", "--threshold", "1", "--shares", "1") as talk:
            talk.expect("Who holds share 1").type("M1").expect("Enter goes on")
            if last == "stop":
                talk.interrupt()
            else:
                talk.type("").expect("Go on? [y/N]").type("n")
            assert talk.end() == (130 if last == "stop" else 2)
        assert talk.text.count("\x1b[?1049h") == talk.text.count("\x1b[?1049l") == 1
    assert archive.kept() == before
    assert archive.ask("recovery", "show")["ref"] is None


def test_words_are_never_in_an_answer_that_nobody_asked_for(archive: Any, tmp_path: Path) -> None:
    """Without a terminal: sheets, or an explicit --yes; a file that is in the way is never overwritten."""
    words = ("recovery", "split", "--threshold", "2", "--shares", "3")
    refused = archive.run(*words, "--json")
    assert refused.code == 2 and refused.out == b""
    folder = tmp_path / "sheets"
    told = archive.ask(*words, "-o", folder, "--language", "uk", "--holder", "M1", "--holder", "-", "--holder", "third",
                       stdin=b"the lawyer\n")  # fmt: skip
    assert [share.get("words") for share in told["shares"]] == [None] * 3
    assert [share["holder"] for share in told["shares"]] == ["M1", "the lawyer", "third"]
    shares = [re.findall("<li>([a-z]+)</li>", Path(share["sheet"]).read_text()) for share in told["shares"]]
    assert all(len(words) == 20 for words in shares) and {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        0o600
    }
    kept, before = archive.kept(), {path: path.read_bytes() for path in folder.iterdir()}
    assert archive.run(*words, "-o", folder).code == 15
    assert archive.run(*words, "-o", tmp_path / "new", "--language", "eo").code == 2
    assert archive.run(*words, "-o", tmp_path / "new", "--holder", "one").code == 2
    assert {path: path.read_bytes() for path in folder.iterdir()} == before and archive.kept() == kept
    assert not (tmp_path / "new").exists()
    sheet = "\n".join(f"{number}. {word}" for number, word in enumerate(shares[2], 1))
    files = archive.file("a.txt", " ".join(shares[0])), archive.file("b.txt", sheet)
    drilled = archive.ask("recovery", "drill", "--from", files[0], "--from", files[1])
    assert drilled["drilled"] and drilled["note"] is None


def test_show_tells_what_is_to_be_done(archive: Any) -> None:
    """None at all, never tried, tried; and who holds which, with no words."""
    assert archive.ask("recovery", "show")["note"] == "No recovery shares yet: archive recovery split"
    first, second, _ = split(archive)
    told = archive.run("recovery", "show")
    assert "2 of 3 shares are enough" in told.text and CAN in told.text and "never tried" in told.text
    assert first.split()[7] not in told.text
    assert "note: The recovery shares were never tried: archive recovery drill" in archive.run("check").said
    archive.ask("recovery", "drill", stdin=given(first, second))
    assert archive.ask("recovery", "show")["note"] is None and archive.run("check").said == ""


def test_the_key_for_age_is_printed_after_a_yes(archive: Any, other: Any) -> None:
    """``--print-age`` needs no archive; without a yes it prints nothing."""
    first, second, _ = split(archive)
    words = ("recovery", "combine", "--print-age")
    refused = other.run(*words, stdin=given(first, second))
    assert refused.code == 2 and refused.out == b""
    told = other.run(*words, "--yes", stdin=given(first, second))
    assert re.fullmatch("AGE-SECRET-KEY-1[0-9A-Z]{58}\n", told.text)
    assert not other.state.exists()


def test_init_offers_recovery_shares(laptop: Any) -> None:
    """A yes at the end of ``init`` splits at once, without asking for the passphrase again."""
    with laptop.talk("init", laptop.archive, "--collective", "Weir", "--kdf", "tests-only") as talk:
        talk.expect("Make them now? [y/N]").type("y")
        talk.expect("How many people get a share").type("1")
        talk.expect("are enough").type("1")
        talk.expect("Who holds share 1").type("")
        talk.expect("Enter goes on").type("")
        talk.expect("Go on? [y/N]").type("y")
        assert talk.end() == 0
    assert laptop.ask("recovery", "show")["threshold"] == 1


def test_what_is_left_on_a_computer_does_not_hinder(archive: Any, other: Any) -> None:
    """A state without its key, a key of another archive, and shares of another archive."""
    archive.case("Here before")
    first, second, _ = split(archive)
    (archive.state / "identity").unlink()
    archive.ask("recovery", "combine", "--kdf", "tests-only", stdin=given(first, second))
    assert archive.ask("case", "list")["cases"] and archive.ask("check")["ok"]
    other.found()
    known, before = (other.state / "identity").read_bytes(), other.kept()
    assert other.run("recovery", "combine", stdin=given(first, second)).code == 12
    assert other.kept() == before
    elsewhere = {"ARCHIVE_DIR": str(archive.archive)}
    told = other.ask("recovery", "combine", stdin=given(first, second), **elsewhere)
    assert told["new_key"] is False and (other.state / "identity").read_bytes() == known
    assert other.ask("case", "list", **elsewhere)["cases"] and other.ask("check")["ok"]
    again = other.run("recovery", "combine", stdin=given(first, second), **elsewhere)
    assert again.code == 15


def desk_of(laptop: Any) -> Desk:
    place = Place(root=laptop.archive, state=laptop.state, identity=laptop.state / "identity")
    ask = laptop.passphrase.read_text
    return Desk.open(place, ask, random=secrets.token_bytes, clock=lambda: datetime.now(UTC))


def test_a_holder_who_left_is_told(archive: Any) -> None:
    """A share that a member holds is marked once they are removed, and a new split is advised."""
    desk, guest = desk_of(archive), Identity(secrets.token_bytes(32), secrets.token_hex(16))
    owner = desk.journal.identity
    desk.journal.change([lambda members, _: changes.add(owner, members, [roster.make_card(guest)])], desk.clock())
    desk.save(Draft(desk.new(kinds.Member, person_id=guest.person, label="Rook")))
    casework.put(desk, casework.plan(desk, 2, 2, ("M1", "Rook")))
    assert not any(share.left for share in casework.show(desk).shares)
    desk.journal.change([lambda members, new: changes.remove(owner, members, [guest.person], new)], desk.clock())
    assert [share.left for share in casework.show(desk).shares] == [False, True]
    assert "1 of the recovery shares are with people who left" in (casework.note(desk) or "")


def test_a_year_without_a_drill_is_told(archive: Any) -> None:
    """365 days are fine, 366 are not."""
    desk = desk_of(archive)
    plan = casework.plan(desk, 2, 2, ("M1", "a friend"))
    casework.put(desk, plan)
    casework.drill(desk, plan.shares)
    now = desk.clock()
    desk.clock = lambda: now + timedelta(days=365)
    assert casework.note(desk) is None
    desk.clock = lambda: now + timedelta(days=366)
    assert "were last tried on" in (casework.note(desk) or "")


def test_a_split_that_breaks_off_is_no_split(archive: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Killed between the record and the list: nobody is told of shares that open nothing; sheets are gone again."""
    desk = desk_of(archive)
    plan = casework.plan(desk, 2, 2, ("M1", "a friend"))

    def fail(*_: object) -> None:
        raise OSError("no more")

    monkeypatch.setattr(desk.journal, "change", fail)
    with pytest.raises(OSError, match="no more"), casework.sheets(desk, plan, tmp_path / "sheets", "cs"):
        casework.put(desk, plan)
    assert not list((tmp_path / "sheets").iterdir())
    assert casework.show(desk).ref is None
    assert split(archive) and archive.ask("recovery", "show")["threshold"] == 2


def test_whoever_is_no_admin_cannot_split(archive: Any, other: Any) -> None:
    """Refused before a word is shown."""
    other.found()
    guest = desk_of(other).journal.identity
    desk = desk_of(archive)
    owner = desk.journal.identity
    desk.journal.change([lambda members, _: changes.add(owner, members, [roster.make_card(guest)])], desk.clock())
    bring(archive, other)
    theirs = desk_of(other)
    theirs.journal.standing.compare()
    with pytest.raises(NotAllowedError):
        casework.plan(theirs, 2, 2, ("M1", "a friend"))
    refused = other.run("recovery", "split", "--threshold", "2", "--shares", "2", "--yes")
    assert refused.code == 1 and refused.out == b"" and "admin" in refused.lines[0]
