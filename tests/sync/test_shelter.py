"""Attachments have a second name in the private mirror, and exchange finds them there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from archive.vault.shelter import shelter

Device = Any  # conftest.py's; pytest imports it by itself


def only(device: Device) -> Path:
    (path,) = device.files("objects")
    return Path(path)


def replace(path: Path, data: bytes | None) -> None:
    """What a sync tool does: a new file under the old name, or none."""
    path.unlink()
    if data is not None:
        path.write_bytes(data)


def test_a_new_attachment_has_a_second_name_and_no_second_copy(laptop: Device) -> None:
    path = only(laptop)
    assert (laptop.root / path).samefile(laptop.state.mirror.root / path)


@pytest.mark.parametrize("data", [b"cut", None])
def test_an_attachment_that_sync_destroyed_everywhere_comes_back(
    laptop: Device, stick: Path, data: bytes | None
) -> None:
    """The same truncated file lies on both sides, or none at all: size alone tells nothing, the second name does."""
    laptop.sync(stick)
    path = only(laptop)
    whole = (laptop.root / path).read_bytes()
    for root in (laptop.root, stick):
        replace(root / path, data)
    done = laptop.sync(stick)
    assert done.problems == ()
    assert (laptop.root / path).read_bytes() == (stick / path).read_bytes() == whole


def test_a_link_that_was_spoilt_is_made_anew(laptop: Device, stick: Path) -> None:
    """A tool wrote into the file itself and so into both: once healed from elsewhere, it is linked again."""
    laptop.sync(stick)
    path = only(laptop)
    whole = (laptop.root / path).read_bytes()
    (laptop.root / path).chmod(0o600)
    with (laptop.root / path).open("r+b") as file:
        file.truncate(10)
    assert laptop.sync(stick).healed == 1
    assert (laptop.root / path).read_bytes() == (laptop.state.mirror.root / path).read_bytes() == whole
    assert (laptop.root / path).samefile(laptop.state.mirror.root / path)


def test_what_came_is_linked_as_well(laptop: Device) -> None:
    other = laptop.second("other")
    added = other.add("there", b"a photo")
    laptop.sync(other.root)
    (part,) = added.entries[0].attachments[0].parts
    assert laptop.state.mirror.path(laptop.collective, "objects", part.o).exists()


def test_what_was_dropped_on_purpose_loses_its_second_name_too(laptop: Device) -> None:
    """A shredded attachment must not live on in the mirror."""
    path = only(laptop)
    laptop.open().holdings.drop("objects", [path.name])
    assert not (laptop.root / path).exists()
    assert not (laptop.state.mirror.root / path).exists()


def test_a_disk_without_links_keeps_nobody_from_working(laptop: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT, or a mirror on another disk."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    shelter(laptop.store, laptop.state.mirror, laptop.collective, [only(laptop).name])
    laptop.add("second", b"another")
    assert laptop.titles() == ["first", "second"]
