"""Boxes that a person gives: a preview under a grid, from memory alone, and what they say is black in the dossier."""

from __future__ import annotations

import io
import json
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from archive.casework import waiving
from archive.casework.picturing import looked
from archive.records.kinds import Looked, Photo, ScrubReport
from archive.scrub.sheets import Sheets, can_read
from archive.vault.entry import Entry

VIEW = """#!/bin/sh
for file in "$@"; do stat -f -c %T "$file"; stat -c '%a %n' "$file"; cp "$file" ROOT; done > ROOT/begun
mv ROOT/begun ROOT/log
"""


def portrait() -> Image.Image:
    """A drawn face of somebody who never was."""
    sheet = Image.new("RGB", (520, 520), "#96a0a5")
    draw = ImageDraw.Draw(sheet)
    for box, colour in (
        ((155, 111, 365, 397), "#3c2d23"), ((172, 150, 348, 386), "#d7af96"),
        ((192, 220, 245, 252), "#966e5f"), ((275, 220, 328, 252), "#966e5f"),
        ((202, 229, 235, 247), "#ebe6e1"), ((285, 229, 318, 247), "#ebe6e1"),
        ((210, 229, 227, 247), "#1e1414"), ((293, 229, 310, 247), "#1e1414"),
        ((192, 209, 245, 219), "#3c281e"), ((275, 209, 328, 219), "#3c281e"),
        ((247, 243, 273, 293), "#c3967d"), ((244, 288, 276, 299), "#96695a"), ((224, 318, 296, 339), "#8c4641"),
    ):  # fmt: skip
        draw.ellipse(box, fill=colour)
    return sheet.filter(ImageFilter.GaussianBlur(4))


@pytest.fixture
def viewer(archive: Any) -> Path:
    """A viewer that writes down what it was shown, and where it lay."""
    script = archive.root / "viewer"
    script.write_text(VIEW.replace("ROOT", str(archive.root)))
    script.chmod(0o700)
    return Path(script)


@pytest.fixture
def photo(archive: Any, pictures: Any) -> str:
    """A photo that nobody has looked at, of somebody who agreed."""
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    out = io.BytesIO()
    Image.new("RGB", (520, 400), (220, 210, 180)).save(out, "JPEG")
    return str(archive.add(archive.file("a.jpg", out.getvalue()), "--case", case))


def shown_in(archive: Any) -> Path:
    """The folder that the viewer was shown files of."""
    return Path((archive.root / "log").read_text().splitlines()[-1].split()[1]).parent


def test_a_preview_lies_in_memory_and_is_gone(archive: Any, photo: str, viewer: Path) -> None:
    """Nobody else can read it there; it says how large its grid is."""
    told = archive.ask("open", photo, "--grid", "--viewer", str(viewer))
    assert told["pages"] == [{"page": 1, "columns": 26, "rows": 20, "covered": 0, "boxes": [], "faces": []}]
    kind, mode = (archive.root / "log").read_text().splitlines()
    assert kind == "tmpfs" and mode.startswith("600 /dev/shm/archive-look-")
    assert Image.open(archive.root / "page-001.jpg").width > 520
    assert not shown_in(archive).exists()


def test_a_file_is_looked_at_as_it_is(archive: Any, photo: str, viewer: Path) -> None:
    """Without a grid it is the clean copy."""
    archive.ask("open", photo, "--viewer", str(viewer))
    assert (archive.root / "file.jpg").read_bytes() == archive.run("get", photo, "-o", "-").out


def test_a_preview_is_gone_after_ctrl_c_too(archive: Any, photo: str, viewer: Path, interrupt: Any) -> None:
    """Also while the viewer is open."""
    viewer.write_text(viewer.read_text() + "sleep 60\n")
    started = archive.start("open", photo, "--grid", "--viewer", str(viewer))
    until = time.monotonic() + 60
    while not (archive.root / "log").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert list(shown_in(archive).iterdir())
    assert interrupt(started, signal.SIGINT).code == 130
    assert not shown_in(archive).exists()


def test_without_a_viewer_or_with_a_bad_one_nothing_is_shown(archive: Any, photo: str) -> None:
    """It says so beforehand where it can."""
    assert archive.run("open", photo, "--grid").code == 2
    assert archive.run("open", photo, "--grid", "--viewer", "/nonexistent/viewer").code == 1
    assert archive.run("open", photo, "--page", "1").code == 2


def test_a_photo_leaves_covered_where_a_person_said(archive: Any, photo: str) -> None:
    """Undecided it stays in; with a box it leaves, black there and nowhere else, and saved anew."""
    run = archive.run("export", photo, "-o", archive.root / "out", "--json")
    assert run.code == 16 and f"archive open {photo} --grid" in run.error["hint"]
    told = archive.ask("redact", "--box", f"{photo}:A1-F5,Z20")
    assert told["looked"] == [{"ref": photo, "page": 1, "boxes": ["A1-F5", "Z20"]}]
    assert archive.ask("show", photo)["faces"] == "to-cover"
    archive.ask("export", photo, "-o", archive.root / "out")
    shown = Image.open(next((archive.root / "out").rglob("*.jpg"))).convert("L")
    assert shown.crop((0, 0, 115, 95)).getextrema()[1] < 30 and shown.crop((505, 385, 520, 400)).getextrema()[1] < 30
    assert shown.crop((200, 150, 420, 300)).getextrema()[0] > 180
    assert archive.ask("redact", "--box", f"{photo}:C7")["looked"][0]["boxes"] == ["A1-F5", "Z20", "C7"]
    archive.ask("undo", "--yes")
    assert archive.ask("show", photo)["looked"] == [{"boxes": ["A1-F5", "Z20"]}]


def test_whoever_looks_at_a_picture_is_asked_what_to_cover(archive: Any, photo: str, viewer: Path) -> None:
    """By the cells and the numbers that they see, while they see them; kept at once, and asked again if unclear."""
    with archive.talk("open", photo, "--grid", ARCHIVE_VIEWER=str(viewer)) as talk:
        talk.expect("cells A1 to Z20").expect("To cover?").type("add b4-c6, K20").expect("covered: B4-C6, K20")
        talk.expect("To cover?").type("keep 7").expect("REF").expect("To cover?").type("2: A1").expect("no page 2")
        talk.expect("To cover?").type("B99").expect("A1 to Z20").expect("To cover?").type("none add A1").expect(
            "not say"
        )
        talk.expect("To cover?").type("none").expect("covered: B4-C6, K20").expect("To cover?").type("")
        talk.expect("gone from memory")
        assert talk.end() == 0, talk.text
    assert not shown_in(archive).exists()
    assert archive.ask("show", photo)["looked"] == [{"boxes": ["B4-C6", "K20"]}]


def test_a_long_chat_has_cells_to_be_pointed_at(archive: Any, viewer: Path) -> None:
    """It is shown as wide as can be read, black leaves what was said and nothing else, at the place that was seen."""
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    chat, out = Image.new("RGB", (216, 1_800), "#dcf8c6"), io.BytesIO()
    chat.save(out, "PNG")
    ref = archive.add(archive.file("chat.png", out.getvalue()), "--case", case)
    (page,) = archive.ask("open", ref, "--grid", "--viewer", str(viewer))["pages"]
    assert (page["columns"], page["rows"]) == (10, 83) and Image.open(archive.root / "page-001.jpg").width > 216
    kept = archive.ask("redact", "--box", f"{ref}:add B40-C41")["looked"][0]["boxes"]
    assert kept == ["B40-C41/10x83"]
    archive.ask("export", ref, "-o", archive.root / "out")
    shown = Image.open(next((archive.root / "out").rglob("*.jpg"))).convert("L")
    assert shown.size == (216, 1_800) and shown.crop((22, 847, 65, 888)).getextrema()[1] < 30
    assert shown.crop((0, 0, 216, 830)).getextrema()[0] > 180 and shown.crop((0, 905, 216, 1_800)).getextrema()[0] > 180


def test_a_photo_on_which_nothing_is_to_be_covered(archive: Any, photo: str) -> None:
    """Somebody looked at it and said so."""
    assert archive.ask("redact", "--faces", f"{photo}:none")["looked"] == [{"ref": photo, "page": 1, "boxes": []}]
    assert archive.ask("show", photo)["faces"] == "none"
    archive.ask("export", photo, "-o", archive.root / "out")


@pytest.mark.parametrize("typed", ["B4", "REF:", "REF:1:2:3", "REF:B99", "REF:b4", "REF:3:B4", "REF:0:B4"])
def test_what_is_no_place_is_refused(archive: Any, photo: str, typed: str) -> None:
    """Nothing is kept of it."""
    assert archive.run("redact", "--box", typed.replace("REF", photo)).code in (2, 17)
    assert "looked" not in json.loads(archive.run("show", photo, "--json").out)


def test_pictures_are_seen_under_the_grid_before_a_dossier_is_sealed(archive: Any, photo: str, viewer: Path) -> None:
    """As they would leave, from memory; more is covered by the same cells; a no leaves nothing."""
    archive.ask("redact", "--box", f"{photo}:B4-C6")
    case = archive.ask("show", photo)["case"]
    with archive.talk("export", case, "-o", archive.root / "dossier", ARCHIVE_VIEWER=str(viewer)) as talk:
        talk.expect("exhibits/").expect("1 page or picture").expect("p its pictures").type("p")
        talk.expect(f"redact --box {photo}:1:CELLS").expect("gone from memory").expect("Seal").type("")
        assert talk.end() == 2, talk.text
    kind, mode = (archive.root / "log").read_text().splitlines()
    assert kind == "tmpfs" and mode.startswith("600 /dev/shm/archive-look-") and not shown_in(archive).exists()
    shown = Image.open(archive.root / "001.jpg").convert("L")
    assert shown.width > 520 and shown.getextrema()[0] < 40 and not list(archive.root.glob("dossier*"))


def test_what_no_machine_looked_for_on_a_photo_is_said(archive: Any, photo: str, tmp_path: Path) -> None:
    """Where faces or words cannot be looked for here, a dry run says so, and so does the dossier."""
    archive.ask("redact", "--box", f"{photo}:none")
    case, data = archive.ask("show", photo)["case"], (archive.desk / "a.jpg").read_bytes()
    with Sheets() as sheets:
        here = sheets.count(data, "image/jpeg")
    for where in (["--dry-run"], ["-o", tmp_path / "d", "--plain"]):
        said = " ".join(archive.ask("export", case, *where)["cautions"])
        assert ("look for faces and plates" in said) != here.finds_faces
        assert ("read the words on it" in said) != can_read(here.installed)


def test_faces_are_suggested_if_there_is_a_finder(archive: Any, photo: str, viewer: Path) -> None:
    """Without the extra it says so, and boxes can be given; with it, there is no face on an empty photo."""
    run = archive.run("redact", "--faces", f"{photo}:1", "--json")
    assert run.error["error"] in ("missing_tool", "usage") and run.code in (1, 2)
    assert "--box" in run.error["hint"] or "open REF --grid" in run.error["hint"]


def test_a_photo_that_still_shows_a_face_is_named(archive: Any) -> None:
    """Whoever looked said that there is none, and a machine sees one: the export says which photo."""
    pytest.importorskip("cv2", reason="needs OpenCV: make faces")
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    out = io.BytesIO()
    portrait().save(out, "PNG")
    photo = archive.add(archive.file("a.png", out.getvalue()), "--case", case, "--faces", "none")
    shown = archive.ask("open", photo, "--grid", "--viewer", "true")["pages"][0]["faces"]
    assert len(shown) == 1
    assert f"{photo}. Look again" in str(archive.ask("export", case, "-o", archive.root / "a", "--plain")["cautions"])
    archive.ask("redact", "--faces", f"{photo}:1")
    assert "Look again" not in str(archive.ask("export", case, "-o", archive.root / "b", "--plain")["cautions"])


def test_a_number_on_a_sign_is_waived_by_somebody_who_answers_for_it(archive: Any, photo: str, reads: bool) -> None:
    """The refusal says how; it is written down with the dossier, without the number; a wrong waiver waives nothing."""
    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    sign, out = Image.new("RGB", (900, 200), "white"), io.BytesIO()
    ImageDraw.Draw(sign).text((40, 60), "Call +44 7700 900123", fill="black", font=ImageFont.load_default(56))
    sign.save(out, "PNG")
    case = archive.ask("case", "list")["cases"][0]["ref"]
    there = archive.add(archive.file("sign.png", out.getvalue()), "--case", case, "--faces", "none")
    run = archive.run("export", there, "-o", archive.root / "out", "--no-pdf", "--json")
    assert run.code == 16 and run.error["error"] == "leak" and "900123" not in run.said
    waivers = {leak["waiver"] for leak in run.error["details"]}
    assert None not in waivers and f"--waive {run.error['details'][0]['waiver']}" in run.error["hint"]
    words = ["export", there, "-o", archive.root / "out", "--no-pdf", "--yes"]
    assert archive.run(*words, "--waive", "0000000000").code == 16
    archive.ask(*words, *(word for one in waivers for word in ("--waive", one)))
    told = archive.run("log", "--json").text
    assert "900123" not in told and (archive.root / "out").is_dir()


def test_a_waiver_is_of_one_word_where_it_was_looked_at(archive: Any, photo: str, reads: bool) -> None:
    """The same again passes; the same number in another record, or in one that was changed since, does not."""
    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    sign, out = Image.new("RGB", (900, 200), "white"), io.BytesIO()
    ImageDraw.Draw(sign).text((40, 60), "Call +44 7700 900123", fill="black", font=ImageFont.load_default(56))
    sign.save(out, "PNG")
    other = io.BytesIO()
    sign.rotate(180).rotate(180).crop((0, 0, 880, 200)).save(other, "PNG")
    case = archive.ask("case", "list")["cases"][0]["ref"]
    one, two = (
        archive.add(archive.file(f"{number}.png", data.getvalue()), "--case", case, "--faces", "none")
        for number, data in enumerate((out, other))
    )

    def told(*refs: str, waived: Iterable[str] = ()) -> frozenset[str]:
        """What would have to be waived as well; nothing of a dossier that leaves."""
        place = archive.root / f"out-{secrets.token_hex(4)}"
        words = (word for waiver in waived for word in ("--waive", waiver))
        run = archive.run("export", *refs, "-o", place, "--no-pdf", "--yes", *words, "--json")
        assert place.is_dir() == (run.code == 0) and run.code in (0, 16), run
        return frozenset(leak["waiver"] for leak in run.error["details"]) if run.code else frozenset()

    first, second = told(one), told(two)
    assert first and second and not first & second
    assert told(one, waived=first) == told(one, waived=first) == frozenset()
    assert told(two, waived=first) == second
    both = told(one, two, waived=(*first, *second))
    assert both and not both & (first | second) and told(one, two, waived=both) == frozenset()
    archive.ask("edit", one, "--set", "title=A sign")
    changed = told(one, waived=first)
    assert changed and not changed & first


def test_a_waiver_is_for_one_reader_and_template() -> None:
    """What was looked at for a lawyer was not looked at for the press."""

    def key(kind: str, recipient: str | None, entry: str = "hash") -> bytes:
        entries = {"record": (SimpleNamespace(hash=entry),)}
        return waiving.key(
            SimpleNamespace(
                template=SimpleNamespace(kind=kind), need=SimpleNamespace(recipient=recipient), included=("record",),
                truth=SimpleNamespace(heads=entries), names=(SimpleNamespace(id="name"),),
            )
        )  # fmt: skip

    assert key("asylum", "one") == key("asylum", "one")
    keys = {key("asylum", "one"), key("asylum", "two"), key("press", "one"), key("public", None)}
    assert len({*keys, key("asylum", "one", "another hash")}) == 5


def test_boxes_of_every_state_count() -> None:
    """Two people marked a photo apart: both boxes are black; a page that one of them never saw was not looked at."""

    def head(*looked: Looked) -> Entry:
        scrub = ScrubReport(
            media_type="image/png", method="m", lossless=True, sha256_original="0" * 64, size_original=1,
            sha256_clean="0" * 64,
        )  # fmt: skip
        photo = Photo(id="d" * 32, created="2026-01-01T00:00Z", entered_by="d", scrub=scrub, looked=looked)
        return SimpleNamespace(record=photo)  # type: ignore[return-value]

    mine = head(Looked(boxes=("A1",)), Looked(page=2, boxes=("B2",)))
    theirs = head(Looked(boxes=("C3", "A1")))
    assert looked([mine, theirs]) == {1: ("A1", "C3")}
    assert looked([mine]) == {1: ("A1",), 2: ("B2",)}
    assert looked([mine, head()]) == {}


def test_other_peoples_programs_find_nothing_of_the_withheld(archive: Any, papers: Any, reads: bool) -> None:
    """pdftotext, exiftool and tesseract on every file of a dossier with a paper, as far as they are here."""
    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    case = archive.case()
    person = archive.person(case)
    archive.name(person, "Orest", "Kovalchuk")
    archive.consent(person, "publish-pseudonym")
    archive.add(archive.file("a.pdf", papers("The court heard Orest Kovalchuk on 14 March 2025.")), "--case", case)
    archive.ask("export", case, "-o", archive.root / "out")
    read = (
        ("tesseract", "*.png", lambda file: ["tesseract", file, "-", "-l", "ukr+rus+ces+eng"]),
        ("pdftotext", "*.pdf", lambda file: ["pdftotext", file, "-"]),
        ("exiftool", "*", lambda file: ["exiftool", "-a", "-u", file]),
    )
    for tool, pattern, command in read:
        files = [path for path in (archive.root / "out" / "data").rglob(pattern) if path.is_file()]
        assert files, pattern
        for file in files if shutil.which(tool) else ():
            told = subprocess.run(command(file), capture_output=True, text=True, check=False).stdout.casefold()
            assert not [word for word in ("kovalchuk", "orest", "14 march", "canary") if word in told], (tool, file)
            assert tool != "tesseract" or "court" in told
