"""Every format of sound and video keeps the contract: it names what is there, leaves none of it, changes no packet."""

from __future__ import annotations

import hashlib
import io
import json
import math
import random
import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import mutagen
import pytest

from archive.errors import UncleanError
from archive.scrub import (
    media_avi,
    media_flac,
    media_matroska,
    media_mp3,
    media_mp4,
    media_ogg,
    media_wav,
    worker,
)
from archive.scrub.contract import HEAD, Cleaned, Reason, Stream

CANARY = "KANAREK-4711"
TAGS = {
    "title": CANARY, "artist": CANARY, "comment": CANARY, "location": "+50.4501+030.5234/",
    "creation_time": "2025-06-02T08:55:10.000000Z", "date": "2025-06-02", "make": "Invented", "model": "Phone 1",
}  # fmt: skip


class Pipe(io.RawIOBase):
    """Bytes that come once, as out of a pipe."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(size)


def frames(form: str, count: int = 10) -> list[av.VideoFrame]:
    chance = random.Random(4711)
    made = [av.VideoFrame(64, 64, form) for _ in range(count)]
    for number, frame in enumerate(made):
        for plane in frame.planes:
            plane.update(chance.randbytes(plane.buffer_size))
        frame.pts, frame.time_base = number, Fraction(1, 10)
    return made


def tone(rate: int) -> av.AudioFrame:
    frame = av.AudioFrame("s16", "mono", rate)
    wave = struct.pack(f"<{rate}h", *(int(9000 * math.sin(440 * 6.283 * at / rate)) for at in range(rate)))
    frame.planes[0].update(wave.ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    return frame


def recorded(form: str, video: str = "", audio: str = "", turn: int = 0, rate: int = 48000, **options: str) -> bytes:
    """A second of noise and tone, with tags, chapters and whatever the coders write of themselves."""
    out = io.BytesIO()
    with av.open(out, "w", format=form, options=options) as container:
        container.metadata.update(TAGS)
        container.set_chapters(
            [{"id": 1, "start": 0, "end": 500, "time_base": Fraction(1, 1000), "metadata": {"title": CANARY}}]
        )
        moving = sounding = None
        if video:
            moving = container.add_stream(video, rate=10, options={"preset": "ultrafast"})
            moving.width = moving.height = 64
            moving.pix_fmt = "yuvj420p" if video == "mjpeg" else "yuv420p"
            moving.metadata.update({"handler_name": CANARY, "title": CANARY})
            if turn:
                moving.set_display_rotation(turn)
        if audio:
            layout = "stereo" if audio == "vorbis" else "mono"
            sounding = container.add_stream(audio, rate=rate, layout=layout, options={"strict": "experimental"})
            sounding.metadata.update({"handler_name": CANARY, "title": CANARY})
        for frame in frames(moving.pix_fmt) if moving else []:
            container.mux(moving.encode(frame))
        if sounding:
            for frame in av.AudioResampler(sounding.format.name, layout, rate).resample(tone(rate)):
                container.mux(sounding.encode(frame))
        for stream in filter(None, (moving, sounding)):
            container.mux(stream.encode(None))
    return out.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def dirty_mp4(form: str = "mp4", **options: object) -> bytes:
    """With XMP in a UUID box, free space that is none, and something behind it."""
    plain = recorded(form, **{"video": "libx264", "audio": "aac", **options})  # type: ignore[arg-type]
    secret = CANARY.encode()
    xmp = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + b"<x:xmpmeta>" + secret)
    return plain + xmp + box(b"free", secret) + box(b"meta", secret) + b"\0\0\0\0" + secret


def dirty_wav() -> bytes:
    plain = recorded("wav", audio="pcm_s16le")
    secret = CANARY.encode().ljust(16, b"\0")
    bext = secret * 20 + b"2025-06-0208:55:10" + secret * 20
    chunks = b"".join(
        kind + len(body).to_bytes(4, "little") + body
        for kind, body in ((b"bext", bext), (b"iXML", secret), (b"id3 ", secret), (b"abcd", secret))
    )
    at = plain.index(b"data")
    whole = plain[:at] + chunks + plain[at:] + b"cue " + len(secret).to_bytes(4, "little") + secret
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:] + secret


def dirty_mp3() -> bytes:
    """With ID3 before and behind it and APE: LAME writes its name into frames and between them."""
    secret = CANARY.encode()
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (32 + len(secret)).to_bytes(4, "little") + bytes(16)
    return recorded("mp3", audio="libmp3lame") + secret + ape + b"TAG" + secret.ljust(125, b"\0")


def flac_block(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def dirty_flac() -> bytes:
    plain = recorded("flac", audio="flac")
    secret = CANARY.encode()
    blocks = b"".join(flac_block(kind, secret) for kind in (1, 2, 5, 6, 9))
    id3 = b"ID3\x04\0\0\0\0\0\x16TIT2\0\0\0\x0c\0\0" + secret
    return id3 + plain[:42] + blocks + plain[42:] + b"TAG" + secret.ljust(125, b"\0")


def dirty_matroska() -> bytes:
    out = io.BytesIO(recorded("matroska", video="libx264", audio="libopus"))
    again = io.BytesIO()
    with av.open(out) as source, av.open(again, "w", format="matroska") as container:
        container.metadata.update(TAGS)
        ways = {stream.index: container.add_stream_from_template(stream, opaque=True) for stream in source.streams}
        container.add_attachment(f"{CANARY}.txt", "text/plain", CANARY.encode())
        for packet in source.demux():
            if packet.size:
                packet.stream = ways[packet.stream_index]
                container.mux(packet)
    return again.getvalue()


MAKE: dict[str, tuple[Stream, Callable[[], bytes], str]] = {
    "mp4": (media_mp4, dirty_mp4, "video/mp4"),
    "mov": (media_mp4, lambda: dirty_mp4("mov", audio="pcm_s16le"), "video/quicktime"),
    "hevc": (media_mp4, lambda: dirty_mp4(video="libx265"), "video/mp4"),
    "m4a": (media_mp4, lambda: dirty_mp4("ipod", video=""), "audio/mp4"),
    "ipcm": (media_mp4, lambda: dirty_mp4(audio="pcm_s24le"), "video/mp4"),
    "fpcm": (media_mp4, lambda: dirty_mp4(video="", audio="pcm_f32le"), "audio/mp4"),
    "3gp": (media_mp4, lambda: dirty_mp4("3gp", audio="libopencore_amrnb", rate=8000), "video/3gpp"),
    "fragments": (
        media_mp4,
        lambda: recorded("mp4", "libx264", "aac", movflags="frag_keyframe+empty_moov"),
        "video/mp4",
    ),
    "mkv": (media_matroska, dirty_matroska, "video/x-matroska"),
    "webm": (media_matroska, lambda: recorded("webm", "libvpx-vp9", "libopus"), "video/webm"),
    "avi": (media_avi, lambda: recorded("avi", "mjpeg", "pcm_s16le"), "video/x-matroska"),
    "mp3": (media_mp3, dirty_mp3, "audio/mpeg"),
    "opus": (media_ogg, lambda: recorded("ogg", audio="libopus"), "audio/ogg"),
    "vorbis": (media_ogg, lambda: recorded("ogg", audio="vorbis"), "audio/ogg"),
    "flac": (media_flac, dirty_flac, "audio/flac"),
    "wav": (media_wav, dirty_wav, "audio/wav"),
}
EXPECTED = {
    "mp4": {
        "GPS",
        "Dates",
        "Tags",
        "Encoder",
        "Handler",
        "Chapters",
        "User data",
        "UUID box",
        "Trailer",
        "Coder notes",
    },
    "mov": {"GPS", "Dates", "Tags", "Device", "Handler", "Chapters", "User data", "UUID box", "Trailer", "Coder notes"},
    "hevc": {"GPS", "Coder notes", "UUID box"},
    "m4a": {"GPS", "Tags", "Chapters", "Coder notes", "Trailer"},
    "ipcm": {"GPS", "Tags", "Handler", "UUID box", "Trailer", "Coder notes"},
    "fpcm": {"GPS", "Tags", "Handler", "UUID box", "Trailer"},
    "3gp": {"GPS", "User data", "UUID box", "Trailer"},
    "fragments": {"GPS", "Dates", "Handler", "Chapters", "User data", "Coder notes"},
    "mkv": {"GPS", "Dates", "Device", "Tags", "Attachments", "File ID", "Coder notes"},
    "webm": {"GPS", "Dates", "Device", "Tags", "Chapters", "Handler"},
    "avi": {"Tags", "Dates", "LIST info", "Coder notes"},
    "mp3": {"ID3", "APE", "Encoder"},
    "opus": {"Opus comment"},
    "vorbis": {"Vorbis comment"},
    "flac": {"ID3", "Padding", "Application", "Cue sheet", "Cover picture", "Unknown", "Vorbis comment"},
    "wav": {"LIST info", "Broadcast", "iXML", "ID3", "Unknown", "Cue points", "Trailer"},
}
PLACED = {"mp4", "mov", "hevc", "m4a", "ipcm", "fpcm", "3gp", "fragments", "mkv", "webm", "opus", "vorbis", "flac"}
each = pytest.mark.parametrize("name", MAKE)


@cache
def dirty(name: str) -> bytes:
    return MAKE[name][1]()


@cache
def made(name: str) -> tuple[Cleaned, bytes]:
    return clean(MAKE[name][0], dirty(name))


def clean(form: Stream, data: bytes) -> tuple[Cleaned, bytes]:
    blocks: list[bytes] = []
    cleaned = form.clean_stream(io.BytesIO(data), blocks.append)
    return cleaned, b"".join(blocks)


def look(name: str, data: bytes) -> tuple[str, ...]:
    """The second look, by the format that the clean copy has."""
    form = media_matroska if name == "avi" else MAKE[name][0]
    return form.residue_stream(Pipe(data))  # type: ignore[arg-type]


def shown(data: bytes) -> list[tuple[str, object, str]]:
    """Every picture and every sample as decoded: when, and a digest; sound as one run from its first moment on."""
    seen: list[tuple[str, object, str]] = []
    with av.open(io.BytesIO(data)) as container:
        for stream in [*container.streams.video, *container.streams.audio]:
            if stream.disposition & av.stream.Disposition.attached_pic:
                continue
            container.seek(0)
            digest, first = hashlib.sha256(), None
            for frame in container.decode(stream):
                first = frame.time if first is None else first
                if isinstance(frame, av.VideoFrame):
                    seen.append(
                        ("picture", round(frame.time, 2), hashlib.sha256(frame.to_image().tobytes()).hexdigest())
                    )
                else:
                    size = (
                        frame.samples * frame.format.bytes * (1 if frame.format.is_planar else frame.layout.nb_channels)
                    )
                    digest.update(b"".join(bytes(plane)[:size] for plane in frame.planes))
            if stream.type == "audio":
                seen.append(("sound", round(first or 0, 2), digest.hexdigest()))
    return seen


@each
def test_names_every_group_that_was_there(name: str) -> None:
    """The report names each carrier that was put in, and all of them as removed."""
    cleaned, _ = made(name)
    assert EXPECTED[name] <= set(cleaned.found)
    assert cleaned.removed == cleaned.found
    assert (cleaned.media_type, cleaned.data, cleaned.lossless) == (MAKE[name][2], b"", True)


@each
def test_nothing_is_left(name: str) -> None:
    """No canary in any byte, no residue; a second cleaning finds nothing and changes no length."""
    before, after = dirty(name), made(name)[1]
    for secret in (CANARY.encode(), CANARY.encode("utf-16-le"), b"KANA", b"50.45", b"Lavc", b"x264", b"x265", b"LAME3"):
        assert secret not in after
    assert CANARY.encode() in before
    assert look(name, after) == ()
    again = worker.clean(after)
    assert (again.found, len(again.data)) == ((), len(after))


@each
def test_the_second_look_sees_what_was_there(name: str) -> None:
    """The second look is no rubber stamp."""
    assert look(name, dirty(name))


@each
def test_shows_and_sounds_the_same(name: str) -> None:
    """Every picture at its time, every sample."""
    plain = {"mp3": ("mp3", "libmp3lame"), "flac": ("flac", "flac")}  # libav stumbles over what was put into these
    before = recorded(plain[name][0], audio=plain[name][1]) if name in plain else dirty(name)
    assert shown(made(name)[1]) == shown(before)


@each
def test_tells_what_the_recording_proves(name: str) -> None:
    """Moment and place come out before cleaning, as far as the format holds them."""
    capture = made(name)[0].capture
    if name == "avi":  # a day alone is no moment
        assert capture is None
        return
    assert capture is not None
    assert str(capture.taken_at).startswith("2025-06-02")
    if name in PLACED:
        assert (capture.latitude, capture.longitude, capture.zone) == ("50.450100", "30.523400", "+00:00")
    if name in ("mov", "mkv", "webm", "flac", "opus"):
        assert capture.device == "Invented Phone 1"


@each
def test_goes_through_the_sandbox_by_content_alone(name: str) -> None:
    """What the worker makes of the bytes is what the format makes; exactly one format claims them."""
    assert worker.clean(dirty(name)).data == made(name)[1]
    assert MAKE[name][0].matches(made(name)[1][:HEAD]) or name == "avi"
    assert not MAKE[name][0].matches(b"")


@each
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_what_ends_early_is_refused(name: str, share: float) -> None:
    """A clean file that is cut short: what is missing would be lost unnoticed."""
    whole = made(name)[1]
    with pytest.raises(UncleanError) as caught:
        worker.clean(whole[: int(len(whole) * share)])
    assert caught.value.message in list(Reason)


@each
def test_damage_is_refused_and_never_another_error(name: str) -> None:
    """Changed bytes, cuts, doublings and zeros: a clean copy without residue, or UncleanError with a reason."""
    whole = dirty(name)
    chance = random.Random(name)
    outcomes = set()
    for turn in range(40):
        broken = bytearray(whole)
        place = chance.randrange(len(broken) if turn % 2 else min(2000, len(broken)))
        match chance.randrange(4):
            case 0:
                for _ in range(chance.randrange(1, 8)):
                    broken[min(len(broken) - 1, place + chance.randrange(300))] = chance.randrange(256)
            case 1:
                del broken[place:]
            case 2:
                broken[place:place] = broken[place : place + 200]
            case _:
                broken[place : place + chance.randrange(1, 40)] = bytes(4)
        try:
            worker.clean(bytes(broken))
            outcomes.add("clean")
        except UncleanError as error:
            assert error.message in list(Reason)
            outcomes.add("refused")
    assert "refused" in outcomes


ALLOWED_TAGS = {
    "major_brand", "minor_version", "compatible_brands", "language=und", "vendor_id=[0][0][0][0]", "DURATION",
    "encoder=Lavf",
}  # fmt: skip
SPEAKING = re.compile(
    r"Title|Artist|Comment|^Make$|Model|GPS|Location|Software|XMP|UserData|Author|HandlerDesc|HandlerVendor|^Description"
    r"|Copyright$|Creator|Chapter|Attach|DateTime|DateUTC|Originat|SegmentUID"
)


def tool(name: str, *arguments: str | Path) -> str:
    """What another program says of a file; the test is skipped by name where it is missing."""
    if shutil.which(name) is None:
        pytest.skip(f"needs {name}")
    done = subprocess.run([name, *arguments], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def written(name: str, tmp_path: Path) -> Path:
    ending = {"hevc": "mp4", "fragments": "mp4", "avi": "mkv", "vorbis": "ogg"}.get(name, name)
    path = tmp_path / f"clean.{ending}"
    path.write_bytes(made(name)[1])
    return path


@each
def test_exiftool_finds_structure_only(name: str, tmp_path: Path) -> None:
    """No speaking tag, and every date an empty one."""
    listed = tool("exiftool", "-a", "-u", "-G1", "-s", "-ee", written(name, tmp_path))
    lines = [line.partition("]")[2].strip() for line in listed.splitlines() if not line.startswith(("[Sys", "[Exif"))]
    assert CANARY not in listed
    for line in lines:
        tag, _, value = line.partition(":")
        assert not SPEAKING.search(tag.strip()), line
        assert "Date" not in tag or value.strip() == "0000:00:00 00:00:00", line


@each
def test_ffprobe_finds_streams_of_sound_and_picture_only(name: str, tmp_path: Path) -> None:
    """No other stream, no chapter, no tag but how the file is built."""
    told = json.loads(tool("ffprobe", "-v", "error", "-print_format", "json", "-show_streams", "-show_format",
                           "-show_chapters", written(name, tmp_path)))  # fmt: skip
    assert {stream["codec_type"] for stream in told["streams"]} <= {"video", "audio"}
    assert told["chapters"] == []
    for tags in (told["format"].get("tags", {}), *(stream.get("tags", {}) for stream in told["streams"])):
        assert [tag for tag in tags if tag not in ALLOWED_TAGS and f"{tag}={tags[tag]}" not in ALLOWED_TAGS] == []


@each
def test_mutagen_and_mediainfo_find_no_tag(name: str, tmp_path: Path) -> None:
    """Two more readers, of which one knows tags of sound better than anybody."""
    path = written(name, tmp_path)
    known = mutagen.File(path)
    assert known is None or not known.tags
    assert CANARY not in tool("mediainfo", "--Full", path)


@pytest.mark.parametrize("name", ["mp3", "flac", "wav", "opus", "vorbis"])
def test_mat2_finds_nothing(name: str, tmp_path: Path) -> None:
    """Of video it lists how the file is built; of these it says that nothing is there."""
    assert "No metadata found" in tool("mat2", "--show", written(name, tmp_path))


def test_every_packet_of_ffmpeg_is_the_same(tmp_path: Path) -> None:
    """Another libav, which decodes picture and sound: the same before and after."""
    path = tmp_path / "dirty.mp4"
    path.write_bytes(dirty("mp4"))
    before = tool("ffmpeg", "-v", "error", "-i", path, "-map", "0:v:0", "-map", "0:a:0", "-f", "md5", "-")
    assert before == tool("ffmpeg", "-v", "error", "-i", written("mp4", tmp_path), "-f", "md5", "-")


def with_second_sound() -> bytes:
    """A film with two tracks of sound, the second of a kind that libav does not know, as new iPhones write it."""
    out = io.BytesIO()
    with av.open(io.BytesIO(recorded("mp4", "libx264", "aac"))) as source, av.open(out, "w", format="mp4") as container:
        played = (source.streams.video[0], source.streams.audio[0])
        ways = [container.add_stream_from_template(stream, opaque=True) for stream in played]
        second = container.add_stream_from_template(source.streams.audio[0], opaque=True)
        for packet in source.demux(*played):
            if packet.size:
                data, number = bytes(packet), packet.stream_index
                for way in (ways[number], *([second] if number else [])):
                    copy = av.Packet(data)
                    copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
                    copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, way
                    container.mux(copy)
    head, _, tail = out.getvalue().rpartition(b"mp4a")
    return head + b"apac" + tail.replace(b"esds", b"dapa", 1)


def test_sound_that_nobody_can_read_goes_where_other_sound_tells_the_same() -> None:
    """Apple's spatial sound lies beside plain sound; alone it would be refused."""
    cleaned, after = clean(media_mp4, with_second_sound())
    assert "Second sound" in cleaned.found
    with av.open(io.BytesIO(after)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
    alone = recorded("mp4", "libx264", "aac").replace(b"mp4a", b"apac").replace(b"esds", b"dapa")
    with pytest.raises(UncleanError) as caught:
        worker.clean(alone)
    assert caught.value.message == Reason.UNSUPPORTED


@pytest.mark.parametrize("carrier", ["encv", "drms"])
def test_a_film_protected_against_copying_says_so(carrier: str) -> None:
    """Bought films and books: nothing can be read out of them."""
    with pytest.raises(UncleanError) as caught:
        worker.clean(made("mp4")[1].replace(b"avc1\0\0\0\0", carrier.encode() + bytes(4)))
    assert caught.value.message == Reason.PROTECTED


def carriers(kind: str) -> dict[str, bytes]:
    """Clean files with one thing put back."""
    whole, secret = made(kind)[1], CANARY.encode()
    index = whole.index(b"moov") - 4
    size = int.from_bytes(whole[index : index + 4], "big")
    grown = (size + 8 + len(secret)).to_bytes(4, "big")
    coder = whole.index(b"avc1" + bytes(4)) + 46  # where the name of a coder stands
    return {
        "behind": whole + box(b"free", secret),
        "before": whole[:index] + box(b"uuid", secret) + whole[index:],
        "inside": whole[:index]
        + grown
        + whole[index + 4 : index + size]
        + box(b"udta", secret)
        + whole[index + size :],
        "date": whole.replace(b"mvhd" + bytes(12), b"mvhd" + bytes(4) + b"\xe0" * 8, 1),
        "name": whole.replace(b"vide" + bytes(13), b"vide" + bytes(4) + secret[:9], 1),
        "coder": whole[:coder] + secret + whole[coder + len(secret) :],
        "codec": whole.replace(b"avc1" + bytes(4), b"kana" + bytes(4), 1),
        "picture": whole.replace(b"\x65\x88", b"\x06\x05", 1),
        "short": whole[:-1],
    }


@pytest.mark.parametrize("where", ["behind", "before", "inside", "date", "name", "coder", "codec", "picture", "short"])
def test_the_second_look_finds_what_is_put_back_into_mp4(where: str) -> None:
    """One box, one date, one name, one unit, one byte."""
    dirty_again = carriers("mp4")[where]
    assert dirty_again != made("mp4")[1]
    try:
        assert look("mp4", dirty_again)
    except UncleanError as error:
        assert error.message == Reason.ENDS_EARLY


@pytest.mark.parametrize(
    ("found", "put"),
    [
        (b"\x4d\x80\x84Lavf", b"\x4d\x80\x84KANA"),
        (b"DURATION", b"KANAREK!"),
        (b"A_OPUS", b"A_KANA"),
        (b"\x45\xa3\x88", b"\x53\x6e\x88"),
    ],
)
def test_the_second_look_finds_what_is_put_back_into_matroska(found: bytes, put: bytes) -> None:
    """A coder's name, a tag, a codec that is not on the list, a track's name."""
    whole = made("mkv")[1]
    assert found in whole
    assert look("mkv", whole.replace(found, put, 1))


def test_chromium_plays_what_comes_out(tmp_path: Path) -> None:
    """The program most people will open it with finds length and size of each."""
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    names = ["mp4", "fragments", "webm", "m4a", "mp3", "opus", "vorbis", "flac", "wav"]
    parts = []
    for name in names:
        (tmp_path / name).write_bytes(made(name)[1])
        tag = "video" if MAKE[name][2].startswith("video") else "audio"
        parts.append(f"<{tag} id={name} preload=auto src={name}></{tag}>")
    script = (
        "const all = [...document.querySelectorAll('video,audio')];"
        "Promise.all(all.map(one => new Promise(done => { one.onerror = () => done(one.id + ' error');"
        "one.oncanplaythrough = () => done(one.id + ' ' + Math.round(one.duration) + ' ' + (one.videoWidth || 0)) })))"
        ".then(told => document.body.textContent = told.join(';'))"
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><body>{''.join(parts)}<script>{script}</script>")
    shown = tool(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=20000", "--dump-dom", page.as_uri(),
    )  # fmt: skip
    moving = {"mp4", "fragments", "webm"}
    assert all(f"{name} 1 {64 if name in moving else 0}" in shown for name in names), shown[-500:]


@pytest.mark.parametrize("form", ["mp4", "mov"])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_film_stays_turned(form: str, turn: int) -> None:
    """A phone that was held upright: the turn is kept, and said."""
    before = dirty_mp4(form, turn=turn)
    cleaned, after = clean(media_mp4, before)
    assert cleaned.kept == ("Rotation",)
    turns = []
    for data in (before, after):
        with av.open(io.BytesIO(data)) as container:
            turns.append(next(container.decode(container.streams.video[0])).rotation)
    assert turns[0] == turns[1] != 0


def test_an_upright_film_is_not_called_turned() -> None:
    """Nothing is said where nothing had to be kept."""
    assert made("mp4")[0].kept == ()


def heard(data: bytes) -> bytes:
    """The samples that a player gets out of it, which cuts what the first frame says is to be cut."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs ffmpeg")
    words = ("ffmpeg", "-v", "error", "-i", "-", "-map", "0:a:0", "-f", "s16le", "-")
    return subprocess.run(words, input=data, capture_output=True, check=True).stdout


@pytest.mark.parametrize("told", ["as it was", "no silence to cut", "nothing at all"])
def test_what_the_silent_frame_of_mp3_says_is_heard_alike(told: str) -> None:
    """Players cut 529 samples more where a coder names itself, and play the frame where it says nothing."""
    brought = dirty("mp3")
    at = brought.index(b"Info")
    assert brought[at + 120 : at + 124] in (b"LAME", b"Lavc", b"Lavf") and any(brought[at + 141 : at + 144])
    if told == "no silence to cut":
        brought = brought[: at + 141] + bytes(3) + brought[at + 144 :]
    elif told == "nothing at all":
        brought = brought[: at + 4] + bytes(144) + brought[at + 148 :]
    cleaned = worker.clean(brought).data
    assert heard(cleaned) == heard(brought)
    assert cleaned[cleaned.index(b"Info") + 7] == brought[at + 7] & 7
    assert media_mp3.residue_stream(io.BytesIO(cleaned)) == ()
