"""The wheel as people get it: built offline, installed into a clean environment, run from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("archive", "schemas", "cli.py", "pyproject.toml", "README.md", "LICENSE")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")

pytestmark = pytest.mark.xdist_group("wheel")  # one worker builds it once


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that has to succeed, with a home of its own."""
    environment = {"PATH": os.defpath, "HOME": str(cwd), "XDG_DATA_HOME": str(cwd / "data"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy)
    run(*PIP, "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", "out", ".", cwd=copy)
    (built,) = (copy / "out").glob("case_archive-*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``archive`` in a fresh environment, which borrows only the locked dependencies from this one."""
    fresh = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=fresh)
    python = fresh / "env" / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=fresh)
    (packages,) = (fresh / "env" / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    code = "import archive, cli, schemas; print(archive.__file__, cli.__file__, schemas.__file__)"
    where = run(python, "-c", code, cwd=fresh)
    assert all(path.startswith(str(packages)) for path in where.split()), "the checkout was used, not the wheel"
    return fresh / "env" / "bin" / "archive"


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    """Code, vocabularies, styles, pictures and schemas: what the checkout reads, the wheel has; and the licence."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for folder in ("archive", "schemas")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours | {"cli.py"} == {name for name in packed if ".dist-info/" not in name}
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in packed)


def test_the_installed_command_tells_version_and_help(wheel: Path, command: Path, tmp_path: Path) -> None:
    """From any folder, and the version is the one it was packed as."""
    assert run(command, "--version", cwd=tmp_path).split()[-1] == wheel.name.split("-")[1]
    assert "demo" in run(command, "--help", cwd=tmp_path)


def test_the_installed_command_does_the_main_job(command: Path, tmp_path: Path) -> None:
    """``archive demo`` ends with a dossier, and writes nowhere but where it was told."""
    run(command, "demo", "there", cwd=tmp_path)
    assert list((tmp_path / "there").rglob("dossier.html"))
    assert [made.name for made in tmp_path.iterdir()] == ["there"]
