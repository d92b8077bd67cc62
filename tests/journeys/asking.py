"""Many commands one after another: one process imports the program and forks for each, as hundreds of starts would
take minutes.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .conftest import PATIENCE, PROGRAM, Run

DRIVER = """
import base64, json, os, pathlib, sys
sys.path.insert(0, sys.argv[1])
import cli, archive.commands.searching, archive.desk, archive.seal.keystore
from archive.language import across, inflect
across.sought("Abc")
for language in inflect.LANGUAGES:
    inflect.forms("abc", language)
folder, WRITE = pathlib.Path(sys.argv[2]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC
for number, (words, given) in enumerate(json.loads((folder / "asked").read_text())):
    (folder / "in").write_bytes(base64.b64decode(given))
    files = [str(folder / name) for name in ("in", f"{number}.out", f"{number}.err")]
    if not os.fork():
        for fd, (file, how) in enumerate(zip(files, (os.O_RDONLY, WRITE, WRITE))):
            os.dup2(os.open(file, how), fd)
        sys.argv = ["archive", *(os.fsdecode(base64.b64decode(word)) for word in words)]
        cli.main()
        os._exit(99)
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""
Command = tuple[tuple[bytes, ...], bytes]


class Asked:
    """Commands and what is given to each on standard input, to be run one after another."""

    def __init__(self, laptop: Any, folder: Path) -> None:
        self._laptop, self._folder = laptop, folder

    def run(self, commands: Sequence[Command], **env: str) -> Iterator[Run]:
        """How each ended."""
        plain = [([_text(word) for word in words], _text(given)) for words, given in commands]
        (self._folder / "asked").write_text(json.dumps(plain))
        done = subprocess.run(
            [sys.executable, "-c", DRIVER, str(Path(PROGRAM[1]).parent), str(self._folder)], capture_output=True,
            env=self._laptop.environment(env), cwd=self._laptop.desk, timeout=PATIENCE * 3, check=True,
        )  # fmt: skip
        codes = [int(code) for code in done.stdout.split()]
        assert len(codes) == len(commands), done
        for number, code in enumerate(codes):
            out, err = ((self._folder / f"{number}.{stream}").read_bytes() for stream in ("out", "err"))
            yield Run(code, out, err)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
