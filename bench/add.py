"""Taking in photos of 3 MB, beside what a careful user would run instead, in one run.

    python bench/add.py               200 photos, three rounds
    python bench/add.py --photos 1000 as many as that (five times their size is needed where temporary files lie)
    python bench/add.py --width 800   as messengers make them, of 270 kB
    python bench/add.py --small       20 photos, one round

Each photo is noise (so that nothing compresses) with the EXIF block of the demo's photo: GPS, serial number, thumbnail.
The others: ``exiftool -all=`` on the folder, then ``restic backup``, ``borg create``, or ``age`` on each file; and
``mat2`` on all of them, then ``age``. Making the archive or the repository is not counted, unlocking it is. The ways
take turns; the table gives medians in seconds by the clock and the archive's ratio to each, below 1 where the archive
is faster. Only the archive looks at every clean file again. Files of earlier turns are emptied, not removed: for
minutes after many were, ext4 looks for places of new ones that are not theirs, and takes up to a second for it.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from PIL import Image

from archive.commands import demo_files

ARCHIVE = [sys.executable, str(Path(__file__).parent.parent / "cli.py")]
WIDTH = 2700  # pixels of noise; at quality 80 three quarters as many rows make 3 MB
Way = Callable[[Path, Path], None]


def photos(folder: Path, count: int, width: int) -> None:
    """``count`` different JPEGs in ``folder``."""
    folder.mkdir()
    dirty = demo_files.photo()
    exif = dirty[2 : 4 + int.from_bytes(dirty[4:6])]
    for number in range(count):
        file = io.BytesIO()
        Image.effect_noise((width, width * 3 // 4), 60).convert("RGB").save(file, "JPEG", quality=80)
        (folder / f"{number:04}.jpg").write_bytes(file.getvalue()[:2] + exif + file.getvalue()[2:])


def run(*command: str | Path, **environment: str) -> None:
    """A command that has to succeed, in silence."""
    words, told = [str(word) for word in command], os.environ | environment
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=told)  # on a terminal some ask


def by_archive(home: Path, work: Path) -> None:
    """``archive add`` of the folder."""
    run(*ARCHIVE, "add", "--recursive", work, *_where(home))


def by_restic(home: Path, work: Path) -> None:
    """Clean in place, then back up."""
    run("exiftool", "-q", "-overwrite_original", "-all=", work)
    run(
        "restic",
        "-r",
        home / "restic",
        "backup",
        "--quiet",
        work,
        RESTIC_PASSWORD="bench",
        RESTIC_CACHE_DIR=str(home / "cache"),
    )


def by_borg(home: Path, work: Path) -> None:
    """Clean in place, then back up."""
    run("exiftool", "-q", "-overwrite_original", "-all=", work)
    run("borg", "create", f"{home / 'borg'}::one", work, **_borg(home))


def by_age(home: Path, work: Path) -> None:
    """Clean in place, then encrypt one by one."""
    run("exiftool", "-q", "-overwrite_original", "-all=", work)
    _encrypt(home, work)


def by_mat2(home: Path, work: Path) -> None:
    """Clean in place with mat2, then encrypt one by one."""
    run("mat2", "--inplace", *sorted(work.iterdir()))
    _encrypt(home, work)


def _encrypt(home: Path, work: Path) -> None:
    for path in sorted(work.iterdir()):
        run("age", "-R", home / "key.pub", "-o", home / "age" / f"{path.name}.age", path)


def _borg(home: Path) -> dict[str, str]:
    return {"BORG_PASSPHRASE": "bench", "BORG_BASE_DIR": str(home)}


def prepare(home: Path) -> None:
    """An archive, a repository and a key."""
    (home / "passphrase").write_text("bench\n")
    run(*ARCHIVE, "init", home / "archive", "--collective", "Bench", *_where(home)[2:])
    run("restic", "-r", home / "restic", "init", RESTIC_PASSWORD="bench", RESTIC_CACHE_DIR=str(home / "cache"))
    run("borg", "init", "-e", "repokey", home / "borg", **_borg(home))
    run("age-keygen", "-o", home / "key")
    public = subprocess.run(["age-keygen", "-y", home / "key"], check=True, capture_output=True).stdout
    (home / "key.pub").write_bytes(public)
    (home / "age").mkdir()


def _where(home: Path) -> list[str]:
    return [
        "--archive", str(home / "archive"), "--state", str(home / "state"),
        "--passphrase-file", str(home / "passphrase"),
    ]  # fmt: skip


def once(way: Way, source: Path, home: Path) -> float:
    """Wall seconds of one way on a fresh copy of the photos, in a new folder, of which nothing but names stays."""
    work = home / "photos"
    home.mkdir()
    shutil.copytree(source, work)
    prepare(home)
    os.sync()
    began = time.perf_counter()
    way(home, work)
    took = time.perf_counter() - began
    for path in home.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            os.truncate(path, 0)
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--width", type=int, default=WIDTH)
    said = parser.parse_args()
    small = said.small
    missing = [tool for tool in ("exiftool", "restic", "borg", "age", "mat2") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"bench/add.py needs {', '.join(missing)}")
    ways: dict[str, Way] = {
        "archive add": by_archive, "exiftool + restic": by_restic, "exiftool + borg": by_borg,
        "exiftool + age": by_age, "mat2 + age": by_mat2,
    }  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in ways}
    count = 20 if small else said.photos
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        photos(source, count, said.width)
        total = sum(path.stat().st_size for path in source.iterdir())
        for turn in range(1 if small else 3):
            for name, way in ways.items():
                took[name].append(once(way, source, Path(folder, f"{turn} {name}")))
    print(f"\n{count} photos, {total / 1e6:.0f} MB, {os.cpu_count()} cores\n")
    print("| way | wall s | photos/s | archive / this |\n| --- | ---: | ---: | ---: |")
    walls = {name: median(runs) for name, runs in took.items()}
    for name, wall in walls.items():
        print(f"| {name} | {wall:.2f} | {count / wall:.0f} | {walls['archive add'] / wall:.2f} |")


if __name__ == "__main__":
    main()
