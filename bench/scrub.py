"""Cleaning photos of 12 megapixels, beside the tools people use for it, in one run.

    python bench/scrub.py               300 photos, three rounds
    python bench/scrub.py --photos 60   as many as that: of few, starting is the larger part
    python bench/scrub.py --small       10 photos, one round

Ours: in the sandbox as ``archive add`` does it, on all cores, with the second look, each clean file written to disk.
The others: ``exiftool -all=`` on all files at once, ``mat2`` on all files and on one after the other, and Pillow
opening and saving anew. The ways take turns; the table gives medians, and how many times as fast ours is.

Each photo is half smooth and half noise (3 MB) with the EXIF block of the demo's photo.
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
from archive.errors import UncleanError
from archive.scrub.clean import Cleaner

SIZE = (4000, 3000)
FEW = 6
"""So many photos a slow way cleans in a round; its figures are for one photo all the same."""
Way = Callable[[list[Path], Path], None]


def photos(folder: Path, count: int) -> list[Path]:
    """``count`` different JPEGs."""
    dirty = demo_files.photo()
    exif = dirty[2 : 4 + int.from_bytes(dirty[4:6])]
    smooth, made = Image.radial_gradient("L").resize(SIZE), []
    for number in range(count):
        noise = Image.effect_noise(SIZE, 12)
        file = io.BytesIO()
        Image.merge("RGB", (noise, smooth.rotate(number), noise)).save(file, "JPEG", quality=88)
        made.append(folder / f"{number:03}.jpg")
        made[-1].write_bytes(file.getvalue()[:2] + exif + file.getvalue()[2:])
    return made


def ours(files: list[Path], out: Path) -> None:
    """In the sandbox."""
    with Cleaner() as cleaner:
        cleaned = cleaner.clean_all(((path.name, path.read_bytes()) for path in files), lambda one: one)
        for path, one in zip(files, cleaned, strict=True):
            assert not isinstance(one, UncleanError)
            write(out / path.name, one.data)


def write(path: Path, data: bytes) -> None:
    """In pieces of 64 KiB, as the archive writes: some kernels take several times as long for one of 2 MiB."""
    with path.open("wb", buffering=0) as file, memoryview(data) as view:
        for start in range(0, len(data), 1 << 16):
            file.write(view[start : start + (1 << 16)])


def by_exiftool(files: list[Path], out: Path) -> None:
    """One process for all."""
    run("exiftool", "-q", "-all=", "-o", f"{out}/", *files)


def by_mat2(files: list[Path], out: Path) -> None:
    """One process for all; it writes beside its input."""
    copies = [Path(shutil.copy(path, out)) for path in files]
    run("mat2", *copies)


def by_mat2_each(files: list[Path], out: Path) -> None:
    """One process for each file."""
    for path in files:
        run("mat2", Path(shutil.copy(path, out)))


def by_pillow(files: list[Path], out: Path) -> None:
    """Decoded and encoded again, with a loss."""
    for path in files:
        with Image.open(path) as image:
            image.save(out / path.name, quality=92)


def run(*command: str | Path) -> None:
    """A command that has to succeed, in silence."""
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


WAYS: dict[str, tuple[Way, bool]] = {
    "ours, in the sandbox": (ours, False),
    "exiftool -all=, batch": (by_exiftool, False),
    "mat2, batch": (by_mat2, True),
    "mat2, one by one": (by_mat2_each, True),
    "Pillow, saved anew": (by_pillow, True),
}


def once(way: Way, files: list[Path]) -> float:
    """Seconds of one photo by the wall clock.

    As much as is going to be written is written before, and removed: a virtual machine gives memory that lies idle back
    to its host, and whoever is the first to need it again would pay for that.
    """
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder, "before")
        before.mkdir()
        for path in files:
            shutil.copy(path, before)
        os.sync()
        shutil.rmtree(before)
        os.sync()
        began = time.perf_counter()
        way(files, Path(folder))
        return (time.perf_counter() - began) / len(files)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--photos", type=int, default=300)
    said = parser.parse_args()
    small = said.small
    missing = [tool for tool in ("exiftool", "mat2") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"bench/scrub.py needs {', '.join(missing)}")
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        files = photos(Path(folder), 10 if small else said.photos)
        size = sum(path.stat().st_size for path in files) / len(files) / 1e6
        for _ in range(1 if small else 3):
            for name, (way, slow) in WAYS.items():
                took[name].append(once(way, files[:FEW] if slow else files))
    print(f"\n{len(files)} photos of 12 megapixels, {size:.1f} MB each, {os.cpu_count()} cores\n")
    print("| way | photos/s | MB/s | ours is faster by |\n| --- | ---: | ---: | ---: |")
    walls = {name: median(runs) for name, runs in took.items()}
    for name, wall in walls.items():
        print(f"| {name} | {1 / wall:.1f} | {size / wall:.0f} | {wall / walls['ours, in the sandbox']:.2f} |")


if __name__ == "__main__":
    main()
