"""Names beside the running text of a file: in its name and title, headings, notes, captions, columns, attachments."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx

Form = Callable[[], str]
FORMS = (
    "Дзюбинець", "Дзюбинцеві", "Дзюбинцем", "ДЗЮБИНЕЦЬ", "Dziubynets", "Dzjubyncem", "Северин Дзюбинець", "Северином",
    "Северкові", "Дзюбинець С. Г.", "С. Дзюбинця", "Д-З-Ю-Б-И-Н-Е-Ц-Ь", "Кравець-Лозовий", "Кравцем-Лозовим",
    "Лозовому", "Kravets-Lozovyi", "Brzęczyszczewskiej", "Бженчищевскую", "dziubynets.s@example.org",
    "@severyn_dziubynets",
)  # fmt: skip
ROOTS = (
    "зюбин", "ziubyn", "zjubyn", "еверин", "еверк", "everyn", "равец", "равц", "озови", "озовом", "ozovy", "ravets",
    "rzęcz", "женчищ", "З-Ю-Б",
)  # fmt: skip
SAID = "тоді прийшов вечір, і всі пішли додому"


def word(form: Form) -> bytes:
    """Header, footer, table, comment, properties."""
    paper, out = docx.Document(), io.BytesIO()
    said = paper.add_paragraph(f"{SAID}, {form()}, а вранці знову йшов дощ.")
    paper.add_comment(said.runs, text=form(), author=form(), initials="x")
    paper.sections[0].header.paragraphs[0].text, paper.sections[0].footer.paragraphs[0].text = form(), form()
    table = paper.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = form(), form()
    paper.core_properties.author = paper.core_properties.title = form()
    paper.save(out)
    return out.getvalue()


def sheet(form: Form) -> bytes:
    """Names of sheets, cells."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Дзюбинцеві"
    for row in ((form(), form()), (1, form())):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def slides(form: Form) -> bytes:
    """Title, notes."""
    shown, out = pptx.Presentation(), io.BytesIO()
    slide = shown.slides.add_slide(shown.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = form(), f"{SAID} {form()}"
    slide.notes_slide.notes_text_frame.text = f"{SAID}: {form()}"
    shown.save(out)
    return out.getvalue()


def mail(form: Form) -> bytes:
    """Who wrote, about what, and what is attached."""
    told = EmailMessage()
    told["From"], told["To"], told["Subject"] = f"{form()} <a@example.org>", "b@example.org", form()
    told.set_content(f"{SAID}, {form()}.")
    told.add_attachment(f"{SAID} {form()}".encode(), maintype="text", subtype="plain", filename="Дзюбинцем.txt")
    return bytes(told)


def page(form: Form) -> bytes:
    """Title, heading, tooltip, caption, alternative text, column."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{form()}</title><h1>{form()}</h1><p title='{form()}'>{SAID}</p>"
        f"<figure><img src=x alt='{form()}'><figcaption>{form()}</figcaption></figure><table><tr><th>{form()}</table>"
    ).encode()


def columns(form: Form) -> bytes:
    """Heading, cells."""
    out = io.StringIO()
    csv.writer(out).writerows((("n", form()), (1, f"{SAID}, {form()}"), (form(), form())))
    return out.getvalue().encode()


def marked(form: Form) -> bytes:
    """Headings, quotes, captions, who says something."""
    quoted = f"> {SAID}, {form()}\n\n![{form()}](x.png)\n\n{form()}: «{SAID}»\n\n[00:01] {form()}: ні\n"
    return f"# {form()}\n\n{quoted}".encode()


FILES = {"docx": word, "xlsx": sheet, "pptx": slides, "eml": mail, "html": page, "csv": columns, "md": marked}


def test_no_name_beside_the_text_leaves(archive: Any) -> None:
    """Of each kind of file everything that may name somebody, in forms one after another; none is in any file."""
    case = archive.case(title="Справа Северина Дзюбинця", summary=f"{SAID}, Кравець-Лозовий.", place="біля Дзюбинця")
    person = archive.person(case)
    for given, surname in (("Северин", "Дзюбинець"), ("Лев", "Кравець-Лозовий"), ("Małgorzata", "Brzęczyszczewska")):
        archive.name(person, given, surname)
    archive.consent(person, "publish-pseudonym")
    at = 0

    def form() -> str:
        nonlocal at
        at += 1
        return FORMS[at % len(FORMS)]

    for ending, made in FILES.items():
        told = {
            "case": case,
            "about": [person],
            "title": f"{form()} {SAID} {form()}",
            "place": form(),
            "tags": [form()],
        }
        told |= {"source": form(), "remarks": form(), "kind": "document", "language": "uk"}
        path = archive.file(f"{form().replace('@', '')}.{ending}", made(form))
        added = archive.ask("add", path, "--from-json", "-", stdin=told)["records"][0]
        archive.ask("edit", added["ref"], "--set", "text_source=checked")  # whoever adds it has read it
    archive.ask("export", case, "-o", archive.root / "d.zip", "--plain", "--no-pdf")
    with zipfile.ZipFile(archive.root / "d.zip") as packed:
        said = [(name, f"{name}\n{packed.read(name).decode()}") for name in packed.namelist()]
    assert at > len(FORMS) * 3 and sum(text.count(SAID.split(",", maxsplit=1)[0]) for _, text in said) >= len(FILES)
    assert not [(name, root) for name, text in said for root in ROOTS if root.casefold() in text.casefold()]
    assert not list(Path(archive.temporary).iterdir())
