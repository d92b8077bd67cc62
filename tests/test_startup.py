"""Starting is quick and harmless: asking for the version or for help loads no cryptography, database or parser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "nacl",
    "PIL",
    "exifread",
    "sqlcipher3",
    "pikepdf",
    "pypdfium2",
    "lxml",
    "phonenumbers",
    "stdnum",
    "shamir_mnemonic",
}
LOADED = """
import sys, cli
try:
    cli.main()
except SystemExit as end:
    code = end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_nothing_heavy(option: str) -> None:
    """No library that parses, decrypts or stores is loaded before a command needs it."""
    done = subprocess.run([sys.executable, "-c", LOADED, option], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert HEAVY.isdisjoint(done.stderr.split())


def cpu_seconds(code: str, *arguments: str) -> float:
    """User and system time of one Python process."""
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime


def test_version_costs_little_more_than_importing_typer() -> None:
    """At most 2.5 times the CPU time of ``import typer``, each the least of nine alternated runs (other load adds)."""
    cpu_seconds("import cli; cli.main()", "--version")  # writes the byte code once
    runs = [(cpu_seconds("import typer"), cpu_seconds("import cli; cli.main()", "--version")) for _ in range(9)]
    typer, version = (min(times) for times in zip(*runs, strict=True))
    assert version <= 2.5 * typer, f"--version {version * 1000:.0f} ms, import typer {typer * 1000:.0f} ms"
