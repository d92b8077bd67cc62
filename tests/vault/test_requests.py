"""Requests to be let in: public, named by their hash, limited, and nothing but requests."""

from __future__ import annotations

import os

import msgspec
import pytest

from archive.errors import ArchiveError, DamagedError
from archive.seal import canonical
from archive.seal.identity import Identity
from archive.vault import requests
from archive.vault.check import check
from archive.vault.requests import Request

BORIS = Identity(bytes(range(32)), "bb" * 16)


def test_a_request_lies_in_the_folder_under_its_hash(place):
    """Mode, time and name are those of every file here, and check finds nothing wrong."""
    request = requests.ask(BORIS)
    requests.leave(place.store, request, os.urandom)
    requests.leave(place.store, request, os.urandom)
    (path,) = place.path("requests").iterdir()
    assert path.name == request.id
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.stat().st_mtime == path.parent.stat().st_mtime == place.store.root.stat().st_mtime
    assert list(requests.waiting(place.store)) == [request]
    assert check(place.store).problems == ()
    requests.take_away(place.store, request)
    requests.take_away(place.store, request)
    assert list(requests.waiting(place.store)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"more": 1},
        {"replaces": "x"},
        {"card": {}},
        {"card": {**msgspec.to_builtins(requests.ask(BORIS).card), "person": "other"}},
    ],
    ids=str,
)
def test_what_is_no_request_is_refused(change):
    """Another form, a stranger's claim, a card that its device did not sign."""
    fields = {**msgspec.to_builtins(requests.ask(BORIS)), **change}
    with pytest.raises(DamagedError):
        requests.read(canonical.encode(fields))
    with pytest.raises(DamagedError):
        requests.read(requests.ask(BORIS).line + b"\n")


def test_a_changed_file_is_passed_over_and_told_by_check(place):
    """So is one under another name, and one that is too large."""
    requests.leave(place.store, requests.ask(BORIS), os.urandom)
    (path,) = place.path("requests").iterdir()
    place.overwrite(path, path.read_bytes()[:-1])
    (place.path("requests") / ("0" * 64)).write_bytes(bytes(requests.LARGEST + 1))
    (place.path("requests") / "note.txt").write_text("x")
    assert list(requests.waiting(place.store)) == []
    assert len(check(place.store).problems) == 3


def test_no_more_than_a_number_of_requests_wait(place):
    """Whoever can write into the folder cannot make a member look through thousands."""
    for number in range(requests.MOST):
        requests.leave(place.store, Request(card=requests.ask(BORIS).card, replaces=f"{number:064x}"), os.urandom)
    with pytest.raises(ArchiveError, match="wait here already"):
        requests.leave(place.store, requests.ask(BORIS), os.urandom)
    assert len(list(requests.waiting(place.store))) == requests.MOST
