"""Mail: what its reader sees stays, how it travelled and who signed it goes, and one bad part refuses the whole."""

from __future__ import annotations

import base64
import random
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import eml, worker
from archive.scrub.contract import Cleaned, Reason

UNSEEN = (
    "Received: from KANAREK.example.org ([192.0.2.7]) by mx.example.org\n\twith ESMTPSA id KANAREK; Mon, 2 Jun 2025\n"
    "Return-Path: <KANAREK@example.org>\nDelivered-To: KANAREK@example.org\nMessage-ID: <KANAREK@example.org>\n"
    "References: <KANAREK@example.org>\nX-Originating-IP: [192.0.2.7]\nUser-Agent: KANAREK/1.0\nX-Mailer: KANAREK\n"
    "DKIM-Signature: v=1; d=KANAREK\nBcc: KANAREK@example.org\nReply-To: KANAREK@example.org\n"
    "Sender: KANAREK@example.org\n"
    "X-KANAREK: KANAREK\nAutocrypt: addr=KANAREK@example.org\nDisposition-Notification-To: KANAREK@example.org\n"
)
SEEN = (
    'From: "Марта Лозівська" <marta@example.org>\nTo: =?utf-8?b?0K/RgNC10LzQsA==?= <yarema@example.org>,\n'
    " bohdan@example.org\n"
    "Cc: Office <office@example.org>\nDate: Mon, 2 Jun 2025 08:55:10 +0300\n"
    "Subject: =?windows-1251?Q?=CF=F0=EE?= =?utf-8?Q?_=D1=81=D1?=\n =?utf-8?Q?=83=D0=B4?=\n"
)


PLAIN, BASE64 = "Content-Type: text/plain; charset=", "Content-Transfer-Encoding: base64"


def mail(make: SimpleNamespace) -> bytes:
    """A mail as programs make them: two views of the text, a picture, a mail in the mail, and what programs add."""
    message = EmailMessage(policy=policy.SMTP)
    message.set_content("Добрий день,\nзустріч о 10.\u200b\n")
    message.add_alternative(
        '<p>Добрий день</p><img src="https://KANAREK.example.org/pixel.gif"><a href="https://example.org/?id=KANAREK">сюди</a>',
        subtype="html",
    )
    message.add_attachment(make.dirty_jpeg(), "image", "jpeg", filename="фото 1.jpg")
    message.add_attachment(b"BEGIN:VCALENDAR KANAREK", "text", "calendar")
    message.add_attachment(b"KANAREK", "application", "pgp-signature", filename="signature.asc")
    message.add_attachment("a,b\n1,2\n".encode("utf-16"), "application", "octet-stream", filename="table.csv")
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Message-ID"] = "x@example.org", "Inner", "<KANAREK@example.org>"
    inner.set_content("Inside\n")
    message.add_attachment(inner, filename="forwarded.eml")
    return (UNSEEN + SEEN).encode() + bytes(message)


def clean(data: bytes) -> Cleaned:
    return worker.clean(data)


def test_a_mail_without_files_is_what_it_says(make: SimpleNamespace) -> None:
    """In one view or in both; a file that it holds, or a mail, may show more than its text."""
    letter = EmailMessage()
    letter.set_content("Добрий день\n")
    assert clean(b"From: a@example.org\n" + bytes(letter)).letters_only
    letter.add_alternative("<p>Добрий день</p>", subtype="html")
    assert clean(b"From: a@example.org\n" + bytes(letter)).letters_only
    for add in (lambda one: one.add_attachment(letter), lambda one: one.add_attachment(b"a", "text", "plain")):
        more = EmailMessage()
        more.set_content("Добрий день\n")
        add(more)
        assert not clean(b"From: a@example.org\n" + bytes(more)).letters_only
    assert not clean(mail(make)).letters_only


def simple(body: bytes, head: str = "Content-Type: text/plain; charset=utf-8") -> bytes:
    return f"From: a@example.org\nMessage-ID: <x@example.org>\n{head}\n\n".encode() + body


def test_nothing_that_no_reader_sees_is_left(make: SimpleNamespace) -> None:
    """Marked words in every header, in links, signatures and the picture: none is left, packed or not."""
    cleaned = clean(mail(make))
    assert cleaned.media_type == "message/rfc822"
    parts = [bytes(part.get_payload(decode=True) or b"") for part in message_from_bytes(cleaned.data).walk()]
    for data in (cleaned.data, *parts):
        assert b"KANAREK" not in data
        assert make.CANARY not in data
    assert set(cleaned.found) >= {
        "Mail route", "Mail ids", "Mail program", "Mail signatures", "Mail headers", "Mail keys", "Bcc", "Receipts",
        "Invitations", "EXIF", "Remote parts", "Links", "Zero-width characters", "Byte order mark",
    }  # fmt: skip
    assert cleaned.removed == cleaned.found


def test_another_reader_shows_what_was_there(make: SimpleNamespace) -> None:
    """Python's own parser reads headers, both views, names and files, and finds no defect."""
    shown = message_from_bytes(clean(mail(make)).data, policy=policy.default)
    assert not any(part.defects for part in shown.walk())
    assert shown.keys() == ["MIME-Version", "From", "To", "Cc", "Date", "Subject", "Content-Type"]
    assert shown["From"].addresses[0].display_name == "Марта Лозівська"
    assert [one.addr_spec for one in shown["To"].addresses] == ["yarema@example.org", "bohdan@example.org"]
    assert shown["To"].addresses[0].display_name == "Ярема"
    assert shown["Subject"] == "Про суд"
    assert shown["Date"] == "Mon, 02 Jun 2025 08:55:10 +0300"
    assert shown.get_body(("plain",)).get_content() == "Добрий день,\nзустріч о 10.\n"
    assert "<p>Добрий день</p>сюди" in shown.get_body(("html",)).get_content()
    picture, table, forwarded = shown.iter_attachments()
    assert (picture.get_filename(), picture.get_content_type()) == ("фото 1.jpg", "image/jpeg")
    assert picture.get_content().startswith(b"\xff\xd8\xff")
    assert (table.get_filename(), table.get_payload(decode=True)) == ("table.csv", b"a,b\n1,2\n")
    assert forwarded.get_content()["Subject"] == "Inner"
    assert forwarded.get_content().keys()[:3] == ["MIME-Version", "From", "Subject"]


def test_the_text_to_search_holds_headers_text_and_attachments(make: SimpleNamespace) -> None:
    """One text: who wrote to whom, what, and what is in the files."""
    text = clean(mail(make)).text or ""
    assert text.startswith('From: "Марта Лозівська" <marta@example.org>\nTo: Ярема <yarema@example.org>, bohdan@')
    assert "Subject: Про суд\n\nДобрий день,\nзустріч о 10.\n\nфото 1.jpg\n\ntable.csv\n\na,b\n1,2" in text
    assert "Inside" in text
    assert text.count("Добрий день") == 1


def test_cleaning_twice_changes_nothing(make: SimpleNamespace) -> None:
    """A clean mail is recognised as a mail, and comes out as it went in."""
    once = clean(mail(make)).data
    again = clean(once)
    assert (again.data, again.found) == (once, ())


@pytest.mark.parametrize(
    ("body", "head", "text"),
    [
        ("Съёмка".encode("koi8-r"), "Content-Type: text/plain; charset=koi8-r", "Съёмка"),
        ("Свідок".encode("cp1251"), f"{PLAIN}windows-1251\nContent-Transfer-Encoding: 8bit", "Свідок"),
        (b"=D0=AF\n", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable;", "Я"),
        (base64.b64encode("Žluť".encode("cp1250")), f"{PLAIN}cp1250\n{BASE64}", "Žluť"),
        ("Без".encode(), "X-Nothing: declared", "Без"),
        (b"<p>One</p><br>two", "Content-Type: text/html", "One\n\ntwo"),
        ("<meta charset=koi8-r>Лист".encode("koi8-r"), "Content-Type: text/html", "Лист"),
        ("<meta charset=utf-8>Лист".encode("cp1251"), "Content-Type: text/html; charset=windows-1251", "Лист"),
    ],
)  # fmt: skip
def test_text_is_read_as_it_is_declared(body: bytes, head: str, text: str) -> None:
    """Each way to write letters in a mail; what the mail says counts more than what a page in it says."""
    assert clean(simple(body, head)).text == f"From: a@example.org\n\n{text}"


def multipart(kind: str, *parts: bytes, end: bytes = b"--B--\n") -> bytes:
    body = b"".join(b"--B\n" + part + b"\n" for part in parts)
    return simple(body + end, f'Content-Type: multipart/{kind}; boundary="B"')


TNEF = f"Content-Type: application/ms-tnef\n{BASE64}\n\n".encode() + base64.b64encode(b"\x78\x9f\x3e\x22\x01\x00")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (simple("Я".encode("koi8-r"), "X-No: charset"), Reason.ENCODING),
        (simple("Я".encode(), "Content-Type: text/plain; charset=us-ascii"), Reason.ENCODING),
        (simple(b"x", "Content-Type: text/plain; charset=x-klingon"), Reason.ENCODING),
        (simple(b"x", "Subject: =?x-klingon?q?x?="), Reason.ENCODING),
        (simple(b"x", "Subject: =?utf-8?b?####?="), Reason.DAMAGED),
        (simple(b"####", "Content-Transfer-Encoding: base64"), Reason.DAMAGED),
        (simple(b"x", "Content-Transfer-Encoding: x-uuencode"), Reason.UNSUPPORTED),
        (simple(b"x", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"), Reason.ENCRYPTED),
        (simple(b"x", "Content-Type: application/pkcs7-mime; smime-type=signed-data"), Reason.SIGNED),
        (simple(b"x", "Content-Type: message/external-body; access-type=URL"), Reason.UNSUPPORTED),
        (multipart("encrypted", b"\nx"), Reason.ENCRYPTED),
        (multipart("mixed", b"\nx", end=b""), Reason.ENDS_EARLY),
        (simple(b"x", "Content-Type: multipart/mixed; boundary=B"), Reason.DAMAGED),
        (simple(b"x", "Content-Type: multipart/mixed"), Reason.DAMAGED),
        (multipart("mixed", b"\nx", TNEF), Reason.UNKNOWN),
        (multipart("mixed", *[b"\nx"] * 1100), Reason.BOMB),
        (b"From x Mon Jun  2 08:55:10 2025\nMessage-ID: <a>\n\nx\n\n" * 2, Reason.SEVERAL_MAILS),
        (b"Message-ID: <a>\n\n", Reason.EMPTY),
    ],
)  # fmt: skip
def test_what_cannot_be_cleaned_is_refused_by_name(data: bytes, reason: Reason) -> None:
    """Letters nobody declared, cut and encrypted mails, attachments of no known kind, a thousand parts, mailboxes."""
    with pytest.raises(UncleanError) as refused:
        clean(data)
    assert refused.value.message == reason


def test_mails_in_mails_end_somewhere(make: SimpleNamespace) -> None:
    """Two deep is read, ten deep refused; one that a program packed against the rules is read too."""
    nested = simple(b"deep\n")
    for _ in range(2):
        nested = simple(nested, "Content-Type: message/rfc822")
    assert "deep" in (clean(nested).text or "")
    packed = simple(
        base64.encodebytes(simple(b"deep\n")), "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64"
    )
    assert "deep" in (clean(packed).text or "")
    for _ in range(10):
        nested = simple(nested, "Content-Type: message/rfc822")
    with pytest.raises(UncleanError) as refused:
        clean(nested)
    assert refused.value.message == Reason.NESTED


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("../../etc/passwd", "passwd.jpg"), ("C:\\x\\a.jpg", "a.jpg"), ("a\u202egpj.exe", "agpj.exe.jpg"),
        ("фото", "фото.jpg"),
        ("con.jpg", "file-1.jpg"), ("x" * 300 + ".jpg", "file-1.jpg"), ("=?utf-8?q?=D1=84?=", "ф.jpg"),
        ("a.JPEG", "a.JPEG"),
    ],
)  # fmt: skip
def test_names_of_files_are_safe_on_any_system(make: SimpleNamespace, name: str, own: str) -> None:
    """A name keeps its last step, and only where it can be read and written anywhere; else the file is numbered."""
    quoted = name.replace("\\", "\\\\").encode()
    part = b'Content-Type: image/jpeg; name="%s"\nContent-Transfer-Encoding: base64\n\n' % quoted
    data = multipart("mixed", b"\nx", part + base64.encodebytes(make.jpeg(make.picture())))
    (shown,) = message_from_bytes(clean(data).data, policy=policy.default).iter_attachments()
    assert shown.get_filename() == own


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nX-Mailer: x\r\n"),
        (b"From: ", b"From: =?utf-8?b?4oCL?= "),
        (b"From: a@example.org\r\n", b"From: a@example.org\r\nFrom: a@example.org\r\n"),
        (b"--\r\n", b"--\r\nepilogue\r\n"),
        (b"\r\n\r\n--", b"\r\n\r\npreamble\r\n--"),
        (b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: base64\r\nContent-ID: <x>\r\n"),
        (base64.b64encode(b"x\n"), base64.b64encode("x\u200b\n".encode())),
        (b"a.csv", b"%E2%80%8B.csv"),
        (base64.b64encode(b"a,b\n1,2\n"), base64.b64encode(b"a\x00b")),
    ],
)
def test_the_second_look_sees_what_is_put_back(before: bytes, after: bytes) -> None:
    """Headers, text between parts, hidden characters in headers, text, names and files."""
    file = b"Content-Disposition: attachment; filename=a.csv\n\na,b\n1,2\n"
    good = clean(multipart("mixed", b"\nx\n", file)).data
    assert eml.residue(good, worker.residue) == ()
    assert good.replace(before, after) != good
    assert eml.residue(good.replace(before, after), worker.residue) != ()


def test_a_mail_is_known_behind_pages_of_headers() -> None:
    """Services write long headers of their own before those that all write."""
    pages = "".join(f"X-Service-{number}: {'x' * 60}\n" for number in range(300))
    assert clean((pages + "Message-ID: <a>\nSubject: One\n\ntext\n").encode()).text == "Subject: One\n\ntext"


def test_text_that_only_looks_like_a_mail_stays_text() -> None:
    """Somebody may begin a statement with From and Subject."""
    assert clean("From: Марта\nSubject: свідчення\n\nЯ бачила.\n".encode()).media_type == "text/plain"


def test_damage_is_refused_and_never_another_error(make: SimpleNamespace) -> None:
    """Changed bytes, cuts and doublings: a clean copy without residue, or UncleanError with a reason."""
    whole, chance = mail(make), random.Random(20261126)
    outcomes = set()
    for _ in range(150):
        broken = bytearray(whole)
        place = chance.randrange(min(len(broken), 4000) if chance.random() < 0.6 else len(broken))
        match chance.randrange(3):
            case 0:
                broken[place : place + chance.randrange(1, 30)] = chance.choice(
                    [b"", b"\n", b"\r\n\r\n", b'"', b"=?", b"--"]
                )
            case 1:
                broken[place:place] = broken[place : place + 200]
            case _:
                broken[place] = chance.randrange(256)
        try:
            clean(bytes(broken))
            outcomes.add("clean")
        except UncleanError as error:
            assert error.message in list(Reason)
            assert error.message != Reason.RESIDUE
            outcomes.add("refused")
    assert outcomes == {"clean", "refused"}
