"""Everything that is brought wrong: one clear line, the right exit code, and an archive that is as it was."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

NAME = "notes.txt"


@pytest.fixture
def ref(shared: Any) -> str:
    """The one text on the shared laptop."""
    return str(shared.ask("search", "gate")["hits"][0]["ref"])


@pytest.mark.parametrize(
    ("words", "env", "code", "message"),
    [
        (("check",), {"ARCHIVE_PASSPHRASE_FILE": "/dev/stdin"}, 12, "This passphrase does not open your key."),
        (("check",), {"ARCHIVE_PASSPHRASE_FILE": "/nowhere"}, 2, "The passphrase file cannot be read"),
        (("check",), {"ARCHIVE_PASSPHRASE_FILE": "/usr"}, 2, "The passphrase file cannot be read"),
        (("check",), {"ARCHIVE_PASSPHRASE_FILE": None}, 2, "nobody is here to ask"),
        (("check",), {"ARCHIVE_PASSPHRASE_FILE": "/dev/null"}, 2, "The passphrase is empty"),
        (
            ("check",),
            {"ARCHIVE_PASSPHRASE_FILE": None, "ARCHIVE_PASSPHRASE_COMMAND": "false"},
            2,
            "ARCHIVE_PASSPHRASE_COMMAND gave no passphrase",
        ),
        (("check",), {"ARCHIVE_DIR": "/usr"}, 10, "No archive in this folder or above it."),
        (("check",), {"ARCHIVE_DIR": None}, 10, "No archive in this folder or above it."),
        (("check",), {"ARCHIVE_STATE": "/nowhere"}, 12, "You have no key on this computer."),
        (("check", "--collective", "Others"), {}, 17, "You belong to no collective of this name."),
        (("show", "P9999"), {}, 17, "Nothing here answers to this reference."),
        (("show", ""), {}, 17, "Nothing here answers to this reference."),
        (("show", "\u202e\x1b[2J"), {}, 17, "Nothing here answers to this reference."),
        (("case", "show", "ZZZZZ"), {}, 17, "Nothing here answers to this reference."),
        (("log", "ZZZZZ"), {}, 17, "Nothing here answers to this reference."),
        (("get", "ZZZZZ", "-o", "x"), {}, 17, "Nothing here answers to this reference."),
        (("export", "ZZZZZ", "-o", "x"), {}, 17, "Nothing here answers to this reference."),
        (("add", NAME, "--case", "ZZZZZ"), {}, 17, "Nothing here answers to this reference."),
        (("consent", "record", "ZZZZZ", "--purpose", "keep", "--language", "uk"), {}, 17, "Nothing here answers"),
        (("verify", "nowhere"), {}, 17, "There is no folder and no zip at this place."),
        (("verify", "."), {}, 13, "This bundle is not what was sealed."),
        (("frobnicate",), {}, 2, "No such command"),
        (("check", "--frobnicate"), {}, 2, "No such option"),
        (("add",), {}, 2, "Which files?"),
        (("get", "T1"), {}, 2, "Missing option"),
        (("case",), {}, 2, "Missing command."),
        (("search", "a", "--limit", "0"), {}, 2, "--limit"),
        (("search", "a", "--kind", "novel"), {}, 2, "There is no such kind of record."),
        (("search", "a", "--since", "soon"), {}, 2, "That is not a date."),
        (("search", "*"), {}, 2, "There is no word in this search."),
        (("add", NAME, "--kind", "novel"), {}, 2, "kind does not fit"),
        (("add", NAME, "--date", "whenever"), {}, 2, "not a date"),
        (("add", NAME, "--faces", "none", "--kind", "document"), {}, 2, "faces belongs to a photo"),
        (("consent", "record", "P", "--purpose", "fun", "--language", "uk"), {}, 2, "purposes"),
        (("init", "elsewhere", "--collective", "W", "--kdf", "quick"), {"ARCHIVE_STATE": "s2"}, 2, "no such way"),
        (("init", "elsewhere"), {"ARCHIVE_STATE": "s2"}, 2, "nobody is here to ask"),
    ],
)  # fmt: skip
def test_one_line_and_the_right_code(
    shared: Any, words: tuple[str, ...], env: dict[str, str], code: int, message: str
) -> None:
    """As two lines for people and as a document for scripts; never a traceback, never half an answer."""
    people = shared.run(*words, stdin=b"a wrong one\n", **env)
    said, hint = people.lines
    assert (people.code, "Traceback" in people.said) == (code, False) and message in said and hint
    script = shared.run("--json", *words, stdin=b"a wrong one\n", **env)
    assert script.code == code and script.error["code"] == code
    assert (script.error["message"], script.error["hint"]) == (said, hint)
    assert not (shared.desk / "elsewhere").exists() and not (shared.desk / "s2").exists()


@pytest.mark.parametrize("passphrase", [b"", b"\n", b"\xff\xfe\xff"])
def test_no_key_is_locked_with_nothing(laptop: Any, passphrase: bytes) -> None:
    """An empty passphrase, or one that is not text, makes no key and no folder."""
    laptop.passphrase.write_bytes(passphrase)
    run = laptop.run("init", laptop.archive, "--collective", "Weir", "--kdf", "tests-only")
    assert run.code == 2 and run.lines
    assert not laptop.archive.exists() and not laptop.state.exists()


def test_nothing_is_ever_overwritten(shared: Any, ref: str) -> None:
    """An archive, a key, a file, a folder that are there stay as they are: 15."""
    before = shared.kept()
    file, folder = shared.file("there.txt", "mine"), shared.desk / "there"
    folder.mkdir()
    link = shared.desk / "link"
    link.symlink_to(shared.desk / "target-of-link")
    for words in (
        ("init", shared.archive, "--collective", "Other"),
        ("init", shared.desk, "--collective", "Other"),
        ("get", ref, "-o", file),
        ("get", ref, "-o", folder),
        ("get", ref, "-o", link),
    ):
        run = shared.run(*words, "--json")
        assert run.code == 15 and run.error["error"] == "exists", (words, run)
    assert file.read_text() == "mine" and not (shared.desk / "target-of-link").exists()
    assert not (shared.desk / "ARCHIVE").exists() and shared.kept() == before
    missing = shared.run("get", ref, "-o", shared.desk / "no" / "such" / "folder")
    assert missing.code == 1 and missing.lines[0] == "The file cannot be written: No such file or directory."


def test_two_that_answer_are_named(archive: Any) -> None:
    """An ambiguous reference: 17, the candidates by pseudonym, nothing chosen for the user."""
    case = archive.case()
    people = [archive.person(case, f"Bird {number}") for number in range(6)]
    while len(alike := [one for one in people if sum(other[:2] == one[:2] for other in people) > 1]) < 2:
        people.append(archive.person(case, f"Bird {len(people)}"))
    run = archive.run("person", "name", alike[0][:2], "--surname", "X", "--json")
    assert run.code == 17 and run.error["error"] == "ambiguous", run
    assert run.said.count("Bird") >= 2, run


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (b"", "JSON"), (b"[]", "document"), (b"null", "document"), (b'{"title": "a"', "JSON"), (b"\xff", "JSON"),
        (b'{"title": ""}', "title"), (b'{"title": 7}', "title"), (b'{"titel": "a"}', "titel"),
        (b'{"title": "a", "colour": "red"}', "colour"), (b'{"title": "a", "dates": "soon"}', "date"),
        (b'{"title": "a", "title": "b", "x": 1}', "x"), (b'{"title": "%s"}' % (b"a" * 1001), "title"),
    ],
)  # fmt: skip
def test_json_that_does_not_fit(shared: Any, form: bytes, field: str) -> None:
    """Exit 2, the field is named, the value is not repeated, nothing is made."""
    before = shared.kept()
    run = shared.run("case", "new", "--from-json", "-", "--json", stdin=form)
    assert run.code == 2 and run.out == b"" and field in run.error["message"], run
    assert "aaaa" not in run.said and shared.kept() == before


def test_json_and_options_do_not_mix(shared: Any) -> None:
    """Two sources for one field would leave it open which counts."""
    run = shared.run("case", "new", "A title", "--from-json", "-", stdin={"title": "b"})
    assert run.code == 2 and "--from-json" in run.lines[0]


# --- files ---


def bad_files(desk: Path, pictures: Callable[..., bytes], papers: Callable[..., bytes]) -> dict[str, str]:
    """What must be refused: name and a part of the reason."""
    jpeg = pictures("JPEG")
    made = {
        "cut.jpg": jpeg[: len(jpeg) * 2 // 3],
        "head.jpg": jpeg[:20],
        "one.jpg": b"\xff",
        "page.jpg": b"<!DOCTYPE html><html><body><script>x()</script></body></html>",
        "cut.pdf": papers()[:40],
        "bytes.txt": bytes(range(256)) * 4,
        "broken.png": pictures("PNG")[:40],
        "empty.txt": b"",
        "vector.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
        "latin.txt": "Příliš žluťoučký".encode("iso-8859-2"),
    }
    for name, data in made.items():
        (desk / name).write_bytes(data)
    (desk / "folder").mkdir()
    os.mkfifo(desk / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(desk / "socket"))  # a socket's path may have 108 bytes only
    (desk / "loop").symlink_to("loop")
    (desk / "dangling").symlink_to("nowhere")
    (desk / "linked.jpg").symlink_to("cut.jpg")
    reasons = dict.fromkeys(made, "could not be cleaned") | {"empty.txt": "it is empty"}
    links = dict.fromkeys(("loop", "dangling", "linked.jpg"), "it is a link")
    return (
        reasons
        | links
        | {
            "folder": "it is a folder",
            "pipe": "it is a pipe",
            "socket": "it is a socket",
            "absent.txt": "it is not there",
        }
    )


def test_what_cannot_be_taken_is_named_and_changes_nothing(
    archive: Any, pictures: Callable[..., bytes], papers: Callable[..., bytes]
) -> None:
    """Each alone: exit 14, its own name, its reason, the archive byte for byte as before."""
    before = archive.kept()
    for name, reason in bad_files(archive.desk, pictures, papers).items():
        run = archive.run("add", name, "--json")
        assert run.code == 14 and run.error["error"] == "cannot_be_cleaned", (name, run)
        told = run.json["records"][0]
        assert (told["file"], told["status"], told["ref"]) == (name, "refused", None)
        assert reason in told["reason"], (name, told)
        assert run.error["message"].startswith(f"{name}: ")
    assert archive.kept() == before and archive.leftovers() == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/dev/zero", "it is a device"), ("/dev/null", "it is a device"), ("/sys/kernel/mm/transparent_hugepage/enabled",
     "it changed while it was read"), ("/proc/self/environ", "it is empty"), ("a/b", "it is not there")],
)  # fmt: skip
def test_what_is_no_plain_file(shared: Any, path: str, reason: str) -> None:
    """Devices and the kernel's own files are refused at once; nothing waits, nothing is taken in."""
    if path.startswith("/") and not Path(path).exists():
        pytest.skip(f"needs {path}")
    before = shared.kept()
    run = shared.run("add", path, "--json")
    assert run.code == 14 and run.json["records"][0]["reason"].startswith(reason), run
    assert shared.kept() == before


@pytest.mark.usefixtures("strace")
def test_a_file_that_is_being_written_is_left_for_later(archive: Any) -> None:
    """It grows, or becomes a link, while it is read: refused by its name; the others go in.

    Opening the growing file takes a second, so that whoever writes to it does so between looking and reading: without
    that, a busy machine may let the whole file be read between two of its writes, and taking it in is right then.
    """
    growing, turning, good = (archive.file(name, "x" * 4_000_000) for name in ("log.txt", "link.txt", "good.txt"))
    good.write_text("The gate.\n")
    target, stop = archive.file("secret.txt", "SECRET"), threading.Event()
    slowly = [
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", str(growing),
        "-e", "trace=openat", "-e", "inject=openat:delay_exit=1000000",
    ]  # fmt: skip

    def disturb() -> None:
        while not stop.is_set():
            with growing.open("a") as file:
                file.write("more\n")
            turning.unlink(missing_ok=True)
            turning.symlink_to(target)
            time.sleep(0.001)

    with ThreadPoolExecutor() as pool:
        pool.submit(disturb)
        run = archive.run("add", growing, turning, good, "--json", within=slowly)
        stop.set()
    told = {one["file"]: (one["status"], one["reason"]) for one in run.json["records"]}
    assert told["log.txt"] == ("refused", "it changed while it was read"), run
    assert told["link.txt"][0] == "refused" and told["good.txt"][0] == "added"
    assert archive.ask("search", "SECRET")["total"] == 0


def test_what_a_picture_is_called_does_not_matter(
    archive: Any, pictures: Callable[..., bytes], papers: Callable[..., bytes]
) -> None:
    """Files are known by what is in them: a .jpg that is a text, a PDF or a PNG is taken in as that."""
    files = [
        archive.file("a.jpg", "The gate was open.\n"),
        archive.file("b.jpg", papers()),
        archive.file("c.jpg", pictures("PNG")),
        archive.file("d.txt", pictures("JPEG")),
        archive.file("e", pictures("WEBP")),
        archive.file("f.exe", pictures("GIF")),
        archive.file("g.tiff", pictures("TIFF")),
    ]
    types = [one["media_type"] for one in archive.ask("add", *files)["records"]]
    assert types == [
        "text/plain", "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff",
    ]  # fmt: skip


def test_one_bad_among_twenty(archive: Any, pictures: Callable[..., bytes]) -> None:
    """The others go in; exit 3; the bad one is named; after mending the same command adds that one alone."""
    files = [archive.file(f"{number:02}.txt", f"number {number}\n") for number in range(20)]
    files[11].write_bytes(pictures("JPEG")[:90])
    run = archive.run("add", *files)
    assert run.code == 3 and run.lines[0] == "19 added, 0 known already, 1 refused."
    assert "11.txt: refused, it could not be cleaned (" in run.said
    files[11].write_text("number 11, mended\n")
    again = archive.ask("add", *files)
    assert (again["added"], again["duplicates"], again["refused"]) == (1, 19, 0)
    assert archive.ask("search", "number")["total"] == 20


def test_the_same_file_twice_is_one_record(archive: Any, pictures: Callable[..., bytes]) -> None:
    """By its bytes, whatever its name: in one command and in two."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    copy = archive.file("b.jpg", pictures("JPEG"))
    first = archive.ask("add", photo, photo, copy)
    assert [one["status"] for one in first["records"]] == ["added", "duplicate", "duplicate"]
    second = archive.ask("add", copy)
    assert second["records"][0]["status"] == "duplicate" and second["added"] == 0
    assert second["records"][0]["ref"] == first["records"][0]["ref"]


def test_names_that_nobody_should_give_a_file(archive: Any) -> None:
    """Newline, ESC, RLO, leading dash, 255 bytes, invalid UTF-8, CON, NFD: all go in, none reaches a terminal raw."""
    names = (
        b"a\nb.txt", b"\x1b]0;owned\x07.txt", "\u202etxt.exe".encode(), b"-rf", b"x" * 251 + b".txt",
        b"\xff\xfe\x80.txt", b"CON", "re\u0301sume\u0301.txt".encode(), b" ", b"'; rm -rf ~ #", b"[bold]", b"...",
    )  # fmt: skip
    for number, name in enumerate(names):
        archive.file(name, f"number {number}\n")
    run = archive.run("add", "--", *names)
    assert run.code == 0, run
    shown = run.out + run.err
    assert b"\x1b" not in shown and b"\x07" not in shown and "\u202e".encode() not in shown
    assert run.said.count("\n") == len(names)
    assert archive.ask("search", "number")["total"] == len(names)
    assert archive.ask("check", "--read-data")["ok"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(archive: Any) -> None:
    """The right to read is missing: said so, the others go in."""
    shut, open_ = archive.file("shut.txt", "x"), archive.file("open.txt", "y")
    shut.chmod(0)
    run = archive.run("add", shut, open_)
    assert run.code == 3 and "shut.txt: refused, you have no right to read it" in run.said


# --- surroundings ---


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("archive case new --from-json - <&-", 2),
        ("archive case new - <&-", 2),
        ("archive case new <&-", 2),
        ("archive check <&-", 0),
        ("archive check >&-", 1),
        ("archive log >&-", 1),
        ("archive case show C >&-", 1),
        ("archive show T >&-", 1),
        ("archive check --json >&-", 1),
        ("archive check 2>&-", 0),
        ("archive add notes.txt 2>&-", 0),
        ("archive check >/dev/full", 1),
        ("archive check --json >/dev/full", 1),
        ("archive log >/dev/full", 1),
        ("archive --help >/dev/full", 1),
        ("archive add notes.txt 2>/dev/full", 0),
        ("archive show ZZZZZ 2>/dev/full", 17),
        ("archive show ZZZZZ --json 2>/dev/full", 17),
        ("archive show ZZZZZ 2>&-", 17),
        ("archive show ZZZZZ 2>&- >&- <&-", 17),
    ],
)
def test_streams_that_are_closed_or_full(shared: Any, line: str, code: int) -> None:
    """The exit code tells what happened; no traceback, no fault of the program."""
    for kind in "CT":
        found = shared.ask("search", "")["hits"]
        line = line.replace(f" {kind} ", f" {next(hit['ref'] for hit in found if hit['ref'][0] == kind)} ")
    run = shared.shell(line)
    assert run.code == code, run
    assert "Traceback" not in run.said and "fault" not in run.said and "Exception" not in run.said


def test_whoever_reads_our_answer_may_leave(shared: Any, ref: str) -> None:
    """A broken pipe ends quietly."""
    for words in ("log", f"show {ref}", "case list", f"get {ref} -o -", "--help"):
        run = shared.shell(f"archive {words} | true")
        assert run.err == b"" and run.code in (0, 1), (words, run)


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({"LANG": "C", "LC_ALL": "C"}, marks=pytest.mark.slow),
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        pytest.param({"LC_ALL": "xx_XX.nonsense"}, marks=pytest.mark.slow),
        {"NO_COLOR": "1"},
        pytest.param({"TERM": "dumb"}, marks=pytest.mark.slow),
        {"TERM": None, "COLUMNS": "40"},
        {"HOME": None},
        pytest.param({"HOME": "/nowhere"}, marks=pytest.mark.slow),
        {"TMPDIR": "/nowhere"},
        pytest.param({"TMPDIR": None}, marks=pytest.mark.slow),
    ],
)
def test_poor_surroundings(archive: Any, env: dict[str, str | None]) -> None:
    """No locale, no colour, no home, no temporary folder: files go in, are found, and letters are escaped at worst."""
    path = archive.file("запис.txt", "Ярема стояв. The weir.\n")
    run = archive.run("add", path, **env)
    assert run.code == 0 and b"\x1b" not in run.out + run.err, run
    found = archive.run("search", "weir", **env)
    assert found.code == 0 and b"1 found." in found.out and b"\x1b" not in found.out
    assert archive.ask("search", "weir")["total"] == 1


def test_few_file_descriptors(archive: Any) -> None:
    """Thirty-two are enough."""
    archive.file("a.txt", "number one\n")
    assert archive.shell("ulimit -n 32; archive add a.txt").code == 0


def test_without_home_the_state_lies_where_the_system_says(laptop: Any) -> None:
    """Neither --state nor HOME nor ARCHIVE_STATE: still no traceback."""
    run = laptop.run("init", laptop.archive, "--collective", "W", "--kdf", "quick", HOME=None, ARCHIVE_STATE=None)
    assert run.code == 2 and run.lines
