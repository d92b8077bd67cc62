"""Runs ``archive`` in forks of one process that has loaded everything: a command starts in milliseconds.

Takes one JSON request a line on standard input and answers with one line. ``{"words": […], "env": {…}, "cwd": …,
"out": …, "err": …, "stop": true}`` forks the real program; with ``stop`` it waits for SIGCONT before it begins, so that
strace can attach first. ``{"look": {…}, "out": …}`` forks a look at an archive (``crash_witness.py``). Both answer
``{"pid": n}``, and ``{"wait": n}`` answers ``{"code": n}``, negative for a signal.
"""

from __future__ import annotations

import ctypes
import faulthandler
import importlib
import json
import os
import pkgutil
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import crash_witness

import archive
import cli

_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)  # lets strace attach where only parents may
_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """So that a test run that is stopped leaves no process behind, not even one that waits for strace."""
    ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _load_everything() -> None:
    for module in pkgutil.walk_packages(archive.__path__, "archive."):
        importlib.import_module(module.name)
    sys.dont_write_bytecode = True  # from here on: the first run of a command would have calls that no other has


def _program(request: dict[str, Any]) -> int:
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    for number, path in enumerate(("/dev/null", request["out"], request["err"])):
        descriptor = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)  # the server has read from its own, as a program that just began has not
    sys.argv = ["archive", *request["words"]]
    faulthandler.register(signal.SIGUSR1)  # a command that hangs is asked where
    if request.get("stop"):
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _look(request: dict[str, Any]) -> int:
    Path(request["out"]).write_text(json.dumps(crash_witness.look(**request["look"])))
    return 0


def _fork(request: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 99  # of a look that failed; its traceback is on the server's standard error
    try:
        os.setsid()
        _end_with_parent()
        code = _program(request) if "words" in request else _look(request)
    except Exception:  # noqa: BLE001  whatever it is, it is told and the fork ends
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def main() -> None:
    """Serve until standard input ends."""
    _end_with_parent()
    _load_everything()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = {"code": os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])}
        else:
            answer = {"pid": _fork(request)}
            if request.get("stop"):
                os.waitpid(answer["pid"], os.WUNTRACED)  # until it waits: SIGCONT must not come before SIGSTOP
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
