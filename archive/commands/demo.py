"""``archive demo``: the main job in one go, on people who never lived."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from archive.bundle import template
from archive.casework import (
    adding,
    beginning,
    bringing,
    care,
    consents,
    deciding,
    people,
    plan,
    publishing,
    reviewing,
    searching,
)
from archive.casework.bringing import Wanted
from archive.casework.judging import Choice
from archive.commands import demo_files, opening
from archive.commands.add import removal
from archive.commands.options import Command
from archive.desk import Desk, Place
from archive.errors import ExistsError
from archive.records.answers import DemoAnswer, Made
from archive.records.forms import AddForm, CaseForm, ConsentForm, PersonForm
from archive.records.kinds import Risk
from archive.redact import profile
from archive.redact.questions import Decided
from archive.scrub.clean import Cleaner
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder that is not there yet.")] = Path(
        "demo-archive"
    ),
) -> None:
    """Show the main job on fictional material: in, clean, found again, out without names, key rotated."""
    if folder.exists():
        raise ExistsError(tr("There is something of this name already."), tr("Give another folder: archive demo DIR."))
    Demo(folder.absolute(), opening.terminal(ctx)).run()


class Demo:
    """One run; everything lies in ``folder``: what is brought, the archive, the state, the dossier."""

    def __init__(self, folder: Path, speaker: Terminal) -> None:
        self.brought = folder / "brought"
        self.dossier = folder / "dossier"
        self.passphrase_file = folder / "passphrase"
        self.passphrase = "-".join(secrets.token_hex(2) for _ in range(5))
        self.place = Place(root=folder / "archive", state=folder / "state", identity=folder / "state" / "identity")
        self.speaker = speaker

    def run(self) -> None:
        """The story, a line a step."""
        self._bring()
        desk = self._begin()
        case, persons = self._describe(desk)
        self._take_in(desk, case, persons)
        self._find(desk)
        hidden = self._publish(desk, case)
        self._rotate(desk)
        whole = care.check(desk, read_data=True)
        self._say(
            tr(
                "Checked: {records} records, {objects} files, all there and unchanged.",
                records=whole.records,
                objects=whole.objects,
            )
        )
        page = self.dossier / "data" / "dossier.html"
        self.speaker.answer(
            DemoAnswer(dossier=str(page), redactions=hidden),
            lambda: [tr("The dossier lies in {page}", page=safe(str(page))), *self._further()],
        )

    def _say(self, line: str) -> None:
        self.speaker.note(line)

    def _bring(self) -> None:
        """What a documenter has on the kitchen table."""
        self.brought.mkdir(parents=True)
        self.passphrase_file.touch(0o600)
        self.passphrase_file.write_text(self.passphrase + "\n")
        for text in demo_files.testimonies():
            (self.brought / text.filename).write_text(text.text, encoding="utf-8")
        (self.brought / "IMG_20250602.jpg").write_bytes(demo_files.photo())
        (self.brought / "ruling.pdf").write_bytes(demo_files.ruling())
        self._say(
            tr("On the table: four testimonies (uk, ru, cs, en), a photo with GPS and serial number, a ruling as PDF.")
        )

    def _begin(self) -> Desk:
        random, clock = secrets.token_bytes, opening.now
        beginning.found(
            self.place, "Kitchen table", lambda: self.passphrase, kdf="standard", random=random, clock=clock
        )
        self._say(tr("A new archive with one collective and your key, which only a passphrase opens."))
        return Desk.open(self.place, lambda: self.passphrase, random=random, clock=clock)

    def _describe(self, desk: Desk) -> tuple[Made, list[Made]]:
        """A case, two persons by pseudonym, their sealed names, their consent."""
        summary = "A man who refused to carry a weapon was taken from his yard and sentenced to three years."
        case = people.new_case(
            desk, CaseForm(title="Refusal and sentence", summary=summary, dates="2025-03/2025-06", language="en")
        )
        risk = Risk(where="abroad-with-status", as_of=desk.today(), basis="spoke", uniqueness="low")
        made = []
        for one in demo_files.persons():
            person = people.new_person(desk, PersonForm(pseudonym=one.pseudonym, case=case.ref, risk=risk))
            people.name_person(desk, person.ref, one.identity)
            consents.record_consent(desk, person.ref, _consent(desk.today()))
            made.append(person)
        self._say(tr("A case; two people by pseudonym, their names sealed apart; each was asked, purpose by purpose."))
        return case, made

    def _take_in(self, desk: Desk, case: Made, persons: list[Made]) -> None:
        """Each testimony in its language, the photo (a building, nobody in it), the ruling."""
        about = tuple(person.ref for person in persons)
        common = {"case": case.ref, "about": about}
        forms = {
            text.filename: AddForm(**common, language=text.language, title=text.title, date=text.date)  # type: ignore[arg-type]  # one dict for all
            for text in demo_files.testimonies()
        }
        forms["IMG_20250602.jpg"] = AddForm(**common, faces="none", title="The court house", date="2025-06-02")  # type: ignore[arg-type]  # as above
        forms["ruling.pdf"] = AddForm(**common, subtype="ruling", language="en", date="2025-06-02")  # type: ignore[arg-type]  # as above
        with Cleaner() as cleaner:
            for name, form in forms.items():
                wanted = Wanted(form=form, paths=[self.brought / name], keep_original=False)
                jobs = bringing.jobs(desk, wanted, lambda: None)
                done = adding.add(desk, jobs, cleaner, move=False, tell=lambda _one: None, advance=lambda _count: None)
                self._say(tr("Taken in: {told}; sealed.", told=f"{name}, {removal(done.records[0])}"))

    def _find(self, desk: Desk) -> None:
        words = "три OR three"
        self._say(tr("Searched for: {words}", words=words))
        for hit in searching.find(desk, searching.Wanted(text=words, limit=3)).hits:
            self._say(f"  {hit.ref}  {self.speaker.mark(hit.snippet, hit.marks)}")

    def _publish(self, desk: Desk, case: Made) -> int:
        """All but the files of papers: of the ruling its text and its covered pages leave."""
        review = reviewing.review(desk, (case.ref,), None)
        decided = Decided()
        for word in review.words:
            for one in word.parts if word.is_row else (word,):
                (decided.to_hide if one.forms[0] in demo_files.OFFICIALS else decided.to_show)(one)
        deciding.decide(desk, review.cases, decided)
        self._say(
            tr(
                "Gone through: {words} more words with a capital; {hide} are names, and hidden from now.",
                words=len(review.words),
                hide=len(decided.hide),
            )
        )
        what = template.load("public")
        asked = plan.Asked(
            choice=Choice((case.ref,)),
            template=what,
            profile=profile.shipped(what.profile),
            languages=("en",),
            reviewed=True,
            partial=True,
            target=self.dossier,
        )
        made = publishing.publish(desk, asked, self.speaker.progress)
        for stays in made.withheld:
            self._say(tr("Stays in: {ref}, {reason}.", ref=stays.ref, reason=stays.reason))
        self._say(
            tr(
                "Out: {included} records for the public, {redactions} names and numbers hidden, no leak.",
                included=len(made.included),
                redactions=made.redactions,
            )
        )
        self._say(
            tr("Of the ruling its text went, without names, and its pages as pictures where they can be read here.")
        )
        verdict = publishing.verify(self.dossier)
        self._say(
            tr(
                "The dossier as anybody can check it: {what}.",
                what=tr("complete and unchanged") if verdict.ok else tr("NOT whole"),
            )
        )
        return made.redactions

    def _rotate(self, desk: Desk) -> None:
        care.rotate(desk, dry_run=False)
        self._say(tr("A new key. {what_rotation_leaves}", what_rotation_leaves=care.WHAT_ROTATION_LEAVES))

    def _further(self) -> list[str]:
        places = {"archive": self.place.root, "state": self.place.state, "passphrase-file": self.passphrase_file}
        where = [word for name, path in places.items() for word in (f"--{name}", str(path))]
        return [tr("Look around:"), f"$ {safe(shlex.join([_called(), *where, 'case', 'list']))}"]


def _called() -> str:
    """The word that runs this program from here: its path where a terminal would not find it by its name."""
    return "archive" if shutil.which("archive") or not os.access(sys.argv[0], os.X_OK) else sys.argv[0]


def _consent(today: str) -> ConsentForm:
    return ConsentForm(
        given_by="self",
        purposes=("keep", "publish-anonymous", "publish-pseudonym"),
        method="witnessed",
        language="uk",
        given_at=today,
        risks_explained=True,
    )
