"""A word of its own, a protected name, a script and a formula in every field of every record, and what leaves of them.

What is planted follows the schemas, so a new field is planted by itself; what may be seen is written down here.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import time
import wave
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pyrage
import pytest

from archive.bundle import form, template

THEIRS = re.compile(r"<script|<img (?!src=\"data:)|<[^<>]* onerror", re.IGNORECASE)
NAMES = ("Sokyrko", "Сокирк", "СОКИРК", "okyrk", "окирк", "Kurinna")
MARKUP = "<img src=//example.org/x onerror=alert(1)><script>alert(1)</script>"
THEM = f"with Marko Sokyrko, з Марком Сокирком {MARKUP}"
TOLD = "&lt;script&gt;alert(1)&lt;"  # what follows is hidden in many places, as "/script" looks like a path
DAY = "2025-03-14"
QUIET = "They waited in the yard.\n" * 200  # a text that begins with markup is not taken in as one
REFERENCES = frozenset({
    "case", "cases", "about", "mentions", "sources", "also", "translation_of", "transcript_of", "summary_of", "person",
    "act", "counsel", "by", "step", "scans", "recipient", "sent_by", "papers", "dossier", "withdrawal", "item", "files",
    "evidence", "recipients", "trusted", "lead", "links",
})  # fmt: skip
DATES = frozenset({
    "received", "date", "on", "decided", "since", "until", "issued", "expires", "held_since", "sent", "due", "reminded",
    "answered", "next", "told", "ended", "period", "key_checked_on",
})  # fmt: skip
SHAPED = {
    "emails": "{}@example.org", "url": "https://example.org/{}", "phones": "{} +44 7700 900321",
    "handles": "@{}", "birth_date": DAY, "dates": None,
}  # fmt: skip

STORY = "testimony.title testimony.text document.title document.text term.labels"
ACT = "act.method act.law act.detention.issued_by act.detention.ordered_by act.detention.law act.detention.reason_given"
PLACES = "act.exact_place act.detention.place act.detention.places.place testimony.place document.place"
TRIAL = "proceeding.name proceeding.court proceeding.district proceeding.law proceeding.sentence"
STEP = "step.what step.addressee step.answer"
PAPER = "paper.issuer paper.printed_name paper.number paper.verified.mismatch"
NAMED = "client.names.given client.names.patronymic client.names.surname"
REFUSAL = "client.service.objector_application client.refusal.words"
FACTS = f"{STORY} {ACT} {PLACES} {TRIAL} {STEP} {PAPER} proceeding.number {NAMED} {REFUSAL}"


def without(told: str, *less: str) -> str:
    """``told`` without the words of ``less``."""
    return " ".join(word for word in told.split() if word not in " ".join(less).split())


REACHED = "client.safe_contact client.emails client.phones client.handles client.addresses client.do_not_contact"
CLEARED = ("testimony", "document", "paper", "act", "proceeding", "step")
SEEN = {
    "public": STORY,
    "press": STORY,
    "asylum": f"{FACTS} client.service.unit {REACHED} testimony.inconsistencies",
    "court": without(FACTS, STEP, REFUSAL),
    **dict.fromkeys(("wgad", "un-communication", "disappearance", "torture", "belief"), f"{FACTS} case.title"),
    "handover": without(FACTS, NAMED, "paper.number paper.printed_name"),
    "own-copy": without(f"{FACTS} case.title recipient.name", PLACES, "paper.number proceeding.number"),
    "numbers": "",
}


def canary(path: str) -> str:
    """One word for one field."""
    return "zq" + re.sub("[^a-z]", "", path.lower())


class Planting:
    """Fills every field of a form that takes words; ``paths`` are all that were planted, by their word."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}

    def word(self, path: str) -> str:
        self.paths[canary(path)] = path
        return canary(path)

    def value(self, path: str) -> str | None:
        name = path.rpartition(".")[2]
        shape = SHAPED.get(name, "={}, " + THEM)
        return shape.format(self.word(path)) if shape else None

    def form(self, schema: str, of: str, /, **given: object) -> dict[str, Any]:
        """A form of ``schema`` with a word in each field, ``of`` a record; ``given`` are references and codes."""
        held = json.loads((files("schemas") / f"{schema}.form.json").read_text("utf-8"))
        fields = held["$defs"][held["$ref"].rpartition("/")[2]]["properties"]
        told = {name: self._of(one, held["$defs"], f"{of}.{name}") for name, one in fields.items()}
        return _merged({name: value for name, value in told.items() if value is not None}, given)

    def _of(self, one: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Any:
        name = path.rpartition(".")[2]
        if name in REFERENCES:
            return None
        if "$ref" in one:
            return self._of(known[one["$ref"].rpartition("/")[2]], known, path)
        if "anyOf" in one:
            return next((told for way in one["anyOf"] if (told := self._of(way, known, path)) is not None), None)
        if one.get("type") == "array":
            told = self._of(one["items"], known, path)
            return None if told is None else [told]
        if one.get("type") == "object" and "properties" in one:
            told = {key: self._of(held, known, f"{path}.{key}") for key, held in one["properties"].items()}
            return {key: value for key, value in told.items() if value is not None} or None
        if one.get("type") != "string" or "pattern" in one or "enum" in one:
            return None
        return DAY if name in DATES else self.value(path)


def _merged(told: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` put into it, however deep; None takes a field out."""
    for name, value in given.items():
        if value is None:
            told.pop(name, None)
        elif isinstance(value, dict) and isinstance(told.get(name), dict):
            told[name] = _merged(told[name], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and isinstance(told.get(name), list):
            told[name] = [_merged(told[name][0], value[0])]
        else:
            told[name] = value
    return told


@pytest.fixture(scope="module")
def planted(shared: Any) -> dict[str, Any]:
    """A case in which every field holds its word and the name of somebody who is to be hidden."""
    archive, plant = shared, Planting()

    def new(*words: str, **given: object) -> str:
        told = plant.form(words[0], words[0], **given)
        return str(archive.ask(*words, "--from-json", "-", stdin=told)["ref"])

    case = new("case", "new", dates=None, masks=None, language="uk")
    made: dict[str, Any] = {"archive": archive, "plant": plant, "case": case, "key": pyrage.x25519.Identity.generate()}
    whom = made["recipient"] = new("recipient", "add", type="lawyer", name=plant.word("recipient.name"))
    every = ["keep", "lawyer", "partner", "journalist", "court", "un-confidential", "un-name-to-state"]
    every += ["publish-pseudonym", "statistics"]
    to = {"lawyer": [whom], "partner": [whom], "journalist": [whom], "court": [case]}
    safe = {
        "where": "abroad-with-status",
        "as_of": time.strftime("%Y-%m-%d", time.gmtime()),
        "basis": "spoke",
        "uniqueness": "low",
    }
    for who in ("client", "witness"):
        made[who] = person = new(
            "person", "new", case=case, risk=safe, dates=None, pseudonym=plant.value(f"{who}.call")
        )
        told = plant.form("identity", who, stays=[{"country": "CZ", "protection": "refugee"}])
        told = _merged(told, {"names": [{"language": "en"}], "service": {"status": "called-up"}})
        archive.ask("person", "name", person, "--from-json", "-", stdin=_unlike(told, who))
        agreed = {"recipients": to, "purposes": every} if who == "client" else {"purposes": [*every[:1], *every[5:6]]}
        fixed = {
            "given_by": "self",
            "method": "witnessed",
            "language": "uk",
            "given_at": time.strftime("%Y-%m-%d", time.gmtime()),
        }
        told = plant.form("consent", "consent", **agreed, **fixed, risks_explained=True, text_sha256=None)
        archive.ask("consent", "record", person, "--from-json", "-", stdin=told)
    archive.name(made["witness"], "Marko", "Sokyrko")
    archive.name(made["witness"], "Марко", "Сокирко", places=["Kurinna"])
    client = {"case": case, "about": [made["client"]], "mentions": [made["witness"]], "dates": None}
    code, label = plant.word("term.code"), plant.value("term.labels")
    archive.ask("vocabulary", "add", "acts", code, "--label", f"en={label}", "--label", f"uk={label}")
    made["act"] = new("act", "new", person=made["client"], type=code, **client)
    new("role", "add", act=made["act"], person=made["witness"], role="witness", dates=None)
    made["proceeding"] = new("proceeding", "new", **client)
    made["paper"] = new(
        "paper", "add", made["client"], type="passport", verified={"how": "said-only", "by": "M1"}, **client
    )
    made["step"] = new("step", "new", type="complaint", **client)
    new("source", "new", grades=None, **client)
    new("capture", "new", **client)
    for kind, text in (("testimony", "txt"), ("document", "md")):
        path = archive.file(f"{plant.word(f'{kind}.file')} Sokyrko.{text}", f"{QUIET}{plant.value(f'{kind}.text')}\n")
        told = plant.form("add", kind, case=case, about=[made["client"]], mentions=[made["witness"]], kind=kind)
        made[kind] = archive.ask("add", path, "--from-json", "-", stdin=told)["records"][0]["ref"]
    voice = archive.file(f"{plant.word('recording.file')}.wav", recording(plant.word("recording.tag")))
    told = plant.form("add", "recording", case=case, about=[made["client"]], kind="testimony", date=DAY)
    archive.ask("add", voice, "--from-json", "-", stdin=told)
    for field in ("interviewer", "interpreter", "told_to", "material", "inconsistencies"):
        archive.ask("edit", made["testimony"], "--set", f"{field}={plant.value(f'testimony.{field}')}")
    return made


def recording(artist: str) -> bytes:
    """A second of silence, with a tag."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    said = artist.encode().ljust(len(artist) + len(artist) % 2, b"\0")
    told = b"INFOIART" + len(said).to_bytes(4, "little") + said
    data = out.getvalue() + b"LIST" + len(told).to_bytes(4, "little") + told
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]


def _unlike(form: dict[str, Any], who: str) -> dict[str, Any]:
    """The name of the witness is sealed by itself; that of the client holds no other."""
    told = json.loads(json.dumps(form, ensure_ascii=False).replace(f", {THEM}", ""))
    return told if who == "client" else {**told, "names": []}


def texts(bundle: Path) -> Iterator[tuple[str, str]]:
    """Every file as it is and, of a PDF, what lies in its streams and what a reader sees; and every name of a file."""
    for path in bundle.rglob("*"):
        yield "a name", str(path.relative_to(bundle))
        if path.is_file():
            data = path.read_bytes()
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251"):
                yield f"{path.name} in {encoding}", data.decode(encoding, "ignore")
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                for thing in pdf.objects:
                    held = thing.read_bytes() if isinstance(thing, pikepdf.Stream) else thing.unparse(resolved=False)
                    yield f"{path.name} within", held.decode("latin-1")
            try:
                told = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
                yield f"{path.name} as read", told.decode()
            except FileNotFoundError:
                pass


@pytest.fixture(scope="module")
def bundles(planted: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A dossier of each template."""
    return {kind: export(planted, kind, tmp_path_factory.mktemp(kind)) for kind in SEEN}


@pytest.mark.parametrize("kind", SEEN)
def test_of_every_field_only_what_the_template_tells_is_seen(
    planted: dict[str, Any], bundles: dict[str, Path], kind: str
) -> None:
    """Exactly the words that are written down above, and the name nowhere."""
    told = list(texts(bundles[kind]))
    found = {word for _, text in told for word in re.findall("zq[a-z]+", text)}
    paths = {path for word, path in planted["plant"].paths.items() if word in found}
    wanted = {*SEEN[kind].split(), *(f"written.{part}" for part in parts(kind))}
    assert (sorted(paths - wanted), sorted(wanted - paths)) == ([], [])
    left = [(where, name) for where, text in told for name in NAMES if name.casefold() in text.casefold()]
    assert not left


@pytest.mark.parametrize("kind", SEEN)
def test_the_files_of_a_dossier_say_the_same(bundles: dict[str, Path], kind: str) -> None:
    """Every line of its data stands on its page and paper; in another language all but our own words and regions."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    data = bundles[kind] / "data"
    for twin in data.glob("*.json"):
        lines = {_bare(line) for line in _lines(json.loads(twin.read_text()))} - {""}
        shown = [*data.glob(f"{twin.stem}*.html"), *data.glob(f"{twin.stem}*.pdf")]
        assert len(shown) == 4 and (lines or kind == "numbers")
        for page in shown:
            told = _read(page)
            theirs = lines if page.stem == twin.stem else {line for line in lines if "zq" in line}
            assert not [line for line in theirs if line not in told], page.name


def _lines(said: object) -> Iterator[str]:
    """Those of every passage, as the data say it."""
    if isinstance(said, dict):
        if isinstance(text := said.get("text"), str):
            yield from text.split("\n")
        yield from (line for held in said.values() for line in _lines(held))
    elif isinstance(said, list):
        yield from (line for held in said for line in _lines(held))


def _read(page: Path) -> str:
    """What a reader sees."""
    if page.suffix == ".html":
        shown = unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?s)<style>.*?</style>", "", page.read_text())))
    else:
        shown = subprocess.run(["pdftotext", "-raw", page, "-"], capture_output=True, check=True).stdout.decode()
    return _bare(shown)


def _bare(text: str) -> str:
    """Without blanks and ends of lines, and whatever a place of something hidden is called in a language."""
    return re.sub(r"\[[^]]*\]", "[]", "".join(text.split()))


def parts(kind: str) -> list[str]:
    """All that may be written for it."""
    return sorted(template.load(kind).parts & form.writable())


def export(planted: dict[str, Any], kind: str, folder: Path) -> Path:
    """A dossier of this template, in two languages."""
    archive, plant = planted["archive"], planted["plant"]
    words = ["--template", kind, "--language", "uk,en", "--partial", "-o", folder / "d"]
    for part in parts(kind):
        text = plant.value(f"written.{part}")
        if form.as_written(part):  # refused where it names somebody
            text = plant.word(f"written.{part}") + ("" if part == "contact" else f" {MARKUP}")
        words += ["--section", f"{part}={archive.file(f'{part}.txt', text)}"]
    words += [one for ref in CLEARED for one in ("--exhibit", planted[ref])]
    words += ["--for", planted["recipient"]] if kind in ("press", "asylum", "handover") else []
    about = ["--person", planted["client"]] if kind == "own-copy" else [planted["case"]]
    if kind == "handover":
        archive.ask("export", *about, *words, "--recipient", str(planted["key"].to_public()))
        opened = pyrage.decrypt((folder / "d.zip.age").read_bytes(), [planted["key"]])
        with zipfile.ZipFile(io.BytesIO(opened)) as packed:
            packed.extractall(folder / "d")
    else:
        archive.ask("export", *about, *words, "--plain")
    return folder / "d"


@pytest.mark.parametrize("kind", SEEN)
def test_a_script_in_every_field_stays_text(bundles: dict[str, Path], kind: str) -> None:
    """On every page of every template: no element of theirs, and the payload is there."""
    pages = [page.read_text() for page in (bundles[kind] / "data").glob("*.html")]
    assert len(pages) >= 2 and not [page for page in pages if THEIRS.search(page)]
    assert kind == "numbers" or any(TOLD in page for page in pages)


@pytest.mark.parametrize("kind", ["asylum", "own-copy"])
def test_a_script_in_every_field_is_inert_in_a_browser(bundles: dict[str, Path], kind: str, tmp_path: Path) -> None:
    """Chromium builds no element of theirs and asks for nothing: the longest of the pages for others, and one's own."""
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--dump-dom",
    ]  # fmt: skip
    shown = (bundles[kind] / "data" / "dossier.html").as_uri()
    run = subprocess.run(
        ["chromium", *flags, f"--log-net-log={tmp_path / 'net'}", f"--user-data-dir={tmp_path / 'profile'}", shown],
        capture_output=True, timeout=600, check=True,
    )  # fmt: skip
    dom = run.stdout.decode()
    assert TOLD in dom and not THEIRS.search(dom)
    asked = (tmp_path / "net").read_text(errors="replace")
    assert "dossier.html" in asked and "example.org" not in asked, "it asked the network for something"


def test_a_formula_in_every_field_of_every_template_is_text_in_a_spreadsheet(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    """LibreOffice opens every table there is, and has only text in it."""
    if shutil.which("soffice") is None:
        pytest.skip("needs libreoffice")
    tables = sorted(table for bundle in bundles.values() for table in (bundle / "data").glob("*.csv"))
    for number, table in enumerate(tables):
        shutil.copy(table, tmp_path / f"{number}.csv")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path, *tmp_path.glob("*.csv")],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    sheets = [openpyxl.load_workbook(file).active for file in tmp_path.glob("*.xlsx")]
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(sheets) == len(tables) >= 20
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert sum(str(cell.value).startswith("'=zq") for cell in cells) >= 20
