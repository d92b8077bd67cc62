"""``archive intake``: the interview in the order of a conversation, in one unlocking."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from archive.commands import add, opening
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import NotFoundError, PartlyDoneError
from archive.guided import dialog, taking, texts
from archive.guided.interview import Interview, Refused
from archive.records import forms, kinds, vocabulary
from archive.records.consent import NAMES_A_RECIPIENT
from archive.records.intake import IntakeAnswer, IntakeForm, UsesForm
from archive.speech import tr
from archive.terminal import Terminal

app = typer.Typer(rich_markup_mode=None)
_KEPT = tr("Stopped. What was answered is kept, sealed: archive intake --resume")
_NOTHING = tr("Stopped. Nothing was kept.")


@app.command(cls=Command)
def intake(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="What they gave: taken in on the way.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the interview that was left last.")] = False,
    own: Annotated[
        Path | None,
        typer.Option("--texts", metavar="FILE", help="Your consent texts (else ARCHIVE_CONSENT_TEXTS, else built in)."),
    ] = None,
    from_json: Annotated[
        str | None, typer.Option("--from-json", metavar="FILE|-", help="A whole interview as JSON; asks nothing.")
    ] = None,
) -> None:
    """The interview: a case, a person, files, consent and risk, each answer kept at once."""
    speaker = opening.terminal(ctx)
    given = None if from_json is None else forms.read(opening.read_input(from_json), IntakeForm)
    read = consent_texts(ctx, own)
    desk = opening.open_desk(ctx)
    tell, ask = partial(add.tell_file, speaker), partial(add.ask_once, speaker)
    if given is not None:
        taking.check(desk, given)
        new = desk.random(16).hex(), desk.random(16).hex()
        done = taking.take(desk, given, *new, None, ask=ask, tell=tell)
    else:
        talk = _begin(desk, read, speaker, files or [], resume=resume)
        if not _ask(talk, speaker):
            return
        given = talk.form()
        done = taking.take(desk, given, talk.person, talk.story, read, ask=ask, tell=tell)
        talk.finish()
    speaker.answer(done, lambda: _closing(done, given.uses))
    if done.refused:
        raise PartlyDoneError(
            tr("The interview is kept, but {refused} of the files could not be taken in.", refused=done.refused),
            tr(
                "List: archive log --last --refused. Then: archive add FILE --case {case} --about {person}",
                case=done.case,
                person=done.person,
            ),
        )


def consent_texts(ctx: typer.Context, own: Path | None) -> texts.Texts:
    """The consent texts: those of a file, else those that come with the program."""
    path = own or opening.session(ctx).environment.get("ARCHIVE_CONSENT_TEXTS")
    return texts.read(opening.read_input(str(path))) if path else texts.built_in()


def _begin(desk: Desk, read: texts.Texts, speaker: Terminal, files: list[Path], *, resume: bool) -> Interview:
    talk = Interview(desk, texts.questions(), read, speaker)
    found = [one.record for one in desk.index.listing("draft", collective=desk.collective)]
    left = [one for one in found if isinstance(one, kinds.Unfinished)]
    if resume and not left:
        raise NotFoundError(tr("No interview was left unfinished here."), tr("Begin one: archive intake"))
    if resume:
        talk.resume(left[-1])
    elif left:
        speaker.note(
            tr("An interview of {created} is unfinished: archive intake --resume", created=left[-1].created[:10])
        )
    talk.bring(files)
    return talk


def _ask(talk: Interview, speaker: Terminal) -> bool:
    """Whether all was asked and they agreed that it is kept; KeyboardInterrupt where somebody stops."""
    speaker.note(dialog.KEYS)
    try:
        dialog.go_through(talk, tuple(talk.questions.values()), speaker)
    except Refused:
        speaker.note(tr("They said no: nothing was kept."))
        return False
    except (dialog.Stopped, KeyboardInterrupt):
        speaker.note("")
        speaker.note(_KEPT if talk.said.get("keep") else _NOTHING)
        raise KeyboardInterrupt from None
    return True


def _closing(done: IntakeAnswer, uses: UsesForm) -> Iterator[str]:
    yield tr(
        "Case {case}, person {person}: {added} taken in, {acts} acts, consent recorded.",
        case=done.case,
        person=done.person,
        added=done.added,
        acts=len(done.acts),
    )
    for purpose in uses.purposes:
        if purpose in NAMES_A_RECIPIENT and not uses.recipients.get(purpose):
            yield tr(
                "Nobody is named yet for: {use}. Until then it holds for nobody: archive consent record {person}"
                " --purpose {purpose} --recipient {purpose}=REF",
                use=vocabulary.label("purposes", purpose), person=done.person, purpose=purpose,
            )  # fmt: skip
    yield tr("Look at it: archive case show {case}", case=done.case)
