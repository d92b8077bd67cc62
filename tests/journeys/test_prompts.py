"""On a terminal the program asks; a passphrase typed there is never shown, and stopping costs nothing."""

from __future__ import annotations

from typing import Any

ASKED = {"ARCHIVE_PASSPHRASE_FILE": None}
SECRET = "otters under a tin roof"


def test_a_new_passphrase_is_asked_twice_and_never_shown(laptop: Any) -> None:
    """``init`` asks for the name and twice for the passphrase, without echo; both open the archive afterwards."""
    with laptop.talk("init", laptop.archive, "--kdf", "tests-only", **ASKED) as talk:
        talk.expect("Name of the collective").type("Weir")
        talk.expect("New passphrase").type(SECRET)
        talk.expect("Once more").type(SECRET)
        talk.expect("Make them now? [y/N]").type("n")
        assert talk.end() == 0
    assert SECRET not in talk.text and "Archive made" in talk.text
    with laptop.talk("check", **ASKED) as talk:
        talk.expect("Passphrase").type(SECRET)
        assert talk.end() == 0
    assert SECRET not in talk.text
    with laptop.talk("check", **ASKED) as talk:
        talk.expect("Passphrase").type("weasels under a tin roof")
        assert talk.end() == 12
    assert "This passphrase does not open your key." in talk.text


def test_two_different_passphrases_make_nothing(laptop: Any) -> None:
    """A slip of the finger is noticed, and not a folder is left behind."""
    with laptop.talk("init", laptop.archive, "--collective", "Weir", **ASKED) as talk:
        talk.expect("New passphrase").type(SECRET)
        talk.expect("Once more").type(SECRET + "s")
        assert talk.end() == 2
    assert "The two were not the same." in talk.text
    assert not laptop.archive.exists() and not laptop.state.exists()


def test_an_empty_passphrase_makes_nothing(laptop: Any) -> None:
    """Enter twice is no passphrase."""
    with laptop.talk("init", laptop.archive, "--collective", "Weir", **ASKED) as talk:
        talk.expect("New passphrase").type("")
        talk.expect("Once more").type("")
        assert talk.end() == 2
    assert not laptop.archive.exists() and not laptop.state.exists()


def test_ctrl_c_at_any_question_of_init_leaves_nothing(laptop: Any) -> None:
    """130 at each of the three questions, no traceback, nothing half made."""
    questions = ("Name of the collective", "New passphrase", "Once more")
    for stop in range(3):
        with laptop.talk("init", laptop.archive, **ASKED) as talk:
            for question in questions[:stop]:
                talk.expect(question).type("Weir")
            talk.expect(questions[stop]).interrupt()
            assert talk.end() == 130, talk.text
        assert "Traceback" not in talk.text
        assert not laptop.archive.exists() and not laptop.state.exists()


def test_nobody_types_a_passphrase_for_nothing(laptop: Any) -> None:
    """No archive, no key, a reference that fits no kind: said before anything is asked."""
    with laptop.talk("check", **ASKED) as talk:
        assert talk.end() == 10
    assert "Passphrase" not in talk.text
    laptop.found()
    with laptop.talk("check", ARCHIVE_STATE=str(laptop.root / "nobody"), **ASKED) as talk:
        assert talk.end() == 12
    assert "You have no key on this computer." in talk.text and "Passphrase" not in talk.text
    with laptop.talk("search", "x", "--kind", "novel", **ASKED) as talk:
        assert talk.end() == 2


def test_sensitive_words_are_asked_when_none_are_given(archive: Any) -> None:
    """search, case new, person name and consent record ask, so that nothing of it stands in the shell's history."""
    with archive.talk("case", "new") as talk:
        talk.expect("Title").type("A walk along the weir")
        assert talk.end() == 0
    with archive.talk("search") as talk:
        talk.expect("Search for").type("weir")
        assert talk.end() == 0
    assert "A walk along the" in talk.text and "1 found." in talk.text
    case = archive.ask("case", "list")["cases"][0]["ref"]
    person = archive.person(case)
    with archive.talk("person", "name", person, "--language", "en") as talk:
        talk.expect("Given").type("Orest")
        talk.expect("Patronymic").type("")
        talk.expect("Surname").type("Kovalchuk")
        assert talk.end() == 0
    with archive.talk("consent", "record", person, "--risks-explained") as talk:
        talk.expect("Purposes").type("keep, publish-pseudonym")
        talk.expect("Language").type("uk")
        assert talk.end() == 0
    listed = archive.ask("consent", "list", person)["consents"]
    assert listed[0]["purposes"] == ["keep", "publish-pseudonym"]
    for words in (("search",), ("case", "new"), ("person", "name", person)):
        with archive.talk(*words) as talk:
            talk.expect(": ").interrupt()
            assert talk.end() == 130, words


def test_export_alone_asks_about_what_for_whom_and_how(archive: Any) -> None:
    """Each answer until it fits; only templates for whoever it is; what is missing before it is asked how to seal."""
    case = archive.case()
    form = {"name": "Kvitka Vymyshlena", "type": "lawyer"}
    lawyer = archive.ask("recipient", "add", "--from-json", "-", stdin=form)["ref"]
    archive.consent(archive.person(case), "lawyer", recipients={"lawyer": [lawyer]})
    archive.add(archive.file("a.txt", "The gate was open.\n"), "--case", case)
    bundle = archive.root / "dossier"
    with archive.talk("export", "-o", bundle) as talk:
        talk.expect("About which").type("nothing")
        talk.expect("About which").type(case)
        talk.expect("For whom").type("Kvitka Vymyshlena")
        talk.expect("Template [1]").type("9")
        talk.expect("Template [1]").type("")
        talk.expect("several [en]").type("xx")
        talk.expect("several [en]").type("uk,en")
        talk.expect("unencrypted").expect("Seal and hand over? [y/N").type("y")
        assert talk.end() == 0
    assert talk.text.index("missing: the next date that must not be missed") < talk.text.index("unencrypted")
    assert "public:" not in talk.text and (bundle / "data" / "dossier.en.html").is_file()
    assert archive.run("export", "-o", bundle, "--json").code == 2


def test_export_asks_before_it_leaves_something_out(archive: Any) -> None:
    """What stays in is named first; a no writes nothing, a yes writes the rest, Ctrl-C is a no."""
    case = archive.case()
    person, other = archive.person(case), archive.person(case, "Stork")
    archive.consent(person, "publish-pseudonym")
    archive.add(archive.file("a.txt", "The gate was open.\n"), "--case", case, "--about", person)
    ruling = archive.add(archive.file("b.txt", "It was closed.\n"), "--case", case, "--about", other)
    bundle = archive.root / "dossier"
    with archive.talk("export", case, "-o", bundle) as talk:
        talk.expect("Export the others").type("y")
        talk.expect("unencrypted").expect("Seal and hand over? [y/N").type("")
        assert talk.end() == 2 and not bundle.exists()
    for answer in ("n", "", "perhaps"):
        with archive.talk("export", case, "-o", bundle, "--plain") as talk:
            talk.expect("Go on? [y/N]").type(answer)
            assert talk.end() == 2
        assert f"stays in: {ruling}, {other} was not asked about publishing" in talk.text
        assert not bundle.exists()
    with archive.talk("export", case, "-o", bundle, "--plain") as talk:
        talk.expect("Go on? [y/N]").interrupt()
        assert talk.end() == 130
    assert not bundle.exists()
    with archive.talk("export", case) as talk:
        talk.expect("Write the dossier to").type(str(bundle))
        talk.expect("Go on? [y/N]").type("y")
        talk.expect("unencrypted").expect("Seal and hand over? [y/N").type("y")
        assert talk.end() == 0
    assert talk.text.count("stays in: ") == 1, "what was heard before is not said again"
    assert (bundle / "data" / "dossier.html").is_file()
    assert archive.ask("verify", bundle)["ok"]


def story(archive: Any) -> tuple[str, Any]:
    """A case with one testimony that may leave, in which nobody has decided about two words; where the dossier goes."""
    case: str = archive.case("At the weir", summary="A man refused.")
    archive.consent(person := archive.person(case), "publish-pseudonym")
    text = "They drove him to Brynkiv. In Brynkiv the guard Paly said that he would stay.\n"
    archive.add(archive.file("a.txt", text), "--case", case, "--about", person, "--language", "en")
    return case, archive.root / "dossier"


def test_export_goes_through_words_and_shows_what_would_leave(archive: Any) -> None:
    """One key a word, remembered in the case; then files, counts and words; nothing is there before the yes."""
    case, bundle = story(archive)
    with archive.talk("export", case, "-o", bundle, "--reviewed") as talk:
        talk.expect("2 words to decide about").expect("1/2").expect("Brynkiv").expect("q:").press("s")
        talk.expect("2/2").expect("Paly").expect("q:").press("h")
        assert "stands once" not in talk.text, "one key for one word is none saved"
        talk.expect("What would leave").expect("dossier.html").expect("Testimonies: 1").expect("Seal").type("t")
        talk.expect("guard […] said").expect("Enter").type("q")
        talk.expect("Seal and hand over?")
        assert not bundle.exists() and not list(archive.root.glob("dossier*"))
        talk.type("y")
        assert talk.end() == 0, talk.text
    told = (bundle / "data" / "dossier.json").read_text()
    assert "Brynkiv" in told and "Paly" not in told and "Kovalchuk" not in told
    assert archive.ask("redact", "--case", case)["undecided"] == []


def test_a_yes_beforehand_asks_nothing(archive: Any) -> None:
    """--yes on a terminal: unknown words are hidden as in a script, and with --reviewed they refuse it."""
    case, bundle = story(archive)
    with archive.talk("export", case, "-o", bundle, "--yes") as talk:
        assert talk.end() == 0, talk.text
    assert "Seal" not in talk.text and "Brynkiv" not in (bundle / "data" / "dossier.json").read_text()
    with archive.talk("export", case, "-o", archive.root / "other", "--yes", "--reviewed") as talk:
        assert talk.end() == 16, talk.text
    assert "Brynkiv  2×" in talk.text and "Paly  1×" in talk.text and f"archive redact {case} --hide WORD" in talk.text
    refused = archive.run("export", case, "-o", archive.root / "other", "--reviewed", "--json")
    assert refused.code == 16 and refused.error["details"] == [
        {"word": "Brynkiv", "count": 2}, {"word": "Paly", "count": 1},
    ]  # fmt: skip
    archive.ask("redact", case, "--hide", "Paly", "--show", "Brynkiv")
    assert archive.run("export", case, "-o", archive.root / "other", "--reviewed").code == 0


def test_ctrl_c_at_any_point_of_an_export_leaves_nothing(archive: Any) -> None:
    """At a word, at the preview, inside its words: 130, no file; what was said of words is kept."""
    case, bundle = story(archive)
    with archive.talk("export", case, "-o", bundle) as talk:
        talk.expect("1/2").expect("q:").press("s").expect("2/2").expect("q:").interrupt()
        assert talk.end() == 130, talk.text
    assert [one["word"] for one in archive.ask("redact", "--case", case)["undecided"]] == ["Paly"]
    for keys in ((), ("t",)):
        with archive.talk("export", case, "-o", bundle) as talk:
            talk.expect("1/1").expect("q:").press("q").expect("Seal and hand over?")
            for key in keys:
                talk.type(key).expect("Enter")
            talk.interrupt()
            assert talk.end() == 130, talk.text
        assert "Traceback" not in talk.text and not list(archive.root.glob("dossier*"))
    with archive.talk("export", case, "-o", bundle, "--passphrase") as talk:
        talk.expect("1/1").expect("q:").press("a").expect("Seal and hand over?").type("y")
        talk.expect("Passphrase of the dossier").interrupt()
        assert talk.end() == 130, talk.text
    assert not list(archive.root.glob("dossier*")) and not archive.leftovers()


def test_with_json_nothing_is_ever_asked(archive: Any) -> None:
    """A script that forgets something gets exit 2 and a document, also on a terminal."""
    for words in (("search",), ("case", "new"), ("init", archive.root / "another")):
        with archive.talk(*words, "--json") as talk:
            assert talk.end() == 2, words
        assert '"error":"usage"' in talk.text
    assert not (archive.root / "another").exists()


def test_forty_columns_are_enough(shared: Any) -> None:
    """On a narrow terminal tables fold; no line is wider and no word is lost."""
    import re

    with shared.talk("case", "list", columns=40) as talk:
        assert talk.end() == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", talk.text)
    assert max(map(len, plain.splitlines())) <= 40
    assert "A neutral title" in " ".join(plain.split())
    with shared.talk("log", columns=40) as talk:
        assert talk.end() == 0
