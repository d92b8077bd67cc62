"""A case read as a whole, through the real program: its page, its timeline, its totals, and what waits."""

from __future__ import annotations

import re
import stat
from typing import Any

import pytest

DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@pytest.fixture(scope="module")
def told(shared: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, str]]:
    """A laptop with a case in which there is something of everything; references by what they are."""
    laptop = type(shared)(tmp_path_factory.mktemp("told") / "laptop").found()
    case = laptop.case("Held at the office", summary="A man was held.", place="North", dates="2025-03/2025-06")
    person, other = laptop.person(case, "Alder", as_of="2025-01-01"), laptop.person(case, "Birch")
    fields = {"person": person, "type": "arrest", "date": "2025-03", "place": "North", "forces": ["police"]}
    fields |= {"known": "saw-it", "detention": {"warrant_shown": False, "places": [{"place": "an office"}]}}
    act = laptop.ask("act", "new", "--from-json", "-", stdin=fields)["ref"]
    laptop.ask("role", "add", act, other, "--as", "witness")
    text = laptop.add(laptop.file("a.txt", "He was held.\n"), "--case", case, "--about", person, "--language", "en",
                      "--title", "What Birch saw", "--date", "2025-03-02")  # fmt: skip
    again = laptop.add(laptop.file("b.txt", "Byl držen.\n"), "--case", case, "--about", person, "--language", "cs",
                       "--translation-of", text)  # fmt: skip
    laptop.ask("edit", again, "--set", "translated_by=machine", "--set", f"also={act}")
    trial = laptop.ask("proceeding", "new", "--person", person, "--court", "District court", "--stage", "trial",
                       "--hearing", "2026-01-15")["ref"]  # fmt: skip
    step = laptop.ask("step", "new", "--type", "complaint", "--for", person, "--to", "Ombudsman", "--due", "2026-01-02")
    loose = laptop.add(laptop.file("c.txt", "Nobody knows whose.\n"))
    return laptop, {"case": case, "person": person, "other": other, "act": act, "text": text, "again": again,
                    "trial": trial, "step": step["ref"], "loose": loose}  # fmt: skip


def test_the_page_of_a_case_tells_all_of_it_in_eighty_columns(told: tuple[Any, dict[str, str]]) -> None:
    """People by pseudonym with roles, acts, records with their versions, who else says so, terms, gaps."""
    laptop, refs = told
    page = laptop.run("case", "show", refs["case"]).text
    assert all(len(line) <= 80 for line in page.splitlines())
    words = ["Alder  (affected)", "Birch  (witness)", "Arrest · North · Police", "seen or heard in person", "Ombudsman"]
    words += ["NOT CONFIRMED", f"= {refs['again']}  machine into cs", "District court · Trial", "2026-01-15"]
    assert [word for word in words if word not in page] == []
    assert "Zaviriukha" not in page
    answer = laptop.ask("case", "show", refs["case"])
    assert [one["ref"] for one in answer["acts"]] == [refs["act"]]
    assert answer["acts"][0]["parts"] == [{"person": refs["other"], "role": "witness", "degree": None, "force": None}]
    assert answer["acts"][0]["also"] == [refs["again"]]
    fields = {gap["field"] for gap in answer["gaps"]}
    assert f"{refs['act']} detention.ordered_by" in fields and f"{refs['again']} checked" in fields
    assert f"{refs['act']} detention.warrant_shown" not in fields
    assert laptop.ask("case", "list")["cases"][0]["records"] == 2


def test_a_timeline_has_everything_that_has_a_date(told: tuple[Any, dict[str, str]]) -> None:
    """On the screen, as a drawing and as a page; written out it is logged, and for its owner alone."""
    laptop, refs = told
    answer = laptop.ask("timeline", refs["case"])
    days = [one["first"] for one in answer["events"]]
    assert days == sorted(days) and all(DAY.match(day) for day in days)
    assert {refs["act"], refs["text"], refs["trial"], refs["step"]} <= {one["ref"] for one in answer["events"]}
    assert refs["again"] in answer["undated"]
    for kind in ("svg", "html"):
        target = laptop.root / f"t.{kind}"
        assert laptop.run("timeline", refs["case"], "--format", kind, "-o", target).code == 0
        drawn = target.read_text()
        assert "What Birch saw" in drawn and "<script" not in drawn
        assert set(re.findall(r"https?://[^\s\"]+", drawn)) <= {"http://www.w3.org/2000/svg"}
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "timeline written out" in laptop.run("log", refs["case"]).text.replace("\n", " ")
    assert laptop.run("timeline", refs["person"]).code == 0


def test_published_totals_count_only_who_agreed_and_leave_small_ones_out(told: tuple[Any, dict[str, str]]) -> None:
    """Inside everything is counted; nobody here agreed to statistics."""
    laptop, _ = told
    assert laptop.ask("stats")["by_type"] == {"arrest": 1}
    published = laptop.ask("stats", "--publish")
    assert published["acts"] == 0 and published["by_type"] == {}


def test_status_names_what_waits_and_how_to_clear_it(told: tuple[Any, dict[str, str]]) -> None:
    """At most nine lines; terms that are over come first; each ends in a command."""
    laptop, refs = told
    answer = laptop.ask("status")
    assert len(answer["lines"]) <= 9
    by_matter = {line["matter"]: line for line in answer["lines"]}
    assert by_matter["answer"]["command"] == f"archive step answer {refs['step']}"
    assert by_matter["risk"]["count"] == 1 and refs["person"] in by_matter["risk"]["refs"]
    assert by_matter["inbox"]["refs"] == [refs["loose"]]
    assert by_matter["recovery"]["command"] == "archive recovery split"
    assert answer["lines"][0]["matter"] == "answer"
    lines = laptop.run("status").text.splitlines()
    assert all(": archive " in line for line in lines)
    due = [line["on"] for line in laptop.ask("status", "--due")["lines"]]
    assert due == sorted(due)


def test_a_calendar_holds_dates_and_references_and_nothing_that_is_stored(told: tuple[Any, dict[str, str]]) -> None:
    """A calendar syncs to a telephone."""
    laptop, refs = told
    target = laptop.root / "dates.ics"
    assert laptop.run("status", "--ics", target).code == 0
    text = target.read_bytes().decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert f"SUMMARY:Date {refs['trial']}" in text and "DTSTART;VALUE=DATE:20260115" in text
    for word in ("hearing", "Ombudsman", "Alder", "Held", "District"):
        assert word not in text


def test_the_log_is_held_against_the_signed_journal(told: tuple[Any, dict[str, str]]) -> None:
    """Every line is proven, or the command fails and says which is not."""
    laptop, refs = told
    assert laptop.ask("log", refs["text"], "--verify")["verified"] is True
    assert laptop.ask("log", refs["text"])["verified"] is None


def test_a_date_that_was_kept_is_done_with(archive: Any) -> None:
    """And a dossier that lies about is told until it is gone."""
    case = archive.case(dates=[{"what": "hearing", "on": "2026-01-15"}])
    assert archive.ask("status")["lines"][0]["command"] == f"archive status --done {case}"
    archive.ask("status", "--done", case)
    assert "date" not in {line["matter"] for line in archive.ask("status")["lines"]}
    assert archive.run("status", "--done", case).code == 2


def test_a_translation_is_read_beside_what_it_translates(told: tuple[Any, dict[str, str]]) -> None:
    """Each under its reference and language, in two columns of one line; as a document, left and right."""
    laptop, refs = told
    lines = laptop.run("show", refs["text"], "--beside", refs["again"]).text.splitlines()
    assert lines[0].startswith(f"{refs['text']} [en]") and f"{refs['again']} [cs]" in lines[0]
    assert any("He was held." in line and "Byl držen." in line for line in lines)
    both = laptop.ask("show", refs["text"], "--beside", refs["again"])
    assert [(both[side]["ref"], both[side]["language"]) for side in ("left", "right")] == [
        (refs["text"], "en"), (refs["again"], "cs"),
    ]  # fmt: skip
    assert laptop.run("show", refs["text"], "--beside", refs["person"]).code == 17


def test_who_says_so_is_graded_and_read_in_the_language_of_the_reader(told: tuple[Any, dict[str, str]]) -> None:
    """A grade is read as its code; fields and codes have names in another language, and are set by them."""
    laptop, refs = told
    grades = [{"by": "M1", "on": "2026-01-02", "item": refs["text"], "reliability": "B", "credibility": "2"},
              {"by": "M1", "on": "2026-01-03"}]  # fmt: skip
    source = laptop.ask("source", "new", "--from-json", "-", stdin={"publication": "A paper", "grades": grades})["ref"]
    assert "grade: B2" in (page := laptop.run("show", source).text) and "grade: F6, not yet judged" in page
    shown = laptop.run("show", refs["act"], "--ui-language", "uk").text
    assert "Затримання або арешт" in shown and "звідки відомо" in shown and "type" not in shown
    laptop.ask("edit", refs["trial"], "--set", "округ=Weir")
    assert laptop.ask("show", refs["trial"])["district"] == "Weir"
    assert re.search(r"створення +A\w+ +подія", laptop.run("log", refs["act"], "--ui-language", "uk").text)
