"""Fixtures that tests of more than one room use."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

if "FUZZ" not in os.environ:  # the same examples each time, however slow the machine: a verdict must not be chance
    settings.load_profile("ci")

os.environ["LC_ALL"] = "C.UTF-8"  # whoever's machine it is, the program speaks English here


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """``docs/generate.py`` as a module."""
    return _of_docs("generate")


@pytest.fixture(scope="session")
def messages() -> ModuleType:
    """``docs/messages.py`` as a module."""
    return _of_docs("messages")


def _of_docs(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent.parent / "docs" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips by name where strace is not, or may not look into a process."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs strace to be allowed to trace")


@pytest.fixture(scope="session")
def reads() -> bool:
    """Whether tesseract is here with the languages that pages are read in."""
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        return False
    return {"ukr", "rus", "ces", "eng"} <= set(listed.split())
