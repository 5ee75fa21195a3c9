"""The commands about what is kept: `offscript notes`, `settings`, `habits`, `privacy`, `export`, `forget`. What they do is imported when they are called."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

notes_app = typer.Typer(
    help="Notes about what you share with people; a draft for one of them is read with it.", invoke_without_command=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(notes_app, name="notes")
    for command in (settings, habits, privacy, export, forget):
        app.command()(command)


@notes_app.callback()
def notes(context: typer.Context) -> None:
    """List your notes; `add`, `edit` and `forget` change them."""
    if context.invoked_subcommand is None:
        _tell("notes")


@notes_app.command("add")
def add(text: Annotated[str, typer.Argument(help='One line: "met Davina at SummitUp this morning, her shop\'s loyalty cards".')]) -> None:
    """Write a note. The day becomes a date; what you tell of somebody with a note is added to it."""
    _tell(f"note-text:{text}")


@notes_app.command("edit")
def edit(
    which: Annotated[str, typer.Argument(help="A name, or the word before it in the list.")],
    text: Annotated[str, typer.Argument(help="The whole note as it shall be, in one line.")],
) -> None:
    """Write a note anew."""
    from adapters.terminal.keep import edit as rewrite  # noqa: PLC0415

    raise typer.Exit(rewrite(which, text, sys.stdout))


@notes_app.command("forget")
def forget_note(
    which: Annotated[str, typer.Argument(help="A name, or the word before it in the list.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase one note, after asking."""
    _tell(f"forget-name:{which}", confirm=True, yes=yes)


def settings(
    name: Annotated[str, typer.Argument(help="notes, sameness, habits, retention or language.", show_default=False)] = "",
    value: Annotated[
        str, typer.Argument(help="on or off; for retention 30, 90 or 365 days; for language en, de, es, hi or ja.", show_default=False)
    ] = "",
) -> None:
    """Show your settings, or change one: `offscript settings habits on`."""
    _tell(f"set:{name}={value}" if name else "settings")


def habits() -> None:
    """Show eight weeks of your own drafts: what faded, what remains. Off until you switch it on."""
    _tell("habits")


def privacy() -> None:
    """Say what is kept, where, and for how long."""
    _tell("privacy")


def export() -> None:
    """Print everything that is kept of you, as JSON."""
    from adapters.terminal.keep import export as everything  # noqa: PLC0415

    raise typer.Exit(everything(sys.stdout))


def forget(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Erase everything that is kept of you on this machine, after asking."""
    _tell("forget", confirm=True, yes=yes)


def _tell(intent: str, *, confirm: bool = False, yes: bool = False) -> None:
    from adapters.terminal.keep import tell  # noqa: PLC0415
    from adapters.terminal.review import plain_stdout  # noqa: PLC0415

    plain_stdout()
    asked = (lambda _: "yes") if yes else _ask
    raise typer.Exit(tell(intent, sys.stdout, asked if confirm else None))


def _ask(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline()
