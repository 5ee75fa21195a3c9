"""What can go wrong that the writer can put right; each class carries its sentence.

CoachError
├── NothingToRead      no draft at all
├── NotText            a file or line that is not text
├── TooLong            more than the coach reads at once
├── UnknownField       a key, kind or option that does not exist
├── WrongType          a value of the wrong type
├── UnknownRule        a rule id that does not exist
├── LetGo              a draft that a button refers to and that is gone
├── NotSaved           the store did not answer; the review itself stands
│   └── NotReached     nor is anything known about the workspace that asks
├── NotInstalled       a workspace that has no installation (any more)
├── TooManyNotes       more notes than are kept for one writer
├── NoNote             a line that names nobody, or tells nothing of them
├── BadPhrase          a phrase of a workspace's own that does not keep to its examples
├── NotAllowed         something that only an administrator may do
├── TooManyPhrases     more phrases than are kept for one workspace or server
├── WrongKey           the store was sealed with another key, or a key is none
├── WrongAddress       what was given as the database's address is none
├── StoreDown          the database did not let a migration in
├── UnknownOwner       who is to be erased by hand has no such name
├── SplitStore         several processes would have to share a file that they cannot
├── WrongToken         a platform refused its token
├── WrongPublicKey     what Discord's events are held against is no key
├── BadShards          a part of the shards that there is not
├── TurnedAway         a platform closed the connection for good
├── Unreachable        a platform did not answer at start
├── PortTaken          something else listens where we should
└── NothingSet         no platform has its tokens
"""

from __future__ import annotations


class CoachError(Exception):
    """Something the writer can put right; `str(error)` is the sentence to show."""


class NothingToRead(CoachError):
    """No draft was given."""

    def __init__(self) -> None:
        super().__init__("There is nothing to read yet. Paste the message you are about to send.")


class NotText(CoachError):
    """A file or a line is not text."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not text that I can read. Paste the words instead, or save it as plain text (UTF-8).")


class TooLong(CoachError):
    """A draft is longer than the coach reads at once."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"That is {length:,} characters; I read up to {limit:,} at once. Paste only the message itself.")


class UnknownField(CoachError):
    """A key, kind or option does not exist."""

    def __init__(self, what: str, given: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{what} {given!r} is not one I know. Use one of: {', '.join(known)}.")


class WrongType(CoachError):
    """A value is of the wrong type."""

    def __init__(self, what: str, wanted: str) -> None:
        super().__init__(f"{what} has to be {wanted}.")


class UnknownRule(CoachError):
    """A rule id does not exist."""

    def __init__(self, given: str, near: tuple[str, ...] = ()) -> None:
        hint = f" Did you mean {' or '.join(near)}?" if near else " `offscript rules list` shows them all."
        super().__init__(f"There is no rule {given!r}.{hint}")


class LetGo(CoachError):
    """The draft that a button refers to is gone, since drafts are not kept."""

    def __init__(self) -> None:
        super().__init__("I've let go of that draft. Paste it again and we go on.")


class NotSaved(CoachError):
    """The store did not answer; the review itself stands."""

    def __init__(self, sentence: str = "I could not save that just now; nothing else is lost. Try again in a moment.") -> None:
        super().__init__(sentence)


class NotReached(NotSaved):
    """The store did not answer, and nothing is known here about the workspace that asks."""

    def __init__(self) -> None:
        super().__init__(
            "I can't look your workspace up just now, so I have not read this. Nothing is lost, nothing was kept. Try again in a moment."
        )


class NotInstalled(CoachError):
    """The workspace has no installation, or none any more."""

    def __init__(self) -> None:
        super().__init__("Offscript is not installed in this workspace any more. Whoever administers its apps can add it again.")


class TooManyNotes(CoachError):
    """More notes than are kept for one writer."""

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most:,} notes, and I keep no more for one person. Forget one that you no longer need, then save this again.")


class NoNote(CoachError):
    """A line names nobody, or tells nothing of them."""

    def __init__(self) -> None:
        super().__init__("A note needs a name and something that you two share: “met Davina at SummitUp this morning, her shop's loyalty cards”.")


class BadPhrase(CoachError):
    """A phrase of a workspace's own cannot be taken."""


class NotAllowed(CoachError):
    """Only an administrator may do this."""

    def __init__(self) -> None:
        super().__init__("Only an administrator of Offscript can do that here.")


class TooManyPhrases(CoachError):
    """More phrases than are kept for one workspace or server."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most:,} phrases here, and I keep no more for one place. Take one away that nobody needs, then save this again.")


class WrongKey(CoachError):
    """The store was sealed with another key, or what was given as a key is none."""


class WrongAddress(CoachError):
    """What was given as the database's address is none, or one of a database that we do not know; the sentence does not quote it."""

    def __init__(self) -> None:
        super().__init__(
            "OFFSCRIPT_DATABASE_URL is not the address of a database that I can use. "
            "Use one such as postgresql://user:password@host/name or sqlite:////var/lib/offscript/offscript.db."
        )


class StoreDown(CoachError):
    """The database did not let a migration in."""

    def __init__(self, error: str) -> None:
        super().__init__(
            f"The database does not answer ({error}). Check OFFSCRIPT_DATABASE_URL, and that its folder can be written or its server reached."
        )


class SplitStore(CoachError):
    """Several processes would have to share an SQLite file that they cannot, or the file would not last."""


class WrongToken(CoachError):
    """A platform refused its token."""

    def __init__(self, platform: str, variable: str, reason: str = "") -> None:
        said = f" ({reason})" if reason else ""
        super().__init__(
            f"{platform} refused the token{said}. Copy it anew into {variable}, without quotes or spaces around it; docs/connect-{platform.casefold()}.md tells where it stands."
        )


class WrongPublicKey(CoachError):
    """What Discord's events are held against is no key; the sentence does not quote it."""

    def __init__(self) -> None:
        super().__init__(
            "OFFSCRIPT_DISCORD_PUBLIC_KEY has to hold the application's public key, 64 hexadecimal digits (General Information, at "
            "discord.com/developers/applications), or two of them with a comma between while it changes."
        )


class UnknownOwner(CoachError):
    """A name under which nobody is kept."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            f"{owner!r} is nobody's name here. A person is slack:T012ABC:U034DEF or discord:42, a workspace slack:T012ABC, a server discord:g:81."
        )


class BadShards(CoachError):
    """A part of the shards that there is not, or that nobody serves."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}. Give a part of all shards, such as --shards 0-3/16, or leave it out to have all of them in one process.")


class TurnedAway(CoachError):
    """A platform closed the connection for good."""

    def __init__(self, platform: str, code: int, cure: str) -> None:
        super().__init__(f"{platform} closed the connection for good ({code}). {cure}")


class Unreachable(CoachError):
    """A platform did not answer at start."""

    def __init__(self, platform: str) -> None:
        super().__init__(f"{platform} did not answer. Check this machine's network, then start again.")


class PortTaken(CoachError):
    """Something else listens where we should, or we may not listen there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"I can't listen on {host}, port {port}: it is taken, or not ours to take. Set OFFSCRIPT_PORT to another one.")


class NothingSet(CoachError):
    """No platform has its tokens, or the one that was asked for has none."""

    def __init__(self, asked: tuple[str, ...] = ()) -> None:
        need = {
            "slack": "Slack needs OFFSCRIPT_SLACK_BOT_TOKEN (xoxb-…, under OAuth & Permissions) and either OFFSCRIPT_SLACK_APP_TOKEN (xapp-…, for Socket Mode) "
            "or OFFSCRIPT_SLACK_SIGNING_SECRET (for HTTP), both under Basic Information, at api.slack.com/apps: docs/connect-slack.md. "
            "For many workspaces it needs no bot token but OFFSCRIPT_SLACK_CLIENT_ID, OFFSCRIPT_SLACK_CLIENT_SECRET and OFFSCRIPT_SLACK_SIGNING_SECRET.",
            "discord": "Discord needs OFFSCRIPT_DISCORD_TOKEN (under Bot, at discord.com/developers/applications): docs/connect-discord.md.",
        }
        told = [need[name] for name in asked if name in need] or list(need.values())
        super().__init__(
            "\n".join(
                (
                    "Nothing to serve yet: no token is set, in the environment or in a file .env in this folder.",
                    *told,
                    "Without any account: offscript chat.",
                )
            )
        )
