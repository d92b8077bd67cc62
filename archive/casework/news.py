"""What changed on the lists of members, told once to everybody who works here."""

from __future__ import annotations

from archive.casework.members import everybody, label_of, removal_line
from archive.desk import Desk
from archive.speech import tr

_SHOWN = 8  # digits of a device's id


def news(desk: Desk) -> tuple[str, ...]:
    """What changed on the lists since it was last told here, a sentence each; disputes every time."""
    told: list[str] = []
    for collective, journal in desk.journals.items():
        members, fresh = journal.roster, journal.standing.news()
        named = everybody(desk, collective) if fresh or members.dispute else {}
        for one in fresh:
            who = label_of(one.person, members, named)
            by = tr(", signed by {label}", label=label_of(one.by, members, named)) if one.by else ""
            told.append(
                tr(
                    "{who}: {news} (device {device}{by}).",
                    who=who,
                    news=_NEWS[one.what],
                    device=one.device[:_SHOWN],
                    by=by,
                )
            )
        for removal in members.dispute:
            line = removal_line(removal, members, named)
            told.append(tr("Dispute: {by} has removed {removes}.", by=line.by, removes=", ".join(line.removes)))
    return tuple(told)


def heard(desk: Desk) -> None:
    """Take the lists as told."""
    for journal in desk.journals.values():
        if journal.standing.news():
            journal.standing.tell()


_NEWS = {"came": tr("came in"), "went": tr("is no longer on the list"), "admin": tr("is an admin now")}
