"""The composition root and the command line, `offscript`. It imports lazily: a review loads no platform and no database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.terminal.commands import register

if TYPE_CHECKING:
    from adapters.terminal.render import Look
    from bot.request import Request

app = typer.Typer(
    name="offscript",
    help="Coaches you before you send a message: which phrases are form letter, and which shared context the draft leaves out. It never writes for you.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="The rules: list them, read one, or run the examples of a file of cards.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")
keys_app = typer.Typer(help="The keys that notes are sealed with: make one.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys_app, name="keys")


@app.command()
def review(  # noqa: PLR0913 - one option for each thing a writer may tell
    file: Annotated[Path | None, typer.Argument(help="The draft as a text file; - or nothing reads standard input.", show_default=False)] = None,
    *,
    to: Annotated[str, typer.Option("--to", help="Whom it is for: Davina.", show_default=False)] = "",
    met: Annotated[str, typer.Option(help="Where you met: SummitUp.", show_default=False)] = "",
    when: Annotated[str, typer.Option(help='When: "this morning".', show_default=False)] = "",
    topic: Annotated[list[str] | None, typer.Option(help="What you talked about; may be given several times.", show_default=False)] = None,
    why: Annotated[str, typer.Option(help="Why this person.", show_default=False)] = "",
    kind: Annotated[str, typer.Option(help="What sort of message it is (guessed otherwise): linkedin_invite, cold_email …", show_default=False)] = "",
    channel: Annotated[str, typer.Option(help="Where it is going, for its length: linkedin_note, sms …", show_default=False)] = "",
    lang: Annotated[str, typer.Option(help="Its language, ISO 639-1 (guessed otherwise): en, ja, hi …", show_default=False)] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the review as one JSON object.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read one JSON object a line, print one review a line.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say how the verdict came about, point by point.")] = False,
) -> None:
    """Review a draft. Exit status: 0 ready, 1 not, 2 if it could not be read."""
    from adapters.terminal import review as reviewing  # noqa: PLC0415
    from bot.errors import CoachError  # noqa: PLC0415

    reviewing.plain_stdout()
    try:
        if jsonl:
            raise typer.Exit(reviewing.lines(_source(file), sys.stdout, sys.stderr))
        request = _request(file, {"name": to, "met": met, "when": when, "topics": topic or [], "why": why}, kind, channel, lang)
        if json:
            raise typer.Exit(reviewing.as_json(request, sys.stdout))
        raise typer.Exit(reviewing.show(request, _look(), explain=explain, out=sys.stdout))
    except CoachError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{file}: {error.strerror or error}. Give the path of a text file, or - for standard input.")


def _source(file: Path | None) -> object:
    """Return standard input, or an open file in its place."""
    if file is None or str(file) == "-":
        return sys.stdin
    from io import TextIOWrapper  # noqa: PLC0415

    return TextIOWrapper(file.open("rb"))


def _request(file: Path | None, context: dict[str, object], kind: str, channel: str, lang: str) -> Request:
    """Return the request that the options describe."""
    from adapters.terminal.review import read_draft  # noqa: PLC0415
    from bot.request import from_json  # noqa: PLC0415

    path = None if file is None or str(file) == "-" else file
    if path is None and sys.stdin.isatty():
        typer.echo("Paste your draft, then press Ctrl-D on a line of its own.", err=True)
    draft = read_draft(path, sys.stdin)
    return from_json({"draft": draft, "context": context, "kind": kind, "channel": channel, "lang": lang})


def _look() -> Look:
    """Return how wide and how styled this terminal shows text."""
    from os import environ  # noqa: PLC0415
    from shutil import get_terminal_size  # noqa: PLC0415

    from adapters.terminal.render import Look  # noqa: PLC0415

    tty = sys.stdout.isatty()
    return Look(width=min(96, max(40, get_terminal_size((88, 24)).columns)) if tty else 88, styled=tty and "NO_COLOR" not in environ)


def _stop(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


@app.command()
def chat() -> None:
    """Talk a draft through: it asks one question, puts your answer in word for word, and looks again. Works in a pipe as well."""
    from adapters.terminal.chat import main as talk  # noqa: PLC0415
    from adapters.terminal.review import plain_stdout  # noqa: PLC0415

    plain_stdout()
    raise typer.Exit(talk(sys.stdin, sys.stdout, _look()))


register(app)


@app.command()
def serve(
    targets: Annotated[
        list[str] | None, typer.Argument(help="slack, discord, web or worker; nothing: everything whose tokens are set.", show_default=False)
    ] = None,
    *,
    shards: Annotated[str, typer.Option(help="Discord: a part of the shards, where several processes share them: 0-3/16.", show_default=False)] = "",
) -> None:
    """Serve Slack and Discord until stopped. Tokens come from the environment or from a file .env; without any it says which are needed."""
    from bot.errors import CoachError, UnknownField  # noqa: PLC0415

    asked = tuple(targets or ())
    try:
        from adapters.plan import TARGETS  # noqa: PLC0415
        from adapters.serve import main as serving  # noqa: PLC0415

        for name in asked:
            if name not in TARGETS:
                raise UnknownField("The platform", name, TARGETS)
        raise typer.Exit(serving(asked, shards))
    except CoachError as error:
        _stop(str(error))


@app.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack or discord.")],
    *,
    host: Annotated[
        str, typer.Option(help="Slack over HTTP: the host that Slack calls, coach.example.org. Without it: Socket Mode.", show_default=False)
    ] = "",
    command: Annotated[str, typer.Option(help="Slack: what the slash command is called.")] = "/coach",
    app_id: Annotated[str, typer.Option(help="Discord: the application's id, for the links that invite it.", show_default=False)] = "",
) -> None:
    """Print what a platform needs to know of the app: Slack's manifest, or Discord's invite links."""
    from adapters.terminal.manifest import printed  # noqa: PLC0415
    from bot.errors import CoachError  # noqa: PLC0415

    try:
        typer.echo(printed(platform, host, command, app_id), nl=False)
    except CoachError as error:
        _stop(str(error))


@app.command()
def doctor() -> None:
    """Check the installation: configuration, rules, database, migrations, clock. It prints no secret."""
    from adapters.terminal.doctor import main as examine  # noqa: PLC0415

    raise typer.Exit(examine(sys.stdout))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema. Serving does so as well, under a lock; on a host this goes into the release phase."""
    from bot.errors import CoachError  # noqa: PLC0415

    try:
        from adapters.storage.examining import migrated  # noqa: PLC0415

        typer.echo(migrated())
    except CoachError as error:
        _stop(str(error))


@app.command()
def erase(
    owner: Annotated[str, typer.Argument(help="slack:T012ABC:U034DEF, discord:42; slack:T012ABC, discord:g:81 with everybody in it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything that is kept of somebody, for whoever runs it; people themselves use `forget`."""
    from bot.errors import CoachError  # noqa: PLC0415

    try:
        from adapters.storage.byhand import checked, erased  # noqa: PLC0415

        who = checked(owner)
        if yes or typer.confirm(f"Erase everything of {who}? It cannot be undone."):
            erased(who)
            typer.echo(f"Erased: {who}.")
    except CoachError as error:
        _stop(str(error))


@keys_app.command("new")
def keys_new() -> None:
    """Print a new key for OFFSCRIPT_KEYS. To change keys: add it behind the old one everywhere, then put it first, then start again; take the old one out later."""
    from adapters.storage.cipher import new  # noqa: PLC0415

    typer.echo(new())


@rules_app.command("list")
def rules_list(lang: Annotated[str, typer.Option(help="Only this language.", show_default=False)] = "") -> None:
    """List all rules: id, family, weight, language."""
    from adapters.terminal.rules import listing  # noqa: PLC0415

    typer.echo(listing(lang), nl=False)


@rules_app.command("show")
def rules_show(rule: Annotated[str, typer.Argument(help="The id of a rule.")]) -> None:
    """Show one rule: what it looks for, what it says, why, on what evidence, with its examples."""
    from adapters.terminal.rules import shown  # noqa: PLC0415
    from bot.errors import CoachError  # noqa: PLC0415

    try:
        typer.echo(shown(rule), nl=False)
    except CoachError as error:
        _stop(str(error))


@rules_app.command("catalogue")
def rules_catalogue() -> None:
    """Print the catalogue of all rules as Markdown (docs/rules.md)."""
    from adapters.terminal.review import plain_stdout  # noqa: PLC0415
    from adapters.terminal.rules import catalogue  # noqa: PLC0415

    plain_stdout()
    typer.echo(catalogue(), nl=False)


@rules_app.command("test")
def rules_test(path: Annotated[Path, typer.Argument(help="A file of cards, or a folder of them.")]) -> None:
    """Run the examples of a file of cards. Exit status: 0 all hold, 1 some do not, 2 a card cannot be loaded."""
    from adapters.terminal.rules import tested  # noqa: PLC0415
    from rules.packs import PackError  # noqa: PLC0415

    try:
        text, held = tested(path)
    except (PackError, OSError) as error:
        _stop(str(error))
    else:
        typer.echo(text, nl=False)
        raise typer.Exit(0 if held else 1)


@rules_app.command("restore")
def rules_restore(rule: Annotated[str, typer.Argument(help="The id of a rule that you stopped.")]) -> None:
    """Let the coach mention a rule again that you stopped in `offscript chat`."""
    from adapters.terminal.keep import tell  # noqa: PLC0415

    raise typer.Exit(tell(f"restore:{rule}", sys.stdout))


@rules_app.command("stopped")
def rules_stopped() -> None:
    """List what the coach has stopped mentioning, each with the way back."""
    from adapters.terminal.keep import tell  # noqa: PLC0415

    raise typer.Exit(tell("settings", sys.stdout))


def main() -> None:
    """Run the command line; an internal fault gives one sentence and status 2, and never shows the draft."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback, since it could hold draft text
        sys.stderr.write(f"Something in Offscript went wrong ({type(error).__name__}). Your draft is untouched; `offscript doctor` may tell more.\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
