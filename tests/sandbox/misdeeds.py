"""What each misdeed of a reader costs: one file, soon, for a reason that has a name.

Run as a program by test_escapes.py, as whatever user and behind whatever wall: it lets all of them happen inside the
sandbox, one after another, and prints what came of each.
"""

from __future__ import annotations

import json
import os
import sys

MISDEEDS = {
    "crash": "FAILED", "abort": "FAILED", "complain": "FAILED", "leave": "FAILED",
    "spin": "TIMEOUT", "swallow": "MEMORY", "talk": "TALKATIVE", "boast": "TALKATIVE",
    "mumble": "FAILED", "break_off": "FAILED", "bomb": "FAILED",
}  # fmt: skip
"""Each probe and the name of the reason in ``limits``; none of them waits for the clock on the wall."""


def main(wall: str) -> None:
    """Let each happen in a child of its own, and in one that reads several files; the next file has to be read."""
    from archive.errors import UncleanError
    from archive.sandbox import limits
    from archive.sandbox.limits import Limits
    from archive.sandbox.walls import Wall
    from archive.sandbox.worker import Worker

    names = {getattr(limits, name): name for name in (*MISDEEDS.values(), "TIMEOUT")}

    def outcome(worker: Worker, misdeed: str) -> str:
        try:
            return repr(worker.call(misdeed.encode(), b""))
        except UncleanError as error:
            return names.get(error.message, error.message)

    told, in_turn = {}, {}
    patient, hasty = Limits(answer=1 << 24, cpu=1, wall=60), Limits(answer=1 << 24, cpu=1, wall=3)
    with Worker("sandbox_probes:handle", patient, running=["sandbox_probes:in_turn"], walls=[Wall(wall)]) as worker:
        for misdeed in MISDEEDS:
            told[misdeed] = outcome(worker, misdeed)
            assert worker.call(b"echo", b"next") == b"next"
            if misdeed != "boast":  # in turn, there it is one more way to hang
                in_turn[misdeed] = worker.run(0, misdeed.encode(), bytes)
                assert worker.run(0, b"echo", bytes) == b"echo"
        flood = worker.call(b"flood", b"")
    with Worker("sandbox_probes:handle", hasty, walls=[Wall(wall)]) as worker:
        tries = (outcome(worker, "sleep") for _ in range(5))  # a busy machine may not even begin within three seconds
        told["sleep"] = next((one for one in tries if one == "TIMEOUT"), "never left for that reason")
    print(json.dumps({"uid": os.getuid(), "told": told, "in turn": in_turn, "flood": len(flood)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
