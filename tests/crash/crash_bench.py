"""A computer on which commands are killed and starved at chosen system calls, put back as it was, and looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE = 300.0  # seconds until a command counts as hung: longer than any wait of the program's own (a lock: 60)
PASSPHRASE, OTHER = "seven herons over a frozen weir", "eight wrens below a thawing mill"
CANARY = "zaviriukha"  # stands in every title and file; nowhere on the disk but on the desk
CALLS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat",
    "mkdir",
    "mkdirat", "ftruncate", "link", "linkat",
)  # fmt: skip
PLACES = ("archive", "home", "desk")
IN_MEMORY = Path("/dev/shm/archive-dossier")  # noqa: S108 - where a dossier is drafted that will be locked
_LINE = re.compile(r"^(?P<call>\w+)\((?P<rest>.*)$")


@dataclass(frozen=True)
class Call:
    """One system call of a command: the how manyth of its name, and what strace wrote of it."""

    name: str
    number: int
    text: str


@dataclass(frozen=True)
class Run:
    """How a command ended, what it said, and the calls that were traced."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...] = ()
    injected: str = ""


@dataclass
class Bench:
    """One computer: desk, home, archive and state below ``root``."""

    root: Path
    server: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        for folder in (self.root, self.home, self.desk, self.root / "temporary"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.root / "passphrase").write_text(PASSPHRASE)
        (self.root / "passphrase-2").write_text(OTHER)
        self.server = subprocess.Popen(
            [sys.executable, str(HERE / "crash_server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip

    def close(self) -> None:
        assert self.server.stdin
        self.server.stdin.close()
        self.server.wait(PATIENCE)

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def desk(self) -> Path:
        return self.root / "desk"

    def environment(self, state: Path | None = None) -> dict[str, str]:
        return {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "TMPDIR": str(self.root / "temporary"),
            "ARCHIVE_DIR": str(self.archive), "ARCHIVE_STATE": str(state or self.state),
            "ARCHIVE_PASSPHRASE_FILE": str(self.root / "passphrase"),
        }  # fmt: skip

    # --- running ---

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self.server.stdin and self.server.stdout
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        answer: dict[str, Any] = json.loads(self.server.stdout.readline())
        return answer

    def _start(self, words: tuple[str, ...], state: Path | None = None, *, stop: bool = False) -> int:
        pid: int = self._ask(
            words=words, env=self.environment(state), cwd=str(self.desk), out=str(self.root / "out.txt"),
            err=str(self.root / "err.txt"), stop=stop,
        )["pid"]  # fmt: skip
        return pid

    def _end(self, pid: int, calls: tuple[Call, ...] = ()) -> Run:
        code = self._ask(wait=pid)["code"]
        out, err = ((self.root / name).read_text("utf-8", "replace") for name in ("out.txt", "err.txt"))
        return Run(code, out, err, calls)

    def run(self, *words: str, state: Path | None = None) -> Run:
        """The command, undisturbed."""
        return self._end(self._start(words, state))

    def ask(self, *words: str, state: Path | None = None) -> Any:
        """Its answer as JSON."""
        done = self.run(*words, "--json", state=state)
        assert done.code == 0, done
        return json.loads(done.out)

    def killed_after(self, seconds: float, *words: str) -> Run:
        """The command, killed after a while together with what it started."""
        pid = self._start(words)
        time.sleep(seconds)
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # so early that it is not yet a group of its own
            os.kill(pid, signal.SIGKILL)
        return self._end(pid)

    def traced(self, *words: str, inject: str = "", also: str = "") -> Run:
        """The command with strace attached to its main thread; ``inject`` as strace takes it."""
        log = self.root / "strace.log"
        pid = self._start(words, stop=True)
        trace = ["strace", "-p", str(pid), "-o", str(log), "-y", "-s", "0", "-e", f"trace={','.join(CALLS)}{also}"]
        trace += ["-e", "signal=none", *(["-e", f"inject={inject}"] if inject else [])]
        strace = subprocess.Popen(trace, stderr=subprocess.PIPE, text=True)
        assert strace.stderr
        line = strace.stderr.readline()
        assert "attached" in line, line
        os.kill(pid, signal.SIGCONT)
        try:
            strace.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            told = self._hung(pid)
            os.kill(pid, signal.SIGKILL)
            strace.communicate()
            raise AssertionError(f"hung, {inject}: {told}") from None
        text = log.read_text("utf-8", "replace")
        calls = tuple(_calls(text))
        run = self._end(pid, calls)
        injected = next((call.text for call in calls if "(INJECTED)" in call.text), "")
        if run.code == -signal.SIGKILL:
            injected = calls[-1].text
        return replace(run, injected=injected)

    def _hung(self, pid: int) -> str:
        """Where a command hangs: as the kernel says, its last call, and the lines of Python it is at."""
        os.kill(pid, signal.SIGUSR1)  # see crash_server.py
        time.sleep(2)
        kernel = [Path(f"/proc/{pid}/{name}") for name in ("wchan", "syscall", "stack", "status")]
        last = (self.root / "strace.log").read_text("utf-8", "replace")[-300:]
        said = (self.root / "err.txt").read_text("utf-8", "replace")
        return "\n".join([*(_readable(path) for path in kernel), last, said])

    # --- looking ---

    def look(self) -> dict[str, Any]:
        """What the next command finds; see ``crash_witness.py``."""
        out = self.root / "look.json"
        told = {"root": str(self.archive), "state": str(self.state), "passphrases": [PASSPHRASE, OTHER]}
        pid = self._ask(look=told, out=str(out))["pid"]
        assert self._ask(wait=pid)["code"] == 0, "the archive could not be opened: see standard error"
        found: dict[str, Any] = json.loads(out.read_text())
        return found

    def touches(self, text: str) -> bool:
        """Whether a call has to do with archive or state, with a stick that the archive is copied to, or a dossier."""
        places = (self.archive, self.home, self.root / "stick", self.root / "dossier", IN_MEMORY)
        return any(str(place) in text for place in places)

    def leftovers(self) -> list[str]:
        """Unfinished files in archive, state and the temporary folder."""
        begun = [*self.archive.rglob(".tmp-*"), *self.state.rglob(".tmp-*"), *(self.root / "temporary").rglob("*")]
        return [str(path.relative_to(self.root)) for path in begun]

    def plaintext(self) -> list[str]:
        """Files outside the desk in which the canary stands, or in whose name it does."""
        places = (self.archive, self.home, self.root / "temporary")
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        canary = CANARY.encode()
        return [str(path) for path in files if CANARY in path.name or canary in path.read_bytes().lower()]

    # --- putting back ---

    def keep(self, name: str) -> None:
        """Keeps archive, state and the files on the desk as they are now."""
        for place in PLACES:
            if (self.root / place).exists():
                shutil.copytree(self.root / place, self.root / "kept" / name / place)

    def restore(self, name: str) -> None:
        """Puts all back as it was kept; what did not change stays, with its inode, as on a real disk."""
        for place in PLACES:
            _mirror(self.root / "kept" / name / place, self.root / place)
        for path in self.made():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def changed(self, name: str) -> bool:
        """Whether anything is not to the byte as it was kept."""
        kept = self.root / "kept" / name
        return bool(self.made()) or not all(_same(kept / place, self.root / place) for place in PLACES)

    def made(self) -> list[Path]:
        """What commands wrote elsewhere: dossiers and their drafts, lines, letters, sticks, temporary files."""
        named = ("*dossier*", "*lines.jsonl*", "letters", "stick", "temporary/*")
        return [path for pattern in named for path in self.root.glob(pattern)]


def _readable(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        return str(error)


def _mirror(source: Path, target: Path) -> None:
    if not source.exists():
        shutil.rmtree(target, ignore_errors=True)
        return
    target.mkdir(exist_ok=True)
    kept = {path.name: path for path in source.iterdir()}
    for path in target.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path)
        elif not path.is_dir() and not (path.name in kept and _same(kept[path.name], path)):
            path.unlink()
    for name, path in kept.items():
        if path.is_dir():
            _mirror(path, target / name)
        elif not (target / name).exists():
            shutil.copy2(path, target / name)


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes, or two folders the same files; so do two that are not there."""
    if one.is_dir() and other.is_dir():
        names = sorted(path.name for path in one.iterdir())
        return names == sorted(path.name for path in other.iterdir()) and all(
            _same(one / name, other / name) for name in names
        )
    if one.is_file() and other.is_file():
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    return not one.exists() and not other.exists()


def _calls(text: str) -> Iterator[Call]:
    counts: dict[str, int] = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        if found and found["call"] in CALLS:
            counts[found["call"]] = counts.get(found["call"], 0) + 1
            yield Call(found["call"], counts[found["call"]], line)
