"""The material of ``archive demo``, made in memory: everybody and everything in it is invented.

Four people tell the same story in four languages; the two they tell about appear inflected and in several spellings,
with a date, a village, a telephone number (from the range kept free for drama, +44 7700 900000 to 900999) and an e-mail
address (example.org). The photo and the ruling carry on purpose what cleaning has to find and remove.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from archive.records.forms import IdentityForm
from archive.records.kinds import Name

PHONE = "+44 7700 900461"
EMAIL = "d.lozivska@example.org"


@dataclass(frozen=True)
class DemoText:
    """A testimony as somebody wrote it down."""

    language: str  # BCP 47
    title: str  # neutral: no name in it
    filename: str
    date: str  # of what it tells, EDTF
    text: str


@dataclass(frozen=True)
class DemoPerson:
    """Somebody the testimonies are about: what lists show, and what stays sealed."""

    pseudonym: str
    identity: IdentityForm


# --- people ---


def persons() -> tuple[DemoPerson, ...]:
    """The man who refused and the woman who looked for him."""
    village = ("Малі Тиховоди", "Малые Тиховоды", "Malé Tychovody", "Mali Tykhovody")
    refuser = IdentityForm(
        names=(
            Name(language="uk", given="Ярема", patronymic="Остапович", surname="Криничний"),
            Name(language="ru", given="Ярема", patronymic="Остапович", surname="Криничный"),
            Name(language="cs", given="Jarema", surname="Krynyčnyj"),
            Name(language="en", given="Yarema", patronymic="Ostapovych", surname="Krynychnyi"),
        ),
        aliases=("Krinichny",),
        places=village,
        birth_date="1996-08-21",
    )
    betrothed = IdentityForm(
        names=(
            Name(language="uk", given="Дарина", surname="Лозівська"),
            Name(language="ru", given="Дарина", surname="Лозивская"),
            Name(language="cs", given="Daryna", surname="Lozivská"),
            Name(language="en", given="Daryna", surname="Lozivska"),
        ),
        aliases=("Lozivskaya",),
        places=village,
        phones=(PHONE,),
        emails=(EMAIL,),
    )
    return DemoPerson("Alder", refuser), DemoPerson("Birch", betrothed)


# --- testimonies ---


def testimonies() -> tuple[DemoText, ...]:
    """A neighbour (uk), a fellow conscript (ru), an interpreter (cs), a trial observer (en)."""
    return (
        DemoText("uk", "What a neighbour saw", "neighbour.txt", "2025-03-14", _unwrapped(_NEIGHBOUR)),
        DemoText("ru", "From the barracks", "barracks.txt", "2025-03-14", _unwrapped(_CONSCRIPT)),
        DemoText("cs", "An interpreter remembers", "interpreter.txt", "2025-03-14", _unwrapped(_INTERPRETER)),
        DemoText("en", "Notes from the hearing", "hearing.md", "2025-06-02", _unwrapped(_OBSERVER)),
    )


def _unwrapped(text: str) -> str:
    """A paragraph a line, as people type; the lines below are broken for reading code only."""
    return "\n\n".join(paragraph.replace("\n", " ").strip() for paragraph in text.split("\n\n")) + "\n"


_NEIGHBOUR = f"""\
Я живу через дорогу від родини Криничних у Малих Тиховодах. 14 березня 2025 року вранці до Яреми Криничного приїхали
четверо у формі, без жодних паперів. Він вийшов на подвір'я з кухлем чаю і спитав, чи є в них рішення суду. Йому
відповіли, що суд буде потім, і взяли попід руки. Дарина Лозівська, його наречена, вибігла босоніж і стала перед
машиною. Її відсунули, не вдарили, але двері зачинили просто перед нею.

Увечері я сиділа з Дариною Лозівською на кухні, бо сама вона боялася лишатися. Ярема подзвонив уночі з чужого телефону
і сказав, що зброї в руки не візьме, хоч би що з ним робили. Потім його три тижні тримали в частині й нікого до нього
не пускали. Дарині Лозівській передали тільки речі та записку на два рядки. Ми домовилися: хто перший щось почує, той
напише на {EMAIL} або подзвонить її сестрі, {PHONE}.

Я розповідаю це, бо Яремі Криничному потім закинули, ніби він утік. А він стояв на власному подвір'ї.
"""

_CONSCRIPT = f"""\
Я лежал в казарме на соседней койке с Яремой Криничным, поэтому знаю его не с чужих слов. Его привезли 14.03.2025
поздно вечером, без вещей и в домашних тапочках. На построении он спокойно сказал, что оружия не возьмёт, потому что
так верит. Крика не было, он просто положил автомат обратно на стол. После этого Ярему Криничного перевели в холодную
комнату без окна и держали там четыре дня. Мы по очереди носили ему чай, пока дежурный отворачивался.

Один раз к воротам приехала Дарина Лозивская и простояла под дождём до вечера. Подойти к ней мне не дали, и я перебросил
через забор записку для Дарины Лозивской. В ней было два слова: «Он жив». Номер её сестры, {PHONE}, мы писали на
ладонях, потому что телефоны отобрали.

Родом Криничный из села Малые Тиховоды, он часто рассказывал про пруд за домом. Сам я отказался позже и своего имени
пока не называю, но всё сказанное о Яреме Криничном готов повторить.
"""

_INTERPRETER = f"""\
S Darynou Lozivskou jsem poprvé mluvila na podzim, když hledala někoho, kdo by jí přeložil rozsudek. Přinesla ho
v igelitové složce a celou dobu ji držela na kolenou. Její snoubenec Jarema Krynyčnyj odmítl vzít zbraň a byl za to
odsouzen. Daryna vyprávěla, že ho odvedli 14. března 2025 přímo ze dvora v Malých Tychovodech.

Soud trval necelou hodinu a na Jaremu Krynyčného čekal eskortní vůz ještě před vynesením rozsudku. Obhájkyně směla
s Jaremou Krynyčným mluvit deset minut na chodbě. Nikdo se ho nezeptal, proč odmítá. Dopisy Jaremy Krynyčného přicházejí
začerněné, ale je z nich znát, že učí spoluvězně číst. Daryna Lozivská je uložila u sestry, telefon {PHONE}. Psát jí lze
na {EMAIL}, odpovídá i v noci.

Ptala jsem se, co by si přála. Chce, aby se o tom mluvilo, a aby jeho matka mohla dál v klidu chodit do obchodu.
"""

_OBSERVER = f"""\
# Notes from the hearing

I sat in the public gallery on 2 June 2025 and wrote this the same evening. The case of Yarema Krynychnyi was called at
ten past nine. The prosecutor said that he had left his unit; the file itself says that he was taken from his yard in
Mali Tykhovody on 14 March 2025 and never signed anything. Krynychnyi's lawyer asked for the pastor to be heard, and the
judge refused without giving a reason. When Yarema Krynychnyi was allowed to speak, he said that he would dig, carry or
nurse, but that he would not aim at anybody. He spoke for less than two minutes and thanked the court for listening.

Daryna Lozivska sat in the second row and was told twice not to wave. The sentence was three years. It was read out in
four minutes, and the room was cleared before anybody could ask for a copy. Outside, Lozivska gave me an address for the
appeal papers: {EMAIL}, or her sister at {PHONE}.

The registry spells the two names Krinichny and Lozivskaya; whoever looks for the file should try both.
"""


# --- the photo ---


def photo() -> bytes:
    """A JPEG of a building, drawn, with what a telephone adds: position, serial number, owner, thumbnail."""
    picture = _data("demo.jpg")
    exif = b"Exif\0\0" + _exif(_data("demo_thumbnail.jpg"))
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return picture[:2] + segment + picture[2:]  # APP1 follows the start-of-image marker


def _data(name: str) -> bytes:
    return files("archive.commands").joinpath(name).read_bytes()


Field = tuple[int, int, int, bytes]  # tag, type, count, value: a field of TIFF 6.0
_SHORT, _LONG = 3, 4


def _exif(thumbnail: bytes) -> bytes:
    """A little-endian TIFF structure: IFD0, Exif IFD, GPS IFD, and IFD1 with the thumbnail (Exif 2.32, section 4.6)."""
    camera = [_text(0x9003, "2025:06:02 08:55:10"), _text(0xA431, "DEMO-000417"), _text(0xA435, "DEMO-LENS-88")]
    position = [  # in the open Black Sea, where no village lies
        _text(0x0001, "N"), _degrees(0x0002, 43, 24, 30), _text(0x0003, "E"), _degrees(0x0004, 32, 31, 12),
        _text(0x001D, "2025:06:02"),
    ]  # fmt: skip
    phone = [
        _text(0x010F, "Invented"), _text(0x0110, "Demo Phone 1"), _number(0x0112, _SHORT, 1),
        _text(0x0132, "2025:06:02 08:55:10"), _text(0x013B, "Daryna Lozivska"),
    ]  # fmt: skip
    pointers = [_number(0x8769, _LONG, 0), _number(0x8825, _LONG, 0)]  # only their size matters yet
    camera_at = 8 + len(_directory(0, phone + pointers))
    position_at = camera_at + len(_directory(0, camera))
    small_at = position_at + len(_directory(0, position))
    pointers = [_number(0x8769, _LONG, camera_at), _number(0x8825, _LONG, position_at)]
    small = [_number(0x0103, _SHORT, 6), _number(0x0201, _LONG, 0), _number(0x0202, _LONG, len(thumbnail))]
    small[1] = _number(0x0201, _LONG, small_at + len(_directory(0, small)))
    return (
        struct.pack("<2sHI", b"II", 42, 8)
        + _directory(8, phone + pointers, following=small_at)
        + _directory(camera_at, camera)
        + _directory(position_at, position)
        + _directory(small_at, small)
        + thumbnail
    )


def _directory(at: int, fields: Sequence[Field], following: int = 0) -> bytes:
    """An IFD that begins at offset ``at``: count, entries, offset of the next IFD, then the values over four bytes."""
    values_at = at + 2 + 12 * len(fields) + 4
    entries, values = b"", b""
    for tag, kind, count, value in fields:
        entries += struct.pack("<HHI", tag, kind, count)
        if len(value) <= 4:
            entries += value.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", values_at + len(values))
            values += value + b"\0" * (len(value) % 2)  # values begin on a word boundary
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", following) + values


def _text(tag: int, text: str) -> Field:
    value = text.encode("ascii") + b"\0"
    return tag, 2, len(value), value


def _number(tag: int, kind: int, number: int) -> Field:
    return tag, kind, 1, struct.pack("<H" if kind == _SHORT else "<I", number)


def _degrees(tag: int, degrees: int, minutes: int, seconds: int) -> Field:
    return tag, 5, 3, struct.pack("<6I", degrees, 1, minutes, 1, seconds, 1)


# --- the ruling ---

_RULING = f"""\
DISTRICT COURT OF TYKHOVODY
Case No. 417/0226/25

RULING
2 June 2025

The court, sitting in public, heard the case against

KRYNYCHNYI Yarema Ostapovych, born 21 August 1996 in Mali Tykhovody,
unmarried, carpenter, no previous convictions,

accused of evading military service during mobilisation.

The court found that on 14 March 2025 the accused was brought to his unit
and on the same day declared before his commander that he would not take
up a weapon for reasons of conscience. The witness Daryna Lozivska
confirmed that he had held this conviction for as long as she had known
him. The court holds that conscience does not exempt from service.

The accused is sentenced to three years of deprivation of liberty.

An appeal may be lodged within thirty days.
Address for service: {EMAIL}, tel. {PHONE}

Judge  H. Vyhadana
Clerk  O. Nebuvalyi
"""

OFFICIALS = frozenset({"Vyhadana", "Nebuvalyi"})
"""Who stands in the ruling and is nobody's sealed name: to be hidden as words."""

_XMP = """\
<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:creator><rdf:Seq><rdf:li>Oksen Nebuvalyi</rdf:li></rdf:Seq></dc:creator>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ruling Krynychnyi final</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>Invented Writer 1.0</xmp:CreatorTool>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


def ruling() -> bytes:
    """A court ruling as a PDF of one page with a text layer, and with names in its Info dictionary and its XMP."""
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
            b" /Resources << /Font << /F1 4 0 R >> >> >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            _stream(b"", _page(_RULING)),
            _stream(b"/Type /Metadata /Subtype /XML ", _XMP.encode()),
            b"<< /Title (Ruling Krynychnyi final) /Author (Oksen Nebuvalyi) /Creator (Invented Writer 1.0)"
            b" /CreationDate (D:20250602091000Z) >>",
        ],
        info=7,
    )


def _page(text: str) -> bytes:
    """The drawing commands for ``text``, line under line (ISO 32000-1, 9.4)."""
    shown = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in text.splitlines()]
    return "\n".join(["BT /F1 11 Tf 16 TL 72 770 Td", *(f"({line}) Tj T*" for line in shown), "ET"]).encode("ascii")


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _pdf(objects: Sequence[bytes], info: int) -> bytes:
    """A PDF of numbered objects, the first one the catalog, with its cross-reference table (ISO 32000-1, 7.5)."""
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    table = b"0000000000 65535 f \n"
    for number, content in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (size, info)
    return body + b"xref\n0 %d\n%s%sstartxref\n%d\n%%%%EOF\n" % (size, table, trailer, len(body))
