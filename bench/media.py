"""Cleaning films and sound, beside ``ffmpeg -c copy`` and mat2, in one run.

    python bench/media.py               two films and two sounds of 100 MB, three rounds
    python bench/media.py --small       a tenth of that, one round
    python bench/media.py --large 20    one film of so many GB through ``archive add``: time and memory

Ours: each file in a sandbox, packets copied by libav, tags and notes inside packets gone, and looked at again by a
second process. ``ffmpeg -map_metadata -1 -c copy`` copies packets and keeps what stands inside them; mat2 does the same
by running ffmpeg. None of the two looks again. The ways take turns; the table gives medians by the clock.

``--large`` writes the film and the archive into the folder of temporary files (TMPDIR): twice its size is needed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.scrub.clean import Cleaner

ARCHIVE = [sys.executable, str(Path(__file__).parent.parent / "cli.py")]
TAGS = ["-metadata", "title=Weir", "-metadata", "location=+50.4501+030.5234/", "-metadata", "artist=Heron"]
NOISE = "nullsrc=size=640x480:rate=25,geq=random(1)*255:128:128"
SOUND = ["-f", "lavfi", "-i", "anoisesrc=r=48000"]
KINDS = {
    "film.mp4": ["-f", "lavfi", "-i", NOISE, *SOUND, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "8"],
    "film.mkv": ["-f", "lavfi", "-i", NOISE, *SOUND, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "8"],
    "sound.flac": SOUND,
    "sound.wav": SOUND,
}
Way = Callable[[Path, Path], None]


def recording(folder: Path, name: str, size: int) -> Path:
    """A file of about so many bytes; a film is two seconds of noise, again and again."""
    piece, whole = folder / f"piece-{name}", folder / name
    if name.startswith("sound"):
        run("ffmpeg", "-y", *KINDS[name], *TAGS, "-fs", str(size), whole)
        return whole
    run("ffmpeg", "-y", *KINDS[name], "-t", "2", *TAGS, piece)
    times = str(size // piece.stat().st_size)
    run("ffmpeg", "-y", "-stream_loop", times, "-i", piece, "-map_metadata", "0", "-c", "copy", whole)
    piece.unlink()
    return whole


def ours(file: Path, out: Path) -> None:
    """In the sandbox, as ``archive add`` does it with what is large: cleaned by one process, looked at by another."""
    with Cleaner() as cleaner, file.open("rb") as source, (out / file.name).open("wb") as target:
        for block in cleaner.pass_through(lambda: nullcontext(source.fileno()), file.stat().st_size):
            target.write(block)


def by_ffmpeg(file: Path, out: Path) -> None:
    """Packets copied without tags."""
    run("ffmpeg", "-i", file, "-map", "0", "-map_metadata", "-1", "-map_chapters", "-1", "-c", "copy", out / file.name)


def by_mat2(file: Path, out: Path) -> None:
    """It writes beside its input; Matroska it does not know."""
    run("mat2", shutil.copy(file, out))


def run(*command: str | Path) -> None:
    """A command that has to succeed, in silence."""
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


WAYS: dict[str, Way] = {"ours, in the sandbox": ours, "ffmpeg -c copy": by_ffmpeg, "mat2": by_mat2}


def once(way: Way, file: Path) -> float | None:
    """Seconds by the clock; None where this tool does not know the kind of file."""
    if way is by_mat2 and file.suffix == ".mkv":
        return None
    with tempfile.TemporaryDirectory() as folder:
        os.sync()
        began = time.perf_counter()
        way(file, Path(folder))
        return time.perf_counter() - began


def table(small: bool) -> None:
    """The ways, beside each other."""
    size = 10_000_000 if small else 100_000_000
    with tempfile.TemporaryDirectory() as folder:
        files = [recording(Path(folder), name, size) for name in KINDS]
        took: dict[tuple[str, str], list[float | None]] = {}
        for _ in range(1 if small else 3):
            for name, way in WAYS.items():
                for file in files:
                    took.setdefault((name, file.name), []).append(once(way, file))
        print(
            f"\n{', '.join(f'{one.name} {one.stat().st_size / 1e6:.0f} MB' for one in files)}, {os.cpu_count()} cores\n"
        )
        print(f"| seconds | {' | '.join(KINDS)} |\n| --- |{' ---: |' * len(KINDS)}")
        for name in WAYS:
            walls = [[one for one in took[name, kind] if one is not None] for kind in KINDS]
            print(f"| {name} | {' | '.join(f'{median(one):.2f}' if one else '–' for one in walls)} |")


# --- one large film ---


def large(size: int) -> None:
    """``archive add`` of one film: how long, and the most memory that it and all it started held at one moment."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        film = recording(home, "film.mp4", size)
        (home / "passphrase").write_text("bench\n")
        where = ["--state", home / "state", "--passphrase-file", home / "passphrase"]
        run(*ARCHIVE, "init", home / "archive", "--collective", "Bench", "--kdf", "tests-only", *where)  # no 256 MiB
        began, most, largest = time.perf_counter(), 0, 0
        words = [*ARCHIVE, "add", film, "--archive", home / "archive", *where]
        adding = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL)
        while adding.poll() is None:
            now = [*held(adding.pid)]
            most, largest = max(most, sum(now)), max(largest, *now, 0)
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        if adding.returncode:
            sys.exit("archive add did not take the film in")
        came = film.stat().st_size / 1e6
        print(f"\n{came:,.0f} MB in {seconds:.0f} s: {came / seconds:.0f} MB/s")
        print(f"memory, most at one moment: all processes {most / 1e6:.0f} MB, largest {largest / 1e6:.0f} MB")


def held(pid: int) -> Iterator[int]:
    """Bytes of memory of a process and of each below it; what several share counts in parts."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has ended
        return
    yield next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
    for one in below:
        yield from held(int(one))


def main() -> None:
    """Print a table, or a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--large", type=int, metavar="GB")
    said = parser.parse_args()
    missing = [tool for tool in ("ffmpeg", "mat2") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"bench/media.py needs {', '.join(missing)}")
    if said.large:
        large(said.large * 10**9)
    else:
        table(said.small)


if __name__ == "__main__":
    main()
