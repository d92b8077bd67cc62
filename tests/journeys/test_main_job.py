"""The main job from beginning to end, as a script does it: JSON in, JSON out, and everything still opens afterwards."""

from __future__ import annotations

import hashlib
import html
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.scrub import formats

STORY = """Orest Kovalchuk refused to take the rifle. Call +380 67 123 45 67 or write to orest.k@example.org.
They led Kovalchuk away past the weir, and O. Kovalchuk did not look back. His mother kept the letters.
"""
UKRAINIAN = "Ореста Ковальчука привезли вночі. З Орестом Ковальчуком ніхто не говорив.\n"
PLANTED = ("Orest", "Kovalchuk", "Орест", "Ковальчук", "67 123", "380671234567", "orest.k", "Brynkiv", "Canary")

pytestmark = pytest.mark.xdist_group("main job")  # the material is made once


@pytest.fixture(scope="module")
def told(shared: Any, pictures: Callable[..., bytes], papers: Callable[..., bytes]) -> dict[str, Any]:
    """A case with a person, names, consent and five files of five kinds, on the shared laptop."""
    laptop = shared
    case = laptop.case("Called up at the weir", summary="A man refused to carry a weapon.", dates="2025-03")
    person = laptop.person(case, "Heron")
    identity = {
        "names": [
            {"language": "en", "given": "Orest", "surname": "Kovalchuk"},
            {"language": "uk", "given": "Орест", "surname": "Ковальчук"},
        ],
        "places": ["Brynkiv"], "phones": ["+380671234567"], "emails": ["orest.k@example.org"],
    }  # fmt: skip
    laptop.ask("person", "name", person, "--from-json", "-", stdin=identity)
    laptop.consent(person, "keep", "publish-pseudonym", "photo-with-face")
    files = [
        laptop.file("story.txt", STORY),
        laptop.file("оповідь.md", UKRAINIAN),
        laptop.file("IMG_0417.jpg", pictures("JPEG")),
        laptop.file("scan.png", pictures("PNG", (10, 200, 30))),
        laptop.file("ruling.pdf", papers()),
    ]
    about = ("--case", case, "--about", person, "--date", "2025-03-14", "--faces", "none")
    added = laptop.ask("add", *files, *about)
    return {"case": case, "person": person, "added": added, "files": files}


def test_what_was_brought_is_told_file_by_file(told: dict[str, Any]) -> None:
    """Every file is told with its kind, both digests, and the groups that were removed from it."""
    added = told["added"]
    assert (added["added"], added["duplicates"], added["refused"]) == (5, 0, 0)
    assert [one["kind"] for one in added["records"]] == ["testimony", "testimony", "photo", "photo", "document"]
    photo = added["records"][2]
    assert {"EXIF", "Comment"} <= set(photo["removed"]) and photo["sha256_clean"] != photo["sha256_original"]
    assert "PDF Info" in added["records"][4]["removed"]
    assert all(len(one["sha256_original"]) == len(one["sha256_clean"]) == 64 for one in added["records"])


def test_it_is_found_again_and_read(shared: Any, told: dict[str, Any]) -> None:
    """Search finds texts, the text layer of a PDF and titles; ``show`` gives the record as its schema says."""
    story = told["added"]["records"][0]["ref"]
    found = shared.ask("search", "weir rifle", "--case", told["case"])
    assert [hit["ref"] for hit in found["hits"]] == [story] and found["total"] == 1
    start, end = found["hits"][0]["marks"][0]
    assert found["hits"][0]["snippet"][start:end].lower() in ("weir", "rifle")
    assert [hit["kind"] for hit in shared.ask("search", "court ruled")["hits"]] == ["document"]
    shown = shared.ask("show", story)
    assert shown["ref"] == story and shown["kind"] == "testimony" and shown["text"] == STORY
    page = shared.ask("case", "show", told["case"])
    assert [line["pseudonym"] for line in page["people"]] == ["Heron"] and page["people"][0]["named"]
    assert len(page["records"]) == 5


def test_the_clean_file_comes_out_for_the_owner_alone(shared: Any, told: dict[str, Any], tmp_path: Path) -> None:
    """``get`` writes exactly the clean bytes, mode 0600; the second reader finds nothing left in the picture."""
    for one in told["added"]["records"]:
        out = tmp_path / one["file"]
        assert shared.run("get", one["ref"], "-o", out).code == 0
        assert hashlib.sha256(out.read_bytes()).hexdigest() == one["sha256_clean"]
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    piped = shared.run("get", told["added"]["records"][0]["ref"], "-o", "-")
    assert piped.out == STORY.encode() and piped.err == b""
    photo = (tmp_path / "IMG_0417.jpg").read_bytes()
    known = formats.recognise(photo)
    assert known is not None and known.residue(photo) == () and b"CANARY" not in photo.upper()


def test_a_dossier_leaves_without_a_name(shared: Any, told: dict[str, Any], tmp_path: Path) -> None:
    """The bag is a bag, verifies, holds no form of a name in any byte; of a paper its text is in it."""
    import bagit

    bundle = tmp_path / "dossier"
    made = shared.ask("export", told["case"], "-o", bundle, "--partial")
    refs = {one["file"]: one["ref"] for one in told["added"]["records"]}
    assert set(made["included"]) == set(refs.values()) and made["withheld"] == made["leaks"] == []
    assert made["bundle"] == str(bundle) and made["redactions"] >= 7
    bagit.Bag(str(bundle)).validate()
    assert shared.ask("verify", bundle)["ok"]
    everything = b"\n".join(path.read_bytes() for path in bundle.rglob("*") if path.is_file())
    for word in PLANTED:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert word.encode(encoding).lower() not in everything.lower(), word
    page = html.unescape((bundle / "data" / "dossier.html").read_text())
    assert "refused to take the rifle" in page and "default-src 'none'" in page and "<script" not in page
    assert "The court has ruled." in page and [one.name for one in bundle.rglob("*.pdf")] == ["dossier.pdf"]
    for path in bundle.rglob("*.jpg"):
        data = path.read_bytes()
        known = formats.recognise(data)
        assert known is not None and known.residue(data) == ()


def test_after_a_rotation_everything_opens_and_the_index_is_only_a_cache(
    shared: Any, told: dict[str, Any], tmp_path: Path
) -> None:
    """Rotate, check every byte, throw the index away: the same answers; the log tells each of it."""
    queries = (("search", "weir"), ("search", "ruled"), ("case", "show", told["case"]), ("case", "list"))
    before = [shared.ask(*query) for query in queries]
    first, second = shared.ask("rotate"), shared.ask("rotate")
    assert first["collective"] == "Weir" and first["members"] == 1 and first["epoch"] != second["epoch"]
    for one in told["added"]["records"]:
        out = tmp_path / one["ref"]
        assert shared.run("get", one["ref"], "-o", out).code == 0 and out.stat().st_size > 0
    checked = shared.ask("check", "--read-data")
    assert checked["ok"] and checked["problems"] == [] and checked["objects"] >= 6
    assert shared.ask("check", "--keyless")["ok"]
    shared.ask("index", "rebuild")
    assert [shared.ask(*query) for query in queries] == before
    for index in shared.state.rglob("index.db*"):
        index.unlink()
    assert [shared.ask(*query) for query in queries] == before
    events = shared.ask("log")["events"]
    assert {"creation", "ingestion", "metadata modification", "consent change", "key change"} <= {
        event["event"] for event in events
    }
    story = told["added"]["records"][0]
    own = shared.ask("log", story["ref"])["events"]
    assert [event["event"] for event in own][:2] == ["ingestion", "metadata modification"]
    assert own[0]["digests"] == {key: story[key] for key in ("sha256_original", "sha256_clean")}


def test_what_people_read_says_the_same(shared: Any, told: dict[str, Any]) -> None:
    """Without --json: answers on stdout, short; nothing but hints and notes on stderr; no colour in a pipe."""
    for words in (("case", "list"), ("case", "show", told["case"]), ("search", "weir"), ("consent", "list"), ("log",)):
        run = shared.run(*words)
        assert run.code == 0 and run.text.strip() and run.err == b"" and b"\x1b" not in run.out
    assert shared.run("check").text.endswith("all there, unchanged.\n")
    again = shared.run("add", *told["files"])
    assert again.code == 0 and "0 added, 5 known already, 0 refused." in again.text


def test_a_search_is_narrowed_counted_and_kept(shared: Any, told: dict[str, Any]) -> None:
    """Fields inside the query, pages, counts; a kept search comes back by name and is not found itself."""
    words = f"weirs kind:testimony case:{told['case']}"
    hits = shared.ask("search", words, "--save", "at the weir")["hits"]
    assert hits and hits == shared.ask("search", "--saved", "at the weir")["hits"]
    assert hits[:1] == shared.ask("search", words, "--limit", "1", "--page", "1")["hits"]
    assert shared.ask("search", words, "--limit", "1", "--page", "99")["hits"] == []
    counted = shared.ask("search", words, "--count-by", "kind")
    assert counted["hits"] == [] and counted["counts"] == [{"value": "testimony", "count": counted["total"]}]
    assert [one["name"] for one in shared.ask("search", "--saved-list")["searches"]] == ["at the weir"]
    assert shared.ask("search", "weirs", "--exact")["total"] == 0
    for wrong, code in (("kind:novel", 2), ("since:soon", 2), ("case:CZZZZ", 17), ("-case:CZZZZ", 2), ("grade:Z", 2)):
        assert shared.run("search", wrong).code == code
    assert shared.run("search", words, "--save", "at the weir").code == 15
    assert shared.run("search", "--saved", "another").code == 17
    assert shared.run("search", "kind:photo", "--case", told["case"], "case:CZZZZ").code == 2
