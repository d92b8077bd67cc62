"""Fixtures that tests of more than one room use."""

from __future__ import annotations

import importlib.util
import os
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
    path = Path(__file__).parent.parent / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def reads() -> bool:
    """Whether tesseract is here with the languages that pages are read in."""
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        return False
    return {"ukr", "rus", "ces", "eng"} <= set(listed.split())
