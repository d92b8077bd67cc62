"""Text encodings that pages, mails and RTF files declare: decoded by what they say, strictly, and never by a guess.

A label means what browsers take it for: ISO-8859-1 is windows-1252, GB2312 is GB18030. A byte that its encoding does
not know refuses the file, since a replaced letter would be lost without anybody noticing.
"""

from __future__ import annotations

from archive.errors import UncleanError
from archive.scrub.contract import Reason

_WINDOWS = {f"{prefix}125{number}": f"cp125{number}" for prefix in ("windows-", "cp", "cp-") for number in range(9)}
_ISO = {f"iso-8859-{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
_CODECS = {
    **_WINDOWS, **_ISO,
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "ansi-x3.4-1968": "ascii",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso8859-2": "iso8859-2", "latin2": "iso8859-2", "iso8859-5": "iso8859-5", "iso8859-15": "iso8859-15",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "koi8-ru": "koi8-u", "ibm866": "cp866", "cp866": "cp866", "cp437": "cp437",
    "cp850": "cp850", "cp852": "cp852", "ibm852": "cp852", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "shift-jis": "cp932",
    "euc-jp": "euc-jp", "iso-2022-jp": "iso2022-jp", "euc-kr": "cp949", "ks-c-5601-1987": "cp949",
    "cp874": "cp874", "cp932": "cp932", "cp936": "gb18030", "cp949": "cp949", "cp950": "cp950", "cp1361": "johab",
    "cp65001": "utf-8", "cp10000": "mac-roman", "cp10007": "mac-cyrillic",
}  # fmt: skip


def decoded(data: bytes, label: str) -> str:
    """Decode ``data`` as ``label`` declares. Raises UncleanError where label or a byte is not known."""
    codec = _CODECS.get(label.strip().strip("\"'").lower().replace("_", "-"))
    if codec is None:
        raise UncleanError(Reason.ENCODING)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise UncleanError(Reason.ENCODING) from error
