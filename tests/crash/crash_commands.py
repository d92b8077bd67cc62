"""The commands that are killed and starved: what each is run on, when it is done, what may be in between."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from crash_bench import CANARY, OTHER, PASSPHRASE, Bench
from PIL import Image, ImageDraw, ImageFont

Look = dict[str, Any]
Done = Callable[[Look, Look], bool]


@dataclass(frozen=True)
class Command:
    """``words`` with ``{}`` for things of the bench. ``done`` holds a look before and one after against each other.

    ``steps`` are the numbers of entries that it may have written when it stopped in between,
    beside all of them. ``again`` are exit codes
    with which the same command may end afterwards, beside 0, since there is nothing left to do.
    """

    name: str
    words: tuple[str, ...]
    done: Done
    steps: tuple[int, ...] = (0,)
    again: tuple[int, ...] = ()
    kept: str = "filled"


def entries(before: Look, after: Look, kind: str) -> list[Any]:
    """What is new of a kind: title and files of each."""
    new = after.get("entries", {}).keys() - before.get("entries", {}).keys()
    return [after["entries"][name] for name in new if after["entries"][name][0] == kind]


def _adds(kind: str, count: int = 1) -> Done:
    return lambda before, after: len(entries(before, after, kind)) >= count


def _added(count: int) -> Done:
    """All files are in, byte by byte."""

    def done(before: Look, after: Look) -> bool:
        new = {digest for entry in entries(before, after, "testimony") for digest in entry[2].values()}
        return new >= {sha256(text(number)).hexdigest() for number in range(100, 100 + count)}

    return done


def _is_titled(_before: Look, after: Look) -> bool:
    return any(after["entries"][name][1] == f"another {CANARY}" for name in after["heads"])


def _is_shredded(before: Look, after: Look) -> bool:
    return before["entries"].keys() - after["entries"].keys() == {before["doomed"]}


AGE_KEY = "age15zz5jrfj7m06um4thala5l2y6h3umsnrzgjpm6xy5xcgu00mgcwscpptk5"  # of nobody
INTERVIEW = {
    "language": "uk", "keep": True, "told_before": False, "sentence": f"new {CANARY}", "date": "2024", "place": "Lakes",
    "where": "unknown", "uses": {"purposes": ["statistics"]}, "acts": ["arrest"],
}  # fmt: skip
COMMANDS = (
    Command("init", ("init", "{archive}", "--collective", "Weir", "--kdf", "tests-only"),
            lambda _, after: after.get("collective") == "Weir", again=(15,), kept="nothing"),
    Command("add 1 file", ("add", "{desk}/100.txt"), _added(1)),
    Command("add 20 files", ("add", *(f"{{desk}}/{number}.txt" for number in range(100, 120))), _added(20),
    steps=tuple(range(21))),
    Command("add --move", ("add", *(f"{{desk}}/{number}.txt" for number in range(100, 103)), "--move", "--yes"),
            _added(3), steps=tuple(range(4)), again=(3, 14)),
    Command("add --keep-original", ("add", "{desk}/0.txt", "--keep-original"), _adds("testimony")),
    Command("add --unclean", ("add", "{desk}/tape.bin", "--unclean"), _adds("document")),
    Command("import", ("import", "{desk}/list.jsonl", "--format", "jsonl"),
            lambda before, after: all(entries(before, after, kind) for kind in ("case", "person", "testimony")),
            steps=(0, 1, 2)),
    Command("import of every kind", ("import", "{desk}/kinds.jsonl", "--format", "jsonl"),
            lambda before, after: all(entries(before, after, kind) for kind in ("act", "role", "source", "consent")),
            steps=tuple(range(8))),
    Command("collective set", ("collective", "set", "--originals", "keep"), _adds("collective")),
    Command("case new", ("case", "new", f"new {CANARY}"), _adds("case")),
    Command("consent record", ("consent", "record", "{person}", "--language", "uk", "--purpose", "keep"),
    _adds("consent")),
    Command("intake", ("intake", "--from-json", "{desk}/interview.json"), _adds("consent", 2)),
    Command("person new", ("person", "new", "Plover", "--case", "{case}"), _adds("person")),
    Command("person name", ("person", "name", "{person}", "--language", "cs", "--given", "Taras"), _adds("identity")),
    Command("person merge", ("person", "merge", "{person}", "{twin}", "--yes"), _adds("person", 2)),
    Command("review", ("review", "--from-json", "{desk}/review.json"), _adds("person")),
    Command("triage", ("triage", "--from-json", "{desk}/triage.json"), _adds("testimony"), again=(2,)),
    Command("act new", ("act", "new", "--person", "{person}", "--type", "arrest"), _adds("act")),
    Command("role add", ("role", "add", "{act}", "{person}", "--as", "affected"), _adds("role")),
    Command("proceeding new", ("proceeding", "new", "--person", "{person}", "--court", "Weir court"),
            _adds("proceeding")),
    Command("paper add", ("paper", "add", "{person}", "--type", "passport"), _adds("paper")),
    Command("step new", ("step", "new", "--type", "complaint", "--for", "{person}"), _adds("step")),
    Command("step answer", ("step", "answer", "{step}", "--text", f"said {CANARY}"), _adds("step")),
    Command("source new", ("source", "new", "--publication", "The Weir"), _adds("source")),
    Command("capture new", ("capture", "new", "https://example.org/weir"), _adds("capture")),
    Command("recipient add", ("recipient", "add", "Office", "--type", "lawyer"), _adds("recipient")),
    Command("redact --show", ("redact", "{file}", "--show", "Heron"), _adds("case")),
    Command("redact --box", ("redact", "--box", "{photo}:B2-C3"), _adds("photo")),
    Command("redact --faces", ("redact", "--faces", "{photo}:none"), _adds("photo")),
    Command("get --original", ("get", "{photo}", "--original", "-o", "-"), _adds("custody")),
    Command("consent withdraw", ("consent", "withdraw", "{person}", "--letters", "{root}/letters"), _adds("consent")),
    Command("vocabulary add", ("vocabulary", "add", "acts", "o-new", "--label", "en=New"), _adds("term"), again=(15,)),
    Command("edit", ("edit", "{case}", "--set", f"title=another {CANARY}"), _is_titled),
    Command("rm", ("rm", "{file}", "--yes"), lambda before, after: before["doomed"] in after["binned"], again=(17,)),
    Command("undo", ("undo",), _adds("deed"), again=(1,)),
    Command("shred", ("shred", "{file}", "--yes"), _is_shredded, again=(17,)),
    Command("rotate", ("rotate",), lambda before, after: after["epochs"] > before["epochs"]),
    Command("rotate --reencrypt", ("rotate", "--reencrypt", "--yes"),
            lambda before, after: after["epochs"] > before["epochs"], steps=tuple(range(60))),
    Command("index rebuild", ("index", "rebuild"), lambda before, after: True),
    Command("export", ("export", "{case}", "-o", "{root}/dossier", "--plain", "--partial"), _adds("dossier"),
            again=(15,)),
    Command("export as a signed zip", ("export", "{case}", "-o", "{root}/dossier.zip", "--sign", "--plain", "--partial",
            "--no-pdf"), _adds("dossier"), again=(15,)),
    Command("export for a key", ("export", "{case}", "-o", "{root}/dossier", "--recipient", AGE_KEY, "--partial",
            "--no-pdf"), _adds("dossier"), again=(15,)),
    Command("identity passphrase",
            ("identity", "passphrase", "--new-passphrase-file", "{root}/passphrase-2", "--kdf", "tests-only"),
            lambda _, after: after["passphrase"] == OTHER, again=(12,)),
    Command("member add", ("member", "add", "--words", "{words}"),
            lambda before, after: after["members"] == before["members"] + 1, again=(1, 17)),
    Command("member role", ("member", "role", "M2", "admin", "--yes"),
            lambda before, after: after["admins"] == before["admins"] + 1, again=(15,)),
    Command("recovery split", ("recovery", "split", "--threshold", "2", "--shares", "3", "--yes"), _adds("recovery"),
            steps=(0, 1)),
    Command("collective add", ("collective", "add", "Mill"),
            lambda _, after: sorted(after["collectives"]) == ["Mill", "Weir"], again=(15,)),
    Command("show --capture", ("show", "{photo}", "--capture"), _adds("custody")),
    Command("answer", ("answer", "{step}", "--text", f"said {CANARY}"), _adds("step")),
    Command("resolve", ("resolve", "{torn}", "--take", "1"),
            lambda before, after: len(after["heads"]) == len(before["heads"]) - 1, again=(2, 15, 17)),
    Command("export of a single hit waived", ("export", "{sign}", "-o", "{root}/dossier", "--yes", "--no-pdf",
            "--waive", "{waiver}"), _adds("dossier"), again=(15,)),
    Command("export as lines", ("export", "--format", "jsonl", "-o", "{root}/lines.jsonl", "--yes"),
            _adds("custody"), again=(15,)),
    Command("sync", ("sync", "{root}/stick", "--yes"), lambda _, after: after["stick"]),
    Command("join", ("join", "{archive}", "--state", "{root}/home/dora", "--kdf", "tests-only"),
            lambda before, after: after["requests"] == before["requests"] + 1),
    Command("device remove", ("device", "remove", "{device}", "--yes"),
            lambda before, after: after["devices"] == before["devices"] - 1, again=(17,)),
    Command("incident", ("incident", "seized", "--device", "{device}", "--was-on", "--yes"),
            lambda before, after: after["devices"] == before["devices"] - 1, steps=tuple(range(4)), again=(17,)),
    Command("recovery drill", ("recovery", "drill", "--from", "{desk}/shares.txt"), _adds("recovery")),
    Command("recovery combine",
            ("recovery", "combine", "--state", "{root}/home/dora", "--from", "{desk}/shares.txt", "--kdf",
             "tests-only"),
            lambda before, after: after["admins"] > before["admins"], again=(15,)),
    Command("member remove", ("member", "remove", "M2", "--yes"),
            lambda before, after: after["members"] == before["members"] - 1, again=(17,)),
)  # fmt: skip


READS = frozenset({
    "case list", "case show", "search", "open", "status", "timeline", "stats", "person show", "consent list",
    "vocabulary list", "recipient list", "recipient show", "profile list", "profile show", "profile check",
    "template list", "template show", "template check", "verify", "identity show", "member list", "device list",
    "collective list", "collective show", "recovery show", "completion show", "check", "log",
})  # fmt: skip
"""Commands that write nothing into an archive; ``check`` mends by what the index and the journal do when they open."""
ELSEWHERE = {
    "demo": "the commands of a whole archive, one after another",
    "shell": "whatever is typed into it",
    "completion install": "settings of the person's own shell, outside",
    "identity new": "the key before there is an archive; the same file as identity passphrase",
    "member settle": "needs a dispute: tests/seal/test_trust_rules.py, and the golden archive of one",
    "wipe": "destroys this computer's key and state, so nothing may be left to look with: tests/journeys/test_wipe.py",
}
"""Commands that write, but have no row for a reason."""

LINES = (
    {"kind": "case", "label": "c", "title": f"listed {CANARY}"},
    {"kind": "person", "pseudonym": "Wren", "case": "@c"},
    {"file": "100.txt", "case": "@c"},
)


KINDS = (
    {"kind": "person", "label": "p", "pseudonym": "Wren"},
    {"kind": "act", "label": "a", "type": "arrest", "person": "@p"},
    {"kind": "role", "act": "@a", "person": "@p", "role": "affected"},
    {"kind": "source", "publication": "The Weir"},
    {
        "kind": "consent",
        "person": "@p",
        "given_by": "self",
        "purposes": ["keep"],
        "method": "witnessed",
        "language": "uk",
        "given_at": "2026-11-20",
        "risks_explained": True,
    },
)


def text(number: int) -> bytes:
    """The content of one of the files on the desk."""
    letters = "".join(random.Random(number).choices("abcdefgh ", k=400))
    return f"Heron number {number} stood at the gate with {CANARY}. {letters}\n".encode()


def fill(bench: Bench) -> dict[str, str]:
    """An archive with a bit of everything, a second member, and somebody who asks to be let in; what is called how."""
    for number in range(120):
        (bench.desk / f"{number}.txt").write_bytes(text(number))
    (bench.desk / "tape.bin").write_bytes(b"\0\1\2 of an unknown kind \xff" * 40)
    (bench.desk / "interview.json").write_text(json.dumps(INTERVIEW))
    (bench.desk / "kinds.jsonl").write_text("".join(json.dumps(line) + "\n" for line in KINDS))
    (bench.desk / "list.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES))
    bench.keep("nothing")
    bench.ask("init", str(bench.archive), "--collective", "Weir", "--kdf", "tests-only")
    case = bench.ask("case", "new", f"old {CANARY}")["ref"]
    risk = {"where": "abroad-with-status", "as_of": "2026-11-20", "basis": "spoke", "uniqueness": "low"}
    person = _form(bench, {"pseudonym": "Heron", "case": case, "risk": risk}, "person", "new")
    _form(bench, {"names": [{"language": "en", "given": "Taras", "surname": "Kovalenko"}]}, "person", "name", person)
    bench.ask("consent", "record", person, "--language", "uk", "--purpose", "publish-pseudonym", "--risks-explained")
    made = bench.ask(
        "add", *(str(bench.desk / f"{number}.txt") for number in range(3)), "--case", case, "--about", person
    )
    more = _more(bench, case, person)
    bench.ask("rotate")
    second, third = bench.root / "boris", bench.root / "carl"
    asked = bench.ask("join", str(bench.archive), "--kdf", "tests-only", state=second)
    let_in = bench.ask("member", "add", "--words", asked["words"])
    bench.ask("join", str(bench.archive), "--words", let_in["words"], state=second)
    bench.ask("case", "new", f"by another {CANARY}", state=second)
    words = bench.ask("join", str(bench.archive), "--kdf", "tests-only", state=third)["words"]
    more |= _torn(bench, second)
    bench.ask("case", "new", f"last {CANARY}")  # what undo takes back
    more["waiver"] = _waiver(bench, more["sign"])
    bench.keep("filled")
    names = {"archive": bench.archive, "desk": bench.desk, "root": bench.root}
    return {name: str(path) for name, path in names.items()} | {
        "case": case, "person": person, "file": made["records"][0]["ref"], "words": words, **more,
    }  # fmt: skip


def _more(bench: Bench, case: str, person: str) -> dict[str, str]:
    """An act, a step, somebody who is there twice and whose risk is overdue, a photo, and a file in the inbox."""
    risk = {"where": "in-country", "as_of": "2025-01-01", "basis": "spoke", "uniqueness": "low"}
    twin = _form(bench, {"pseudonym": "Heron again", "case": case, "risk": risk}, "person", "new")
    act = bench.ask("act", "new", "--person", person, "--type", "arrest")["ref"]
    step = bench.ask("step", "new", "--type", "complaint", "--for", person)["ref"]
    marks = Image.Exif()
    marks[0x010F] = "Invented"
    marks.get_ifd(0x8769).update({0x9003: "2025:06:02 08:55:10"})
    Image.effect_noise((64, 48), 90).convert("RGB").save(bench.desk / "photo.png", exif=marks)
    photo = bench.ask("add", str(bench.desk / "photo.png"), "--case", case, "--keep-original")["records"][0]["ref"]
    loose = bench.ask("add", str(bench.desk / "3.txt"))["records"][0]["ref"]
    said = {"person": twin, "basis": "spoke", "where": "abroad-with-status"}
    (bench.desk / "review.json").write_text(json.dumps({"people": [said]}))
    (bench.desk / "triage.json").write_text(json.dumps({"records": [{"ref": loose, "case": case}]}))
    return {"twin": twin, "act": act, "step": step, "photo": photo, **_sign(bench, person)}


def _sign(bench: Bench, person: str) -> dict[str, str]:
    """A photo with a number on it, and shares of the recovery key."""
    picture = Image.new("RGB", (700, 120), "white")
    ImageDraw.Draw(picture).text((30, 30), "Shot on 14.03.2025", fill="black", font=ImageFont.load_default(48))
    picture.save(bench.desk / "sign.png")
    case = bench.ask("case", "new", f"sign {CANARY}")["ref"]
    words = ("--case", case, "--about", person, "--faces", "none")
    sign = bench.ask("add", str(bench.desk / "sign.png"), *words)["records"][0]["ref"]
    told = bench.ask("recovery", "split", "--threshold", "2", "--shares", "3", "--yes")
    (bench.desk / "shares.txt").write_text("\n".join(share["words"] for share in told["shares"][:2]) + "\n")
    return {"sign": sign}


def _waiver(bench: Bench, sign: str) -> str:
    """What lets the number on the photo pass, as the archive is now; none where nobody can read it."""
    refused = bench.run("export", sign, "-o", str(bench.root / "dossier"), "--no-pdf", "--yes", "--json")
    told = json.loads(refused.err.splitlines()[-1]) if refused.code == 16 else {}
    return str(told["details"][0]["waiver"]) if told.get("error") == "leak" else ""


def _torn(bench: Bench, second: Path) -> dict[str, str]:
    """A case that two people changed apart, each in a copy of their own; and the computer of one of them."""
    torn, apart = bench.ask("case", "new", f"torn {CANARY}")["ref"], bench.root / "apart"
    shutil.copytree(bench.archive, apart)
    bench.ask("edit", torn, "--set", "summary=one", "--archive", str(apart), state=second)
    bench.ask("edit", torn, "--set", "summary=other")
    bench.ask("sync", str(apart))
    shutil.rmtree(apart)
    return {"torn": torn, "device": bench.ask("identity", "show", state=second)["device"][:8]}


def _form(bench: Bench, fields: dict[str, Any], *words: str) -> str:
    path: Path = bench.root / "form.json"
    path.write_text(json.dumps(fields))
    ref: str = bench.ask(*words, "--from-json", str(path))["ref"]
    return ref


PASSPHRASES = {PASSPHRASE: "passphrase", OTHER: "passphrase-2"}
