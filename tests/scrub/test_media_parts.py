"""Places in sound and video where bytes can hide: each is emptied, and the second look finds what is put back."""

from __future__ import annotations

import io
import struct
from types import ModuleType

import pytest

from archive.errors import UncleanError
from archive.scrub import (
    media,
    media_ogg,
    media_packets,
    media_tags,
    media_wav,
    worker,
)
from archive.scrub.contract import Capture, Reason
from archive.scrub.media_look import configuration_residue, packet_residue

SECRET = b"KANAREK-4711"


def unit(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def test_units_of_h264_that_are_no_picture_go() -> None:
    """User data, filling and unknown units; where decoding may begin stays, if it is alone."""
    slice_, start = unit(b"\x65picture"), unit(b"\x06\x06\x01\xc4\x80")
    secret, filling = unit(b"\x06\x05\x0c" + SECRET + b"\x80"), unit(b"\x0c" + SECRET)
    crowded = unit(b"\x06\x06\x01\xc4\x05\x0c" + SECRET + b"\x80")
    dirty = secret + start + filling + crowded + slice_ + unit(b"\x1e" + SECRET)
    assert media_packets.pictures_h264(4, dirty) == start + slice_
    assert packet_residue("h264", start + slice_) == ""
    for carrier in (secret, filling, crowded):
        assert packet_residue("h264", slice_ + carrier) == "Coder notes"


def test_units_of_hevc_that_are_no_picture_go() -> None:
    """As in H.264, with heads of two bytes."""
    slice_, start = unit(b"\x26\x01picture"), unit(b"\x4e\x01\x06\x01\x80\x80")
    secret, dolby = unit(b"\x4e\x01\x05\x0c" + SECRET + b"\x80"), unit(b"\x7c\x01" + SECRET)
    assert media_packets.pictures_hevc(4, secret + start + slice_ + dolby) == start + slice_
    assert packet_residue("hevc", start + slice_) == ""
    assert packet_residue("hevc", slice_ + secret) == packet_residue("hevc", dolby) == "Coder notes"


def test_zeros_behind_the_last_unit_go() -> None:
    """Some cameras fill packets up; what is not zero behind a unit is damage."""
    assert media_packets.pictures_h264(4, unit(b"\x65picture") + bytes(7)) == unit(b"\x65picture")
    with pytest.raises(UncleanError):
        media_packets.pictures_h264(4, unit(b"\x65picture") + bytes(4) + b"\x01")


def test_a_unit_longer_than_its_packet_is_refused() -> None:
    """A length that lies does not carry anything over."""
    with pytest.raises(UncleanError) as caught:
        media_packets.pictures_h264(4, b"\0\0\0\x20\x65short")
    assert caught.value.message == Reason.PICTURE_DAMAGED


def aac(*parts: str) -> bytes:
    bits = "".join(parts)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def test_filling_before_the_sound_of_aac_is_emptied() -> None:
    """Where coders write their names: short, long and data elements; bands that are sound stay."""
    secret = "".join(f"{byte:08b}" for byte in SECRET)
    sound = "000" + "1011" * 9
    short = "110" + "1100" + secret
    long = "110" + "1111" + f"{2 * len(SECRET) - 14:08b}" + secret * 2
    data = "100" + "0000" + "0" + f"{len(SECRET):08b}" + secret
    for carrier in (short, long, data, short + data):
        packet = aac(carrier, sound)
        quiet = media_packets.quiet_aac(packet)
        assert packet_residue("aac", packet) == "Coder notes"
        assert packet_residue("aac", quiet) == ""
        assert len(quiet) == len(packet)
        assert quiet.endswith(aac(sound)[-2:]) or bin(int.from_bytes(quiet, "big")).rstrip("0").endswith(
            sound.rstrip("0")
        )
    for heard in ("1011", "1100", "1101", "1110"):  # loudness, places, bands: sound
        bands = aac("110" + "0010" + heard + "101010101010", sound)
        assert media_packets.quiet_aac(bands) == bands
        assert packet_residue("aac", bands) == ""
    assert media_packets.quiet_aac(aac(sound)) == aac(sound)


def test_packets_of_amr_are_split_into_frames() -> None:
    """Each by its own length; a last one that is short stays what it is."""
    frames = [b"\x3c" + b"a" * 31, b"\x04" + b"b" * 12, b"\x44" + b"c" * 5, b"\x7c"]
    assert media_packets.amr_frames(b"".join(frames)) == frames
    assert media_packets.amr_frames(b"\x3cshort") == [b"\x3cshort"]


def test_filling_of_opus_is_emptied() -> None:
    """Padding of a packet becomes zeros, and is known by its length alone."""
    packet = bytes([3, 0x41, len(SECRET)]) + b"sound" + SECRET
    assert media_packets.quiet_opus(packet) == packet[:-12] + bytes(12)
    assert packet_residue("opus", packet) == "Filling"
    assert packet_residue("opus", media_packets.quiet_opus(packet)) == ""
    assert media_packets.quiet_opus(b"\x03\x01sound") == b"\x03\x01sound"


def test_user_data_of_mpeg4_goes() -> None:
    """The coder's name stands between the heads."""
    packet = b"\0\0\1\xb0\x01\0\0\1\xb2Lavc" + SECRET + b"\0\0\1\xb6picture"
    assert media_packets.quiet_mpeg4(packet) == b"\0\0\1\xb0\x01\0\0\1\xb6picture"
    assert packet_residue("mpeg4", packet) == "Coder notes"


def test_application_blocks_of_motion_jpeg_go() -> None:
    """A picture of a film is a JPEG, with all that JPEG can carry."""
    picture = b"\xff\xd8\xff\xe0\0\x10AVI1" + bytes(10) + b"\xff\xdb\0\x04ab"
    scan = b"\xff\xda\0\x04cdpicture\xff\xd9"
    carriers = b"".join(bytes([0xFF, mark]) + struct.pack(">H", 2 + 12) + SECRET for mark in (0xE1, 0xE0, 0xED, 0xFE))
    assert media_packets.plain_jpeg(picture + carriers + scan) == picture + scan
    assert packet_residue("mjpeg", picture + carriers + scan) == "JPEG blocks"
    assert packet_residue("mjpeg", picture + scan) == ""


def test_what_a_decoder_is_told_holds_parameter_sets_only() -> None:
    """x265 puts its settings into hvcC, where they lie beside the parameter sets."""
    sets = b"".join(struct.pack(">BHH", kind, 1, 3) + b"abc" for kind in (0xA0, 0x21, 0x22))
    notes = struct.pack(">BHH", 0x27, 1, len(SECRET)) + SECRET
    dirty = b"\x01" + bytes(21) + b"\x04" + sets + notes
    clean = media_packets.clean_extradata("hevc", dirty)
    assert clean == b"\x01" + bytes(21) + b"\x03" + sets
    assert configuration_residue("hevc", dirty) == "Coder notes"
    assert configuration_residue("hevc", clean) == ""
    plain = b"\x01\x64\0\x0a\xff\xe1\0\x03\x67ab\x01\0\x03\x68cd"
    noted = b"\x01\x64\0\x0a\xff\xe2\0\x03\x67ab" + struct.pack(">H", 13) + b"\x06" + SECRET + b"\x01\0\x03\x68cd"
    assert media_packets.clean_extradata("h264", noted) == plain
    assert configuration_residue("h264", noted) == "Coder notes"
    assert configuration_residue("h264", plain) == ""


def test_a_layout_of_aac_with_free_text_is_refused() -> None:
    """A programme of its own may carry a comment."""
    with pytest.raises(UncleanError) as caught:
        media_packets.clean_extradata("aac", b"\x12\x00" + SECRET)
    assert caught.value.message == Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("tags", "capture"),
    [
        ({"creation_time": "2025-06-02T08:55:10.000000Z"}, Capture(taken_at="2025-06-02T08:55:10", zone="+00:00")),
        (
            {
                "com.apple.quicktime.creationdate": "2025-06-02T11:55:10+0300",
                "creation_time": "2025-06-02T08:55:10Z",
                "com.apple.quicktime.location.ISO6709": "-43.4083+172.6362+012.3/",
                "com.apple.quicktime.make": "Invented",
                "com.apple.quicktime.model": "Phone 1",
            },
            Capture(
                taken_at="2025-06-02T11:55:10", zone="+03:00", latitude="-43.408300", longitude="172.636200",
                device="Invented Phone 1",
            ),
        ),
        ({"location": "+5027+03031/"}, Capture(latitude="50.450000", longitude="30.516667")),
        ({"location": "+502700.0-0303100/"}, Capture(latitude="50.450000", longitude="-30.516667")),
        ({"ICRD": "2025-06-02"}, None),
        ({"location": "+00.0000+000.0000/"}, None),
        ({"location": "+95.0+030.5/", "make": "x" * 200}, Capture(device="x" * 100)),
        ({"location": "somewhere", "title": "x", "date": "2025"}, None),
        ({"creation_time": "1904-01-01T00:00:00Z"}, Capture(taken_at="1904-01-01T00:00:00", zone="+00:00")),
    ],
)  # fmt: skip
def test_what_tags_prove(tags: dict[str, str], capture: Capture | None) -> None:
    """Apple's own moment with its zone comes before the one in UTC; coordinates in each of their three forms."""
    assert media.capture(tags) == capture


def whole(form: ModuleType, data: bytes) -> bytes:
    blocks: list[bytes] = []
    form.clean_stream(io.BytesIO(data), blocks.append)
    return b"".join(blocks)


def wav(rate: int = 8000, bits: int = 16, extra: bytes = b"", code: int = 1) -> bytes:
    form = struct.pack("<HHIIHH", code, 1, rate, rate * bits // 8, bits // 8, bits) + extra
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 1000) + bytes(range(250)) * 4
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_a_recorder_that_was_switched_off_is_read_to_its_end() -> None:
    """Sizes that were never written: the samples that are there count, down to whole ones."""
    plain = wav()
    at = plain.index(b"data") + 4
    for size in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
        broken = plain[:4] + size + plain[8:at] + size + plain[at + 4 :] + b"\x07"
        assert whole(media_wav, broken) == plain


def test_a_wav_of_more_than_four_gib_says_so_in_its_own_way() -> None:
    """RF64: the header alone is looked at here."""
    form = wav()[20:36]
    header = media_wav._header(form, 5 << 30)
    assert header[:4] == b"RF64"
    assert struct.unpack_from("<QQ", header, 20) == (len(header) + (5 << 30) - 8, 5 << 30)
    small = header[:20] + struct.pack("<QQ", len(header) + 1000 - 8, 1000) + header[36:] + bytes(1000)
    assert media_wav.residue_stream(io.BytesIO(small)) == ()
    assert media_wav.residue_stream(io.BytesIO(small + b"x")) == ("Trailer",)
    assert whole(media_wav, small) == wav()[:44] + bytes(1000)


@pytest.mark.parametrize("code", [0x55, 0x50, 0x161])
def test_a_wav_of_other_codes_is_refused(code: int) -> None:
    """MP3 and the like inside WAV."""
    with pytest.raises(UncleanError) as caught:
        whole(media_wav, wav(code=code))
    assert caught.value.message == Reason.UNSUPPORTED


@pytest.mark.parametrize("carrier", [b"LIST", b"bext", b"id3 ", b"abcd"])
def test_a_chunk_put_back_into_wav_is_found(carrier: bytes) -> None:
    """Before the samples, behind them, and one byte too many."""
    plain = wav()
    chunk = carrier + struct.pack("<I", 12) + SECRET
    for dirty in (plain[:36] + chunk + plain[36:], plain + chunk, plain + b"\0"):
        sized = dirty[:4] + struct.pack("<I", len(dirty) - 8) + dirty[8:]
        assert media_wav.residue_stream(io.BytesIO(sized))
    assert media_wav.residue_stream(io.BytesIO(plain)) == ()


def ogg_page(flags: int, serial: int, number: int, *packets: bytes) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBQII", b"OggS", 0, flags, 960 * max(0, number - 1), serial, number)
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    return head + struct.pack("<I", slow_crc(head + bytes(4) + rest)) + rest


def slow_crc(data: bytes) -> int:
    """Ogg's checksum bit by bit, as its specification words it."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


HEAD_PACKET = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"
NO_TAGS = b"OpusTags" + bytes(8)


def opus(tags: bytes = NO_TAGS, sound: bytes = b"\x08sound", serial: int = 1) -> bytes:
    return b"".join(
        (
            ogg_page(2, serial, 0, HEAD_PACKET), ogg_page(0, serial, 1, tags), ogg_page(0, serial, 2, sound, b"\x08b"),
            ogg_page(4, serial, 3, b"\x08c"),
        )
    )  # fmt: skip


def test_ogg_is_rebuilt_page_by_page() -> None:
    """Comments, serial number and filling go; a long packet over two pages stays whole; the checksum is right."""
    tags = b"OpusTags" + struct.pack("<I", 12) + SECRET + struct.pack("<II", 1, 12) + SECRET
    assert whole(media_ogg, opus(tags, serial=4711)) == opus()
    filled = bytes([3, 0x41, len(SECRET)]) + b"sound" + SECRET
    assert whole(media_ogg, opus(sound=filled)) == opus(sound=filled[:-12] + bytes(12))
    long = bytes([3, 0x41, len(SECRET)]) + b"s" * 65100 + SECRET
    first = struct.pack("<4sBBQII", b"OggS", 0, 0, (1 << 64) - 1, 7, 2)
    rest = b"\xff" * 256 + long[: 255 * 255]
    two = first + struct.pack("<I", slow_crc(first + bytes(4) + rest)) + rest
    start = ogg_page(2, 7, 0, HEAD_PACKET) + ogg_page(0, 7, 1, NO_TAGS)
    after = whole(media_ogg, start + two + ogg_page(5, 7, 3, long[255 * 255 :]))
    assert SECRET not in after
    assert len(after) == len(start + two + ogg_page(5, 7, 3, long[255 * 255 :]))
    assert media_ogg.residue_stream(io.BytesIO(after)) == ()


@pytest.mark.parametrize(
    "dirty",
    [
        opus(b"OpusTags" + struct.pack("<I", 12) + SECRET + bytes(4)),
        opus(serial=4711),
        opus() + SECRET,
        opus() + ogg_page(2, 1, 4, HEAD_PACKET),
        opus(sound=bytes([3, 0x41, 12]) + b"sound" + SECRET),
        opus()[:-1],
    ],
)
def test_what_is_put_back_into_ogg_is_found(dirty: bytes) -> None:
    """A comment, a serial number, something behind it, a second recording, filling, a lost byte."""
    try:
        assert media_ogg.residue_stream(io.BytesIO(dirty))
    except UncleanError as error:
        assert error.message == Reason.ENDS_EARLY


def test_recordings_in_a_row_and_moving_pictures_in_ogg_are_refused() -> None:
    """What could only go over in part does not go over."""
    for dirty in (opus() + opus(serial=2), ogg_page(2, 9, 0, b"\x80theora" + bytes(35)) + opus()):
        with pytest.raises(UncleanError) as caught:
            whole(media_ogg, dirty)
        assert caught.value.message == Reason.UNSUPPORTED


@pytest.mark.parametrize("size", ["7f7f7f7f", "00000000", "00000005", "00000800", "ffffffff"])
def test_a_tag_that_lies_about_its_length_is_named(size: str) -> None:
    """ID3 that leads past the end, before the sound or into it: what plays and what is left out would be a guess."""
    frames = b"\xff\xfb\x90\x64" + bytes(413)
    tag = b"ID3\x04\0\0" + bytes.fromhex(size) + b"TIT2\0\0\0\x0c\0\0KANAREK-471"
    with pytest.raises(UncleanError) as caught:
        worker.clean(tag + frames * 40)
    assert caught.value.message == Reason.SOUND_BLOCKS


def test_tags_at_both_ends_are_passed_over() -> None:
    """Two of each kind, one in the other's shadow; a length that lies is no tag."""
    id3 = b"ID3\x04\0\0\0\0\0\x0c" + SECRET
    lyrics = b"LYRICSBEGIN" + SECRET + b"000023LYRICS200"
    ape = SECRET + b"APETAGEX" + struct.pack("<III", 2000, 44, 1) + bytes(12)
    tag = b"TAG" + SECRET.ljust(125, b"\0")
    source = io.BytesIO(id3 * 2 + b"sound" + ape + lyrics + tag)
    assert media_tags.tags_before(source) == (44, ["ID3", "ID3"])
    assert media_tags.tags_after(source, len(source.getvalue())) == (49, ["ID3", "Lyrics3", "APE"])
    lying = io.BytesIO(b"ID3\x04\0\0\xff\xff\xff\xff" + b"sound")
    assert media_tags.tags_before(lying) == (0, [])
