"""Checking a BagIt bag (RFC 8493), ours or anybody's: complete, unchanged, nothing extra, no odd paths; and signed?

What is there is judged, not what the manifests would like. Manifests of SHA-256 and SHA-512 count; weaker ones vouch
for nothing. A signature covers ``tagmanifest-sha256.txt``, and through it every file. Names in
problems come from the bag and are untrusted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from archive.bundle import parcel, stamping
from archive.bundle.parcel import File, Problem
from archive.errors import DamagedError
from archive.scrub.zip_look import FAULTS
from archive.seal import signing
from archive.speech import tr

TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURES = (f"{TAG_MANIFEST}.sig", f"{TAG_MANIFEST}.minisig")
"""What lies beside the tag manifest without being in it: it is made over the manifest. So does a time stamp."""

_CHUNK = 1 << 20
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_STRONG = frozenset({"sha256", "sha512"})
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)")
_TAG_LIMIT = 64 << 20  # octets of a tag file that are read


class Verdict(Struct, frozen=True):
    """What was found: ``ok`` when there is no problem; ``sha256`` that of the tag manifest, which tells this bag from
    any other; ``signed_by`` is the fingerprint of the key that signed, and ``stamped`` whether a time stamp of this
    very bag lies beside it (whose it is, ``openssl ts`` tells)."""

    ok: bool
    problems: tuple[Problem, ...]
    sha256: str | None = None
    signed_by: str | None = None
    stamped: bool = False


def verify(path: Path, signer: str | None = None) -> Verdict:
    """Check the bag at ``path``, a folder or a zip; NotFoundError if there is none. Reads a file once per manifest.

    ``signer`` is the key that has to have signed, as ``ssh-ed25519 AAAA…`` or its ``SHA256:…`` fingerprint.
    """
    problems: list[Problem] = []
    sha256, signed_by, stamped = None, None, False
    with parcel.opened(path) as bag:
        try:
            problems += bag.problems
            _check(bag.files, problems)
            sha256 = _digest(bag.files[TAG_MANIFEST], "sha256") if TAG_MANIFEST in bag.files else None
            signed_by = _signer(bag.files, problems)
            stamped = _is_stamped(bag.files, problems)
        except OSError as error:
            problems.append(Problem("", tr("cannot be read: {why}", why=error.strerror)))
        except FAULTS:
            problems.append(Problem("", parcel.damaged()))
    if signer is not None and not _is_of(signed_by, signer):
        problems.append(Problem("", tr("is not signed by the key you gave") if signed_by else tr("is not signed")))
    return Verdict(
        ok=not problems,
        problems=tuple(sorted(set(problems), key=lambda found: (found.path, found.problem))),
        sha256=sha256,
        signed_by=signed_by,
        stamped=stamped,
    )


def _check(files: Mapping[str, File], problems: list[Problem]) -> None:
    _declaration(files, problems)
    manifests = {name: match for name in files if (match := _MANIFEST.fullmatch(name)) and match[2] in _DIGITS}
    payload = {name for name in files if name.startswith("data/")}
    about_payload = [name for name, match in manifests.items() if not match[1] and match[2] in _STRONG]
    about_tags = [name for name, match in manifests.items() if match[1]]
    if not about_payload:
        problems.append(Problem("manifest-sha256.txt", tr("is missing: nothing vouches for the files")))
    for name in about_payload:
        listed = _listed(files, name, _DIGITS[manifests[name][2]], problems)
        _compare(files, manifests[name][2], listed, payload, problems)
    tags = files.keys() - payload - {*about_tags, *SIGNATURES, stamping.NAME}
    if not about_tags:
        extra = tags - {*manifests, "bagit.txt", "bag-info.txt", "fetch.txt"}
        problems.extend(Problem(path, tr("is extra: no manifest lists it")) for path in extra)
    for name in about_tags:  # no list names these, so a weak one is read as well: it could hold anything
        listed = _listed(files, name, _DIGITS[manifests[name][2]], problems)
        _compare(files, manifests[name][2], listed, tags, problems)
    _octets(files, payload, problems)


def _signer(files: Mapping[str, File], problems: list[Problem]) -> str | None:
    """The fingerprint of the key that signed the tag manifest; None where nobody did, or the signature fails."""
    ssh, minisign = (files.get(name) for name in SIGNATURES)
    manifest = files.get(TAG_MANIFEST)
    if ssh is None:
        if minisign is not None:
            problems.append(
                Problem(SIGNATURES[1], tr("stands alone: the signature that tells whose it is was removed"))
            )
        return None
    try:
        public = signing.verify_ssh(_text(ssh) or "", _data(manifest) if manifest else b"")
        if minisign is not None:
            signing.verify_minisign(_text(minisign) or "", _data(manifest) if manifest else b"", public)
    except DamagedError:
        problems.append(Problem(SIGNATURES[0], tr("does not hold: the bag was changed, or the signature")))
        return None
    return signing.fingerprint(public)


def _is_of(signed_by: str | None, signer: str) -> bool:
    wanted = signer.strip()
    if wanted.startswith("ssh-"):
        wanted = signing.fingerprint_of_line(wanted)
    return signed_by is not None and signed_by == wanted


def _is_stamped(files: Mapping[str, File], problems: list[Problem]) -> bool:
    """Whether an RFC 3161 token lies beside the tag manifest and is about it."""
    token, manifest = files.get(stamping.NAME), files.get(TAG_MANIFEST)
    if token is None:
        return False
    if manifest is not None and stamping.is_of(_data(token), _data(manifest)):
        return True
    problems.append(Problem(stamping.NAME, tr("is the time stamp of something else")))
    return False


def _declaration(files: Mapping[str, File], problems: list[Problem]) -> None:
    if "bagit.txt" not in files:
        problems.append(Problem("bagit.txt", tr("is missing: this is no BagIt folder")))
        return
    text = _text(files["bagit.txt"])
    if text is None or not re.fullmatch(r"BagIt-Version: \d+\.\d+\nTag-File-Character-Encoding: UTF-8\n?", text):
        problems.append(Problem("bagit.txt", tr("is not as it has to be")))
    if "fetch.txt" in files:
        problems.append(Problem("fetch.txt", tr("names files that would have to be fetched from elsewhere")))


def _listed(files: Mapping[str, File], name: str, digits: int, problems: list[Problem]) -> dict[str, str]:
    """Path -> digest of a manifest; lines that are no such thing and paths that lead out are problems."""
    listed: dict[str, str] = {}
    text = _text(files[name])
    for line in filter(None, ("\0" if text is None else text).split("\n")):
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != digits:
            problems.append(Problem(name, tr("has a line that is none of a manifest")))
            continue
        path = _decoded(match[2])
        if not _is_plain(path):
            problems.append(Problem(name, tr("names a path that leads out of the folder")))
        elif listed.setdefault(path, match[1].lower()) != match[1].lower():
            problems.append(Problem(path, tr("is listed twice, differently")))
    return listed


def _compare(
    files: Mapping[str, File], algorithm: str, listed: Mapping[str, str], there: set[str], problems: list[Problem]
) -> None:
    problems.extend(Problem(path, tr("is missing")) for path in listed.keys() - there)
    problems.extend(Problem(path, tr("is extra: no manifest lists it")) for path in there - listed.keys())
    for path in sorted(listed.keys() & there):
        if _digest(files[path], algorithm) != listed[path]:
            problems.append(Problem(path, tr("was changed")))


def _octets(files: Mapping[str, File], payload: set[str], problems: list[Problem]) -> None:
    """Compare ``Payload-Oxum`` (octets and number of files), where ``bag-info.txt`` gives one."""
    text = _text(files["bag-info.txt"]) if "bag-info.txt" in files else None
    given = re.search(r"(?im)^Payload-Oxum:[ \t]*(\S+)[ \t]*$", text or "")
    octets = sum(files[path].size for path in payload)
    if given and given[1] != f"{octets}.{len(payload)}":
        problems.append(Problem("bag-info.txt", tr("counts other files than there are")))


def _digest(held: File, algorithm: str) -> str:
    digest = hashlib.new(algorithm)
    with held.open() as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _data(held: File) -> bytes:
    """A tag file; nothing of one that is beyond measure."""
    with held.open() as file:
        data = file.read(_TAG_LIMIT + 1)
    return data if len(data) <= _TAG_LIMIT else b""


def _text(held: File) -> str | None:
    """A tag file as text, line ends made one; None if it is no UTF-8 or beyond measure."""
    try:
        return _data(held).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def _decoded(path: str) -> str:
    """A path as it lies on disk: line ends and the per cent sign are written %0D, %0A, %25 (RFC 8493, 2.1.3)."""
    return re.sub("%(0[AaDd]|25)", lambda match: chr(int(match[1], 16)), path)


def _is_plain(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts) and not path.startswith(("/", "~")) and ".." not in parts and "\\" not in path and "\0" not in path
    )
