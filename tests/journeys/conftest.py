"""A laptop of its own for every journey: home, state, archive, passphrase, temporary folder, and the real program."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

PROGRAM = (sys.executable, str(Path(__file__).parents[2] / "cli.py"))
PASSPHRASE = "seven herons over a frozen weir"  # a canary as well: it must never be on disk or in an argument
PATIENCE = 300.0  # seconds until a command counts as hung, however busy the machine is
FAULT = "The program has a fault"  # no journey ends so, whatever else it looks at
SLOW = "CASE_ARCHIVE_SLOW"  # set this variable to run everything


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"slow: left out unless {SLOW} is set")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get(SLOW):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason=f"slow: set {SLOW}=1"))


@dataclass(frozen=True)
class Run:
    """How a command ended and what it said."""

    code: int
    out: bytes
    err: bytes

    def __post_init__(self) -> None:
        assert FAULT not in self.said, self.said

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "replace")

    @property
    def said(self) -> str:
        return self.err.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error document, the last line of stderr."""
        return json.loads(self.err.splitlines()[-1])

    @property
    def lines(self) -> tuple[str, str]:
        """What stands behind ``error:`` and ``hint:``; fails unless these two lines end stderr."""
        found = re.search(r"(?:\A|\n)error: ([^\n]+)\nhint: ([^\n]+)\n\Z", self.said)
        assert found, self.said
        return found[1], found[2]


@dataclass
class Laptop:
    """One computer with one user; ``changes`` are environment variables (None takes one away)."""

    root: Path
    changes: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in (self.home, self.desk, self.temporary):
            folder.mkdir(parents=True)
        self.passphrase.write_text(PASSPHRASE)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def desk(self) -> Path:
        """Where the files to be taken in lie."""
        return self.root / "desk"

    @property
    def temporary(self) -> Path:
        return self.root / "temporary"

    @property
    def passphrase(self) -> Path:
        return self.root / "passphrase"

    def environment(self, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
        wanted: dict[str, str | None] = {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(self.temporary),
            "ARCHIVE_DIR": str(self.archive), "ARCHIVE_STATE": str(self.state),
            "ARCHIVE_PASSPHRASE_FILE": str(self.passphrase),
            **self.changes, **(changes or {}),
        }  # fmt: skip
        return {name: value for name, value in wanted.items() if value is not None}

    def run(
        self,
        *words: str | bytes | Path,
        stdin: bytes | object = b"",
        cwd: Path | None = None,
        within: Sequence[str] = (),
        **env: Any,
    ) -> Run:
        """Run ``archive WORDS``; ``stdin`` that is not bytes goes in as JSON. ``within``: what it is started by."""
        given = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
        done = subprocess.run(
            [*within, *PROGRAM, *words], input=given, capture_output=True, env=self.environment(env),
            cwd=cwd or self.desk, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)

    def ask(self, *words: str | bytes | Path, stdin: bytes | object = b"", **env: Any) -> Any:
        """Run with ``--json``; the answer, which has to be one and without a word beside it."""
        run = self.run(*words, "--json", stdin=stdin, **env)
        assert run.code == 0 and run.err == b"", run
        return run.json

    def shell(self, line: str, **env: Any) -> Run:
        """Run a line of bash in which ``archive`` is the program."""
        line = f'archive() {{ "{PROGRAM[0]}" "{PROGRAM[1]}" "$@"; }}; set -o pipefail; {line}'
        done = subprocess.run(
            ["bash", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, env=self.environment(env),
            cwd=self.desk, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str | bytes | Path, within: Sequence[str] = (), **env: Any) -> subprocess.Popen[bytes]:
        """Begin a command that runs beside the test, in a process group of its own."""
        return subprocess.Popen(
            [*within, *PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment(env), cwd=self.desk, start_new_session=True,
        )  # fmt: skip

    @contextmanager
    def talk(
        self, *words: str | bytes | Path, columns: int = 80, program: Sequence[str] = PROGRAM, **env: Any
    ) -> Iterator[Talk]:
        """Run on a terminal of its own, where a person types; ours, or another ``program`` such as a shell."""
        with Talk([*program, *words], self.environment({"TERM": "xterm-256color", **env}), self.desk, columns) as talk:
            yield talk

    # --- the usual beginnings ---

    def found(self) -> Laptop:
        """Make the archive."""
        self.ask("init", self.archive, "--collective", "Weir", "--kdf", "tests-only")
        return self

    def case(self, title: str = "A neutral title", **fields: object) -> str:
        ref: str = self.ask("case", "new", "--from-json", "-", stdin={"title": title, **fields})["ref"]
        return ref

    def person(self, case: str, pseudonym: str = "Heron", **risk: object) -> str:
        """Somebody with a sealed name and confirmed to be safe, unless ``risk`` says otherwise."""
        safe = {"where": "abroad-with-status", "as_of": today(), "basis": "spoke", "uniqueness": "low", **risk}
        form = {"pseudonym": pseudonym, "case": case, "risk": safe}
        ref: str = self.ask("person", "new", "--from-json", "-", stdin=form)["ref"]
        self.name(ref, "Taras", "Zaviriukha")
        return ref

    def name(self, person: str, given: str, surname: str, **fields: object) -> str:
        """Seal a name; the reference of the identity."""
        form = {"names": [{"language": "en", "given": given, "surname": surname}], **fields}
        ref: str = self.ask("person", "name", person, "--from-json", "-", stdin=form)["ref"]
        return ref

    def consent(self, person: str, *purposes: str, **fields: object) -> str:
        form = {
            "given_by": "self", "purposes": purposes, "method": "witnessed", "language": "uk",
            "given_at": today(), "risks_explained": True, **fields,
        }  # fmt: skip
        ref: str = self.ask("consent", "record", person, "--from-json", "-", stdin=form)["ref"]
        return ref

    def file(self, name: str | bytes, data: str | bytes) -> Path:
        """A file on the desk."""
        path = self.desk / os.fsdecode(name)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def add(self, path: Path, *words: str) -> str:
        """Take one file in; its reference."""
        ref: str = self.ask("add", path, *words)["records"][0]["ref"]
        return ref

    def kept(self) -> dict[Path, bytes]:
        """Every file of the archive, byte by byte."""
        return {path: path.read_bytes() for path in self.archive.rglob("*") if path.is_file()}

    def leftovers(self) -> list[Path]:
        """Unfinished files: in the archive, the state and the temporary folder."""
        begun = [*self.archive.rglob(".tmp-*"), *self.state.rglob(".tmp-*")]
        return begun + list(self.temporary.rglob("*"))


class Talk:
    """A program on a terminal; ``seen`` is all that the terminal got."""

    def __init__(self, words: Sequence[Any], env: Mapping[str, str], cwd: Path, columns: int) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, bytes((40, 0, columns, 0, 0, 0, 0, 0)))
        self.seen = b""
        self._program = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=dict(env), cwd=cwd, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one call, no lock
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        return self.seen.decode("utf-8", "replace").replace("\r\n", "\n")

    def expect(self, words: str) -> Talk:
        """Wait until the terminal showed ``words`` after all that was typed, on however many lines."""
        start, until = len(self.seen), time.monotonic() + PATIENCE
        while " ".join(words.split()) not in " ".join(self.seen[self._typed_at :].decode("utf-8", "replace").split()):
            assert self._read() and time.monotonic() < until, (words, self.text[start:], self.text)
        return self

    _typed_at = 0

    def type(self, line: str) -> Talk:
        self._typed_at = len(self.seen)
        os.write(self._master, line.encode() + b"\n")
        return self

    def press(self, key: str) -> Talk:
        """One key, without Enter."""
        self._typed_at = len(self.seen)
        os.write(self._master, key.encode())
        return self

    def press_until(self, key: str, words: str) -> Talk:
        """One key, and again each second until ``words`` are shown: a key that comes too soon is passed over."""
        self.press(key)
        while words not in self.text:
            if select.select([self._master], [], [], 1)[0]:
                assert self._read(), self.text
            else:
                os.write(self._master, key.encode())
        return self

    def resize(self, columns: int, lines: int = 40) -> Talk:
        """A window of another size, as its frame is pulled."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, bytes((lines, 0, columns, 0, 0, 0, 0, 0)))
        return self

    def hang_up(self) -> int:
        """Close the window; the exit code of what ran in it."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)
        return self._program.wait(PATIENCE)

    def kill(self) -> None:
        """No word more, as when the power goes."""
        self._program.kill()
        self._program.wait(PATIENCE)

    def interrupt(self) -> Talk:
        """Ctrl-C, as the terminal sends it."""
        os.write(self._master, b"\x03")
        return self

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self._read():
            pass
        assert FAULT not in self.text, self.text
        return self._program.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        assert ready, self.text
        try:
            block = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the terminal open any more
            return False
        self.seen += block
        return bool(block)


def today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def stop(program: subprocess.Popen[bytes], with_signal: signal.Signals) -> Run:
    """Send a signal to a command that runs beside the test, and wait for its end."""
    if program.poll() is None:
        os.killpg(program.pid, with_signal)
    out, err = program.communicate(timeout=PATIENCE)
    return Run(program.returncode, out, err)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop on which nothing is yet."""
    return Laptop(tmp_path / "laptop")


@pytest.fixture
def archive(laptop: Laptop) -> Laptop:
    """A laptop with a new archive."""
    return laptop.found()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A laptop with an archive, a case, a person and a text; for tests that change nothing in it."""
    laptop = Laptop(tmp_path_factory.mktemp("shared") / "laptop").found()
    case = laptop.case()
    laptop.person(case)
    laptop.add(laptop.file("notes.txt", "The gate was open at noon.\n"), "--case", case)
    return laptop


@pytest.fixture(scope="session")
def interrupt() -> Callable[[subprocess.Popen[bytes], signal.Signals], Run]:
    return stop


# --- files made in code ---


def picture(kind: str, colour: tuple[int, int, int] = (90, 120, 160), **settings: Any) -> bytes:
    """A small picture; JPEGs carry who took it, with what and when."""
    image, out = Image.new("RGB", (48, 32), colour), io.BytesIO()
    image.putpixel((3, 3), (250, 10, 10))
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010F], exif[0x0110], exif[0x013B] = "Canary Camera Works", "Serial 0417-CANARY", "Orest Kovalchuk"
        settings = {"exif": exif, "comment": b"canary comment", **settings}
    image.save(out, kind, **settings)
    return out.getvalue()


def paper(text: str = "The court has ruled.") -> bytes:
    """A PDF of one page with a text, an author and a title."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Author (Canary Author) /Title (Canary Paper) >>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return data + b"xref\n0 7\n0000000000 65535 f \n" + table + end


@pytest.fixture(scope="session")
def pictures() -> Callable[..., bytes]:
    return picture


@pytest.fixture(scope="session")
def papers() -> Callable[..., bytes]:
    return paper
