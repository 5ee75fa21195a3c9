"""How well sketches tell one letter with other names from another letter: `python bench/sameness.py` prints recall and false alarms.

The letters of bench/letters.toml share the stock phrases of their genre. Each is filled with names, companies and places twice (swap), then
a fifth of its words is rewritten as well (in one piece or in two), or its sentences change places. Unrelated are all pairs of different
letters of one genre. "scan" compares every pair; "store" only those that share a band, as a lookup in a store does. Beside them stands
what a sketch costs, and what it costs with datasketch and rensa where they are installed. Figures are for reading; nothing asserts on them.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import statistics
import sys
import time
import tomllib
from collections import defaultdict
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rules.sketch import ALIKE, bands, likeness, sketch
from rules.text import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.sketch import Sketch

_HERE = Path(__file__).parent
_DEV = _HERE.parents[1] / "shared" / "corpus" / "dev"
_TRIALS = 12
"""Keys and fillings under which every letter is tried."""
_NAMES = {
    "": ["Ana", "Bo", "Cristóbal", "Davina Marsh", "Mary Jane", "O'Neill", "Thandeka", "Jean-Pierre", "Will", "Grace", "Søren", "Dr. Ames"],
    "japanese": ["田中", "佐々木", "鈴木一郎", "林", "長谷川", "加藤", "井上", "渡辺"],
    "hindi": ["राजेश", "सुनीता", "अमित", "प्रिया", "इमरान", "लक्ष्मी"],
}
_FIRMS = {
    "": [
        "Greenwrap",
        "Hobbs & Sons",
        "Acme",
        "Blue Fox Media",
        "the University of Leeds",
        "IBM",
        "Nordlys AS",
        "Bank of Ireland",
        "Kiosk",
        "3M",
        "St Mary's",
        "Zapf",
    ],
    "japanese": ["株式会社青空", "山本製作所", "みどり商事", "グリーン工業", "北海道木材", "アクメ株式会社"],
    "hindi": ["ग्रीनरैप", "टाटा स्टील", "अपना बाज़ार", "सूर्या", "भारत साइकिल", "नीलम एंड संस"],
}
_CITIES = {
    "": [
        "Leeds",
        "Perth",
        "New York",
        "Cork",
        "São Paulo",
        "Stoke-on-Trent",
        "Polokwane",
        "Bonn",
        "The Hague",
        "Nairobi",
        "Ely",
        "Frankfurt am Main",
    ],
    "japanese": ["札幌", "京都", "横浜", "福岡", "名古屋", "神戸"],
    "hindi": ["दिल्ली", "पुणे", "लखनऊ", "कोलकाता", "जयपुर", "नई दिल्ली"],
}


class Pair(NamedTuple):
    """Two sketches, and whether a lookup would bring them together."""

    alike: float
    met: bool


def letters() -> dict[str, list[str]]:
    """Return the letters by genre, unfilled."""
    return tomllib.loads((_HERE / "letters.toml").read_text(encoding="utf-8"))


def filled(letter: str, genre: str, chance: random.Random) -> str:
    """Return a letter with names, company and place."""
    name, firm, city = (chance.choice(table.get(genre, table[""])) for table in (_NAMES, _FIRMS, _CITIES))
    return letter.format(name=name, firm=firm, city=city, sender="Sam Obi")


def rewritten(letter: str, other: str, pieces: int, chance: random.Random) -> str:
    """Return a letter with a fifth of its words replaced by another's, in so many pieces; characters where there are no spaces."""
    split = " " if letter.count(" ") > 20 else ""
    words, spare = (text.split(split) if split else list(text) for text in (letter, other.replace("\n", " ")))
    size = max(1, len(words) // 5 // pieces)
    room = len(words) // pieces
    for piece in range(pieces):
        at = piece * room + chance.randrange(max(1, room - size))
        start = chance.randrange(max(1, len(spare) - size))
        words[at : at + size] = [w for w in spare[start : start + size] if "{" not in w]
    return split.join(words)


def scattered(letter: str, other: str, chance: random.Random) -> str:
    """Return a letter with every fifth word or so replaced by one of another's; characters where there are no spaces."""
    split = " " if letter.count(" ") > 20 else ""
    spare = [word for word in (other.split(split) if split else list(other)) if word.strip()]
    return split.join(
        [chance.choice(spare) if "\n" not in word and chance.random() < 0.2 else word for word in (letter.split(split) if split else letter)]
    )


def shuffled(letter: str, chance: random.Random) -> str:
    """Return a letter with the sentences within its longest paragraph in another order; its first and its last stay."""
    paragraphs = letter.split("\n\n")
    at = max(range(len(paragraphs)), key=lambda i: len(paragraphs[i]))
    sentences = re.split(r"(?<=[.!?।] )|(?<=[。])", paragraphs[at])
    inner = sentences[1:-1]
    chance.shuffle(inner)
    paragraphs[at] = "".join([sentences[0], *inner, *sentences[1:][-1:]])
    return "\n\n".join(paragraphs)


def pair(one: str, other: str, secret: bytes) -> Pair:
    """Return how alike two drafts are, and whether they share a band."""
    first, second = sketch(read(one), secret), sketch(read(other), secret)
    if first is None or second is None:
        return Pair(0.0, met=False)
    return Pair(likeness(first, second), not set(bands(first, secret)).isdisjoint(bands(second, secret)))


def tried() -> Iterator[tuple[str, str, Pair]]:
    """Yield the genre, what was done to a letter, and the pair."""
    chance = random.Random(11)  # noqa: S311 - the same letters in every run
    genres = letters()
    for trial in range(_TRIALS):
        secret = blake2b(str(trial).encode(), digest_size=32).digest()
        for genre, texts in genres.items():
            for text in texts:
                one, other = filled(text, genre, chance), filled(chance.choice([t for t in texts if t is not text]), genre, chance)
                yield genre, "swap", pair(one, filled(text, genre, chance), secret)
                yield genre, "swap + fifth", pair(one, rewritten(filled(text, genre, chance), other, 1, chance), secret)
                yield genre, "swap + 2 tenths", pair(one, rewritten(filled(text, genre, chance), other, 2, chance), secret)
                yield genre, "swap + scattered", pair(one, scattered(filled(text, genre, chance), other, chance), secret)
                yield genre, "swap + order", pair(one, shuffled(filled(text, genre, chance), chance), secret)
            for one, other in itertools.combinations(texts, 2):
                yield genre, "unrelated", pair(filled(one, genre, chance), filled(other, genre, chance), secret)
        for one, other in itertools.combinations(genres, 2):
            yield (
                "(two genres)",
                "unrelated",
                pair(filled(chance.choice(genres[one]), one, chance), filled(chance.choice(genres[other]), other, chance), secret),
            )


def dev() -> Iterator[tuple[str, str, Pair]]:
    """Yield the pairs of real drafts of one kind and language, where the corpus stands beside."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for file in sorted(_DEV.glob("*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            kinds[f"{row['lang']} {row['kind']}"].append(row["draft"])
    for kind, texts in kinds.items():
        for one, other in itertools.combinations(texts, 2):
            yield f"corpus {kind[:2]}", "unrelated", pair(one, other, b"k" * 32)


def table(pairs: list[tuple[str, str, Pair]]) -> None:
    """Print recall and false alarms by genre, and how they move with the threshold."""
    by: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for genre, done, found in pairs:
        by[genre, done].append(found)
        by["all", done].append(found)
    for (genre, done), found in sorted(by.items(), key=lambda item: (item[0][1], item[0][0])):
        scan = sum(p.alike >= ALIKE for p in found) / len(found)
        store = sum(p.met and p.alike >= ALIKE for p in found) / len(found)
        ordered = sorted(p.alike for p in found)
        edge = ordered[-1] if done == "unrelated" else ordered[len(ordered) // 50]
        said = "most" if done == "unrelated" else "2nd percentile"
        print(
            f"{done:<16} {genre:<18} pairs {len(found):>6,}  scan {scan:7.2%}  store {store:7.2%}  likeness median {statistics.median(ordered):.2f} {said} {edge:.2f}"
        )
    print("\nthreshold: swap / fifth / two tenths / scattered fifth / order kept, unrelated alarms (store)")
    for cut in (0.25, 0.3, 0.325, 0.35, 0.375, 0.4, 0.425, 0.45, 0.5, 0.55):
        rates = [
            sum(p.met and p.alike >= cut for p in by["all", done]) / len(by["all", done])
            for done in ("swap", "swap + fifth", "swap + 2 tenths", "swap + scattered", "swap + order", "unrelated")
        ]
        print(f"{cut:.3f}  " + "  ".join(f"{rate:7.2%}" for rate in rates))
    met = by["all", "unrelated"]
    print(f"unrelated pairs that share a band: {sum(p.met for p in met) / len(met):.2%}")


def timed(work: Callable[[str], object], texts: list[str]) -> str:
    """Return the median and the 99th percentile of microseconds a text."""
    times = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        times.append((time.perf_counter() - start) * 1e6)
    times.sort()
    return f"p50 {statistics.median(times):6.0f} us   p99 {times[int(len(times) * 0.99)]:6.0f} us"


def cost() -> None:
    """Print what a sketch of 1,000 characters costs, beside the peers that are installed."""
    sys.path.insert(0, str(_HERE))
    from speed import drafts  # noqa: PLC0415

    secret = b"k" * 32
    texts = drafts(600)
    read_before = {text: read(text) for text in texts}
    made: list[Sketch] = [found for text in texts if (found := sketch(read_before[text], secret))]
    print(f"sketch                 {timed(lambda text: sketch(read_before[text], secret), texts)}")
    fresh = itertools.count()
    print(f"sketch, a new key      {timed(lambda text: sketch(read_before[text], b'%032d' % next(fresh)), texts)}")
    print(f"bands                  {timed(lambda _: bands(made[0], secret), texts)}")
    print(f"likeness               {timed(lambda _: likeness(made[0], made[1]), texts)}")
    shingles = {text: [" ".join(three) for three in zip(*(text.lower().split()[i:] for i in range(3)), strict=False)] for text in texts}
    try:
        from datasketch import MinHash  # noqa: PLC0415

        def peer(text: str) -> object:
            made = MinHash(num_perm=64)
            made.update_batch([s.encode() for s in shingles[text]])
            return made

        print(f"datasketch, 64         {timed(peer, texts)}")
    except ImportError:
        print("datasketch is not installed")
    try:
        from rensa import RMinHash  # noqa: PLC0415

        def quick(text: str) -> object:
            made = RMinHash(num_perm=64, seed=42)
            made.update(shingles[text])
            return made.digest()

        print(f"rensa, 64              {timed(quick, texts)}")
    except ImportError:
        print("rensa is not installed")


def main() -> None:
    """Print the figures."""
    table([*tried(), *dev()])
    print()
    cost()


if __name__ == "__main__":
    main()
