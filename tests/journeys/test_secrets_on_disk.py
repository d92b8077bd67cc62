"""After a whole journey nothing on disk tells a name, a title, a place or a word that was searched for."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import errors

pytestmark = pytest.mark.xdist_group("secrets")  # the material is made once

CANARIES = {
    "passphrase": "seven herons over a frozen weir", "collective": "Quillfeather", "title": "Tollgatecanary",
    "summary": "Summarycanary", "place": "Brynkivcanary", "pseudonym": "Pseudocanary", "given": "Canaryorest",
    "surname": "Ковальчуканарка", "phone": "380671239876", "email": "kanarek@example.org", "file": "filecanary",
    "body": "Bodycanary", "picture": "Serialcanary", "author": "Authorcanary", "query": "Querycanary",
    "source": "Sourcecanary", "remark": "Удивительнаяканарейка",
}  # fmt: skip


@pytest.fixture(scope="module")
def journey(shared: Any, pictures: Any, papers: Any) -> list[tuple[tuple[str, ...], bytes]]:
    """The command lines of a whole journey with what goes into their standard input; words of people go in there."""
    laptop, word = shared, CANARIES
    form = {"title": word["title"], "summary": word["summary"], "place": word["place"]}
    case = laptop.case(**form)
    person = laptop.person(case, word["pseudonym"])
    name = {
        "names": [{"language": "uk", "given": word["given"], "surname": word["surname"]}], "places": [word["place"]],
        "phones": ["+" + word["phone"]], "emails": [word["email"]],
    }  # fmt: skip
    laptop.ask("person", "name", person, "--from-json", "-", stdin=name)
    laptop.consent(person, "publish-pseudonym", "photo-with-face")
    folder = laptop.desk / "brought"
    folder.mkdir()
    (folder / f"{word['file']}.txt").write_text(f"{word['body']} {word['remark']} {word['given']}\n")
    (folder / f"{word['file']}.jpg").write_bytes(pictures("JPEG", comment=word["picture"].encode()))
    (folder / f"{word['file']}.pdf").write_bytes(papers(word["body"]).replace(b"Canary Author", b"Authorcanary "))
    (folder / f"{word['file']}-bad.jpg").write_bytes(pictures("JPEG", comment=word["picture"].encode())[:200])
    out = str(laptop.root / "dossier")
    return [
        (("case", "new", "--from-json", "-"), str(form).replace("'", '"').encode()),
        (("add", "brought", "--recursive", "--case", case, "--about", person, "--faces", "none"), b""),
        (("search", "-"), word["query"].encode()),
        (("search", "-"), word["surname"].encode()),
        (("case", "show", case), b""),
        (("show", person), b""),
        (("export", case, "-o", out, "--partial"), b""),
        (("rotate",), b""),
        (("check", "--read-data"), b""),
        (("index", "rebuild"), b""),
        (("log",), b""),
        (("show", "ZZZZZ"), b""),
    ]


def spelt(word: str) -> Iterator[bytes]:
    """A word as it could stand on a disk: any case, UTF-8 and UTF-16."""
    for form in (word, word.lower(), word.upper()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield form.encode(encoding)
        yield form.encode("unicode_escape")


def found_in(data: bytes) -> set[str]:
    return {name for name, word in CANARIES.items() if any(form in data for form in spelt(word))}


def on_disk(folder: Path) -> set[tuple[str, str]]:
    """Canaries in the bytes, names and links below a folder."""
    found = set()
    for path in folder.rglob("*"):
        found |= {(name, f"the name {path.name}") for name in found_in(str(path.relative_to(folder)).encode())}
        if path.is_file():
            found |= {(name, str(path)) for name in found_in(path.read_bytes())}
    return found


def test_no_byte_tells(shared: Any, journey: list[tuple[tuple[str, ...], bytes]]) -> None:
    """Archive and state hold no canary, UTF-8 or UTF-16; temporary folder and home hold nothing of ours at all."""
    for words, typed in journey:
        run = shared.run(*words, stdin=typed)
        assert run.code in (0, 3, 17), (words, run)
    assert on_disk(shared.archive) == set() and on_disk(shared.state) == set()
    assert list(shared.temporary.rglob("*")) == []
    assert [path.name for path in shared.home.iterdir()] == ["state"]
    told = {name for name, _ in on_disk(shared.root / "dossier")}
    assert told == {"title", "summary", "body"}, "a dossier tells the story, and no name, place or unknown capital"


def test_names_sizes_and_times_tell_nothing(shared: Any, journey: object) -> None:
    """Random names, no extension, one time for all, sizes padded (at most five significant bits)."""
    paths = [path for path in shared.archive.rglob("*") if path.is_file() and len(path.name) == 64]
    assert len(paths) > 10
    assert {int(path.stat().st_mtime) for path in shared.archive.rglob("*")} == {946_684_800}
    assert all(re.fullmatch("[0-9a-f]{64}", path.name) for path in paths)
    for path in [shared.state, *shared.state.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_errors_hold_no_canary(shared: Any, journey: object) -> None:
    """What goes wrong is told without the words of the case: leak, refusal, damaged file."""
    for words in (("get", "T", "-o", "brought"), ("export", "ZZZZZ", "-o", "x"), ("init", str(shared.archive))):
        run = shared.run(*words, "--collective", CANARIES["collective"])
        assert run.code != 0 and found_in(run.err) <= {"collective"} and found_in(run.err) == set(), run


@pytest.mark.usefixtures("strace")
def test_no_call_writes_or_hands_on_what_is_secret(laptop: Any, pictures: Any, papers: Any, tmp_path: Path) -> None:
    """Under strace: in no write to a file, no name of a file, no argument or variable of a child process."""
    laptop.found()
    word = CANARIES
    case = laptop.case(word["title"])
    person = laptop.person(case, word["pseudonym"])
    laptop.consent(person, "publish-pseudonym")
    (laptop.desk / f"{word['file']}.txt").write_text(f"{word['body']} {word['given']}\n")
    (laptop.desk / f"{word['file']}.jpg").write_bytes(pictures("JPEG", comment=word["picture"].encode()))
    (laptop.desk / f"{word['file']}.pdf").write_bytes(papers(word["body"]))
    names = {"names": [{"language": "uk", "given": word["given"], "surname": word["surname"]}]}
    steps: list[tuple[tuple[str, ...], bytes]] = [
        (("person", "name", person, "--from-json", "-"), str(names).replace("'", '"').encode()),
        (("add", ".", "--recursive", "--case", case), b""),
        (("search", "-"), word["query"].encode()),
        (("export", case, "-o", str(tmp_path / "out"), "--partial"), b""),
        (("rotate",), b""),
    ]
    for number, (words, typed) in enumerate(steps):
        trace = tmp_path / f"trace{number}"
        calls = "write,pwrite64,writev,pwritev,openat,open,creat,rename,renameat2,mkdir,link,symlink,execve,sendto"
        program = ["strace", "-f", "-y", "-v", "-s", "1000000", "-xx", "-e", f"trace={calls}", "-o", str(trace)]
        done = subprocess.run(
            [*program, *_program(), *words], input=typed, capture_output=True, env=laptop.environment(),
            cwd=laptop.desk, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 3), done
        seen = {
            (name, line[:60]) for line in trace.read_bytes().splitlines() for name in _secret_in(line, tmp_path / "out")
        }
        assert seen == set(), (words, seen)


def _program() -> list[str]:
    import sys

    return [sys.executable, str(Path(errors.__file__).parents[1] / "cli.py")]


_CALL = re.compile(rb"^\d+\s+(?:<\.\.\. )?(\w+)\(?")
_TARGET = re.compile(rb"\((\d+)<([^>]*)>")
_STRING = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')


def _secret_in(line: bytes, output: Path) -> set[str]:
    """The canaries in one traced call, unless it reads input, answers, asks the worker or writes the dossier."""
    call = _CALL.match(line)
    if call is None:
        return set()
    target = _TARGET.search(line)
    path = bytes.fromhex(target[2].replace(rb"\x", b"").decode()) if target and rb"\x" in target[2] else b""
    shown = target[2] if target else b""
    handed_over = path.startswith((b"/memfd:", b"pipe:"))  # to a reader in the sandbox, on no disk
    in_memory = call[1] in (b"write", b"pwrite64") and handed_over
    if target and (target[1] in (b"1", b"2") or b"socket:" in path + shown or path.startswith(bytes(output))):
        return set()
    if in_memory:
        return set()
    if call[1] in (b"openat", b"open") and b"O_CREAT" not in line and b"O_WRONLY" not in line:
        return set()  # reading what the user named
    text = b"\n".join(bytes.fromhex(piece.replace(rb"\x", b"").decode()) for piece in _STRING.findall(line))
    return found_in(text)
