"""The interview itself: what each answer means, kept at once as a sealed draft, and shown before each question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import structs

from archive.casework import making, upkeep
from archive.casework.collectives import settings
from archive.casework.naming import in_words
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.guided import dialog, summary, typed
from archive.guided.dialog import Question, Speaker
from archive.guided.taking import named_by
from archive.guided.texts import USES, Texts
from archive.records import edtf_typed, forms, kinds, vocabulary
from archive.records.intake import IntakeForm, UsesForm
from archive.speech import tr, trn
from archive.terminal import safe
from archive.vault.deeds import Tomb
from archive.vault.entry import Draft

_WHAT = tr("What is {name}? testimony, photo, summons, verdict, ruling ...; after a semicolon a date on it to keep")
_WHY = tr("The kind decides who may get it, the date stands in archive status. Enter: the program looks, no date.")


class Refused(Exception):  # noqa: N818 - nothing went wrong
    """They said no: nothing is kept."""


class Interview:
    """The answers so far, and the draft that holds them once they may be kept."""

    def __init__(self, desk: Desk, questions: Sequence[Question], texts: Texts, speaker: Speaker) -> None:
        self.said: dict[str, str] = {}
        self.questions = {question.name: question for question in questions}
        self._desk, self._texts, self._speaker = desk, texts, speaker
        self._draft: kinds.Unfinished | None = None
        self._named: list[str] = []
        self._files_end = False
        self.person, self.story = desk.random(16).hex(), desk.random(16).hex()

    def bring(self, paths: Sequence[Path]) -> None:
        """Files named beforehand; a path that is not there is refused before anything is asked."""
        for path in paths:
            self._check_file(str(path))
        if paths:  # asked about again where they were asked about before
            self._named = self.said.pop("files", "").splitlines()
            self._named += [str(path.expanduser().absolute()) for path in paths]

    def resume(self, draft: kinds.Unfinished) -> None:
        """Go on with what was kept."""
        self._draft, self.said = draft, dict(draft.answers)
        self.person, self.story = draft.person, draft.story

    # --- the script ---

    def applies(self, name: str) -> bool:
        """Whether a question is asked at all."""
        if name == "case":
            return bool(self._desk.index.listing("case", collective=self._desk.collective))
        if name == "words":
            return not self._named
        return bool(self.said.get("files")) if name == "delete" else True

    def again(self, name: str) -> bool:
        """After a file the next one is asked for."""
        return name == "files" and not self._files_end

    def shows(self, question: Question) -> Iterator[str]:
        """What to read to them, or to choose from, above a question."""
        language = self.said.get("language", "en")
        match question.name:
            case "keep":
                yield from ("", tr("Read to them:"))
                yield "  " + self._texts.say("before", language, collective=settings(self._desk).name or "volunteers")
                yield "  " + self._texts.say("keep", language)
            case "uses":
                yield from ("", tr("Read to them one by one; each is no until they say yes:"))
                for number, use in enumerate(USES, 1):
                    yield f"  {number:>2}  {self._texts.say(use, language)}"
            case "files" if so_far := [*self.said.get("files", "").splitlines(), *self._named]:
                yield trn("  So far: {n:,} file.", "  So far: {n:,} files.", len(so_far))
            case "save":
                yield from ("", *summary.six(self.form()))
        if question.choices:
            yield ""
            for number, code in enumerate(question.choices, 1):
                yield f"  {number:>2}  {vocabulary.label(question.vocabulary, code)}"

    def take(self, question: Question, answer: str) -> str | None:
        """Keep one answer."""
        told = self._read(question, answer)
        if question.name == "files":
            self._take_file(answer)
        elif question.name == "words" and answer:
            self.said["words"] = "\n".join([answer, *self._lines()])
        else:
            self.said[question.name] = answer
        if question.name == "keep" and not typed.yes(answer):
            self.shred()
            raise Refused
        self._save()
        return told

    def form(self) -> IntakeForm:
        """All that was said."""
        return typed.whole(self.said, self.questions.values(), self._desk.today(), making.own_terms(self._desk))

    # --- what one answer means ---

    def _read(self, question: Question, answer: str) -> str | None:
        """A line that says how an answer was understood; UsageError if it does not fit."""
        if not answer:
            return self._skipped(question.name)
        today = self._desk.today()
        match question.name:
            case "language":
                typed.language(answer)
            case "case":
                return tr("Case {ref}.", ref=self._desk.index.ref(self._case(answer)))
            case "keep" | "lawyer" | "delete":
                typed.yes(answer)
            case "told":
                if typed.yes(answer):
                    return tr("Ask for that record first, and leave out here what hurts to tell again.")
            case "when":
                return tr("Understood: {read}", read=edtf_typed.read(answer, today))
            case "acts" | "forces":
                return self._labels(question, typed.codes(question, answer, making.own_terms(self._desk)))
            case "known" | "where":
                return self._labels(question, (typed.one_code(question, answer),))
            case _:
                return self._read_more(question.name, answer, today)
        return None

    def _read_more(self, name: str, answer: str, today: str) -> str | None:
        match name:
            case "sentence":
                return " ".join(in_words(self._desk, {"title": answer})) or None
            case "threats":
                typed.threats(answer)
            case "uses":
                return self._uses(typed.uses(answer, today))
            case "promise":
                due = typed.promise(answer, today).get("due")
                return tr("By {due}.", due=due) if due else tr("No date: nobody will be reminded.")
            case "name":
                found = typed.name(answer, self.said["language"])
                if self.said.get("contact") and "names" not in found and answer != "-":
                    raise UsageError(
                        tr("The contact is sealed with the name."), tr("Give the name too, or - to leave it out.")
                    )
        return None

    def _skipped(self, name: str) -> str | None:
        if name == "name" and self.said.get("contact"):
            raise UsageError(
                tr("The contact is sealed with a name."), tr("Give any name they go by, or - to leave it out.")
            )
        return tr("Without a name nothing about them can leave: it could not be hidden.") if name == "name" else None

    def _case(self, answer: str) -> str:
        try:
            return self._desk.resolve(answer, "case")
        except NotFoundError as error:
            raise UsageError(error.message, error.hint) from None

    def _labels(self, question: Question, codes: Sequence[str]) -> str:
        return " · ".join(vocabulary.label(question.vocabulary, code) for code in codes)

    def _uses(self, told: dict[str, object]) -> str:
        """The text after, in their language, to be read to them."""
        language = self.said.get("language", "en")
        form = forms.fill(UsesForm, told)
        for purpose, refs in form.recipients.items():
            for ref in refs:
                self._recipient(purpose, ref)
        labels = ", ".join(vocabulary.label("purposes", one, language) for one in ("keep", *form.purposes))
        return tr("Read to them: ") + self._texts.say("after", language, yes=labels, until=form.until or "")

    def _recipient(self, purpose: str, ref: str) -> str:
        try:
            return self._desk.resolve(ref, named_by(purpose))
        except NotFoundError as error:
            raise UsageError(error.message, tr("Leave =REF out, and name them later: archive recipient add")) from None

    def _lines(self) -> Iterator[str]:
        """What follows, until an empty line."""
        while line := self._speaker.ask("", ""):
            yield line

    # --- files ---

    def _take_file(self, answer: str) -> None:
        """One more file, with its kind; at the end the kinds of those that were named beforehand."""
        self._files_end = not answer
        lines = [*self.said.get("files", "").splitlines(), *self._named]
        self._named = []
        if answer:
            self._check_file(answer)
            lines.append(str(Path(answer).expanduser().absolute()))
        for number, line in enumerate(lines):
            if "\t" not in line:
                lines[number] = f"{line}\t{self._kind_of(line)}"
        self.said["files"] = "\n".join(lines)

    def _kind_of(self, path: str) -> str:
        while True:
            answer = dialog.ask(self._speaker, _WHAT.format(name=safe(Path(path).name)), _WHY)
            try:
                typed.given(answer, self._desk.today())
            except UsageError as error:
                self._speaker.note(f"  {error.message} {error.hint}")
            else:
                return answer

    def _check_file(self, path: str) -> None:
        if not Path(path).expanduser().is_file():
            raise UsageError(tr("There is no such file."), tr("Its path, or Enter for no more."))

    # --- the draft ---

    def _save(self) -> None:
        """Seal what was said so far; nothing before they agreed that it is kept."""
        if not self.said.get("keep"):
            return
        before = self._stored()
        if self._draft is None:
            new = self._desk.new(kinds.Unfinished, person=self.person, story=self.story, answers=dict(self.said))
            self._desk.save(Draft(new))
            self._draft = new
            return
        self._draft = structs.replace(self._draft, answers=dict(self.said), modified=self._desk.minute())
        self._desk.save(Draft(self._draft, before, edited=b""))

    def _stored(self) -> tuple[str, ...]:
        found = self._desk.index.get(self._draft.id, self._desk.collective) if self._draft else None
        return found.heads if found else ()

    def finish(self) -> None:
        """The draft has done its work: it goes to the bin."""
        if self._draft is not None:
            self._desk.save(Tomb(id=self._draft.id, parents=self._stored()))

    def shred(self) -> None:
        """Destroy the draft: they said no."""
        if self._draft is not None:
            going = upkeep.doomed(self._desk, [self._desk.index.ref(self._draft.id)], names=False)
            upkeep.shred(self._desk, going, None)
            self._draft = None
