"""What a draft does not say: a reason, a thing to be thankful for, news, a word about the reader. They speak only of drafts that are not ready."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.channels import CHANNELS
from rules.model import PERSONAL, Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.model import Scene

_ENOUGH = 1.5
"""Weight of concrete detail from which a message says why it was written to this person."""
_ASK = re.compile(
    r"\b(?:(?:could|can|would|will) (?:you|i|we)|may i|i(?:'|’)?d (?:love|like) to|i would (?:love|like) to|are you (?:open|free|available)|"
    r"looking (?:for|to)|please (?:send|share|let|find|vote|review|reply|fill)|kindly)\b",
    re.IGNORECASE,
)
_EARLY = 2


def no_reason_given(scene: Scene, /) -> Iterable[Hit]:
    """Yield one hit when nothing concrete about the reader, or about what both share, stands in the message."""
    if not scene.anchors or _about_both(scene) < _ENOUGH:
        yield Hit()


def thanks_for_nothing_named(scene: Scene, /) -> Iterable[Hit]:
    """Yield one hit when a message of thanks names nothing that was done."""
    if sum(anchor.weight for anchor in scene.anchors) < _ENOUGH:
        yield Hit()


def nothing_new(scene: Scene, /) -> Iterable[Hit]:
    """Yield one hit when a follow-up brings nothing that the last message did not hold."""
    if sum(anchor.weight for anchor in scene.anchors) < _ENOUGH:
        yield Hit()


def ask_before_the_reader(scene: Scene, /) -> Iterable[Hit]:
    """Yield one hit when the message asks for something before any word about the reader."""
    told = min((anchor.sentence for anchor in scene.anchors if anchor.about in PERSONAL and anchor.weight >= 1), default=None)
    for index in scene.draft.own()[:_EARLY]:
        if told is not None and told <= index:
            return
        if _ASK.search(scene.draft.sentence_text(index)):
            yield Hit()
            return


def over_the_limit(scene: Scene, /) -> Iterable[Hit]:
    """Yield one hit when the draft is longer than the channel takes that the writer named."""
    channel = CHANNELS.get(scene.channel)
    if channel:
        used = channel.count(scene.draft.text.strip())
        if used > channel.limit:
            yield Hit(None, {"used": str(used), "limit": str(channel.limit), "over": str(used - channel.limit)})


def _about_both(scene: Scene) -> float:
    return sum(anchor.weight for anchor in scene.anchors if anchor.about in PERSONAL)
