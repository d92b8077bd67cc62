"""What waits is counted to the last, however much it is."""

from __future__ import annotations

from archive.casework import pending
from archive.desk import Desk
from archive.records import kinds
from archive.vault.entry import Draft

MANY = 1_005  # more than are read for the nine lines


def test_terms_are_counted_and_listed_to_the_last(desk: Desk) -> None:
    """Three with a line each, the others in one that says how many; ``--due`` has all of them."""
    steps = (desk.new(kinds.Step, type="complaint", due="2026-11-20") for _ in range(MANY))
    desk.save(*map(Draft, steps))
    (more,) = [line for line in pending.status_of(desk).lines if line.matter == "date"]
    assert more.count == MANY - 3 and "1,002 more terms" in more.text
    assert len(pending.due(desk, 30).lines) == MANY
