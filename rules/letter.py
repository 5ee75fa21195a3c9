"""Tell the parts of a letter apart: greeting, body, signature, and material pasted below the note."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.model import Span

_PASTE = (
    r"(?:"
    r"[ \t]*-{2,}[ \t]*(?:forwarded|original|begin|weitergeleitet|ursprüngliche|mensaje|message|messaggio|mensagem|doorgestuurd|vidarebefordrat|przekazana|iletilen)[^\n]*"
    r"|[ \t]*begin forwarded message:?"
    r"|[ \t]*on [^\n]{6,80} wrote:[ \t]*$"
    r"|[ \t]*from:[^\n]+\n(?:[ \t]*(?:sent|to|date|subject|cc):[^\n]*\n)+"
    r"|[ \t#*_-]*(?:press release|media release|news release|for immediate release|pressemitteilung|communiqué de presse|nota de prensa|comunicato stampa|persbericht|pressmeddelande|informacja prasowa|プレスリリース)[ \t:*_-]*$"
    r"|[ \t]*[-=*_#]{5,}[ \t]*$"
    r")"
)
_PASTED = re.compile(f"^{_PASTE}", re.IGNORECASE | re.MULTILINE)
_BELOW = re.compile(f"\n{_PASTE}", re.IGNORECASE | re.MULTILINE)
"""The same but for the first line: it begins with a character that the engine can skip to."""
_QUOTE_LINES = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|$))+", re.MULTILINE)
_SIGN_OFF = re.compile(
    r"^(?:(?:with |many |very |my |kind(?:est)? |best |warm(?:est|ly)? |all the |yours? ?|love and |lots of |much |in |sincere |thanking |thanks (?:&|and) )*"
    r"(?:(?:mit |viele |liebe |beste |herzliche |schöne |freundliche |sonnige |es )*(?:freundlichen |besten |herzlichen |lieben |vielen )*(?:grüße[n]?|grüsse[n]?|gruß|gruss|grüßt)|"
    r"[lvm]fg|[lv]g|mvh|mvg|gr|bästa hälsningar|(?:med )?(?:vänliga?|bästa|varma|många|hjärtliga) hälsning(?:ar)?|kram(?:ar)?|tack på förhand|allt gott|"
    r"(?:met )?(?:vriendelijke|hartelijke|veel|lieve|warme|beste) groet(?:en|jes)?|groet(?:en|jes)? van|liefs|alvast (?:hartelijk )?bedankt|"
    r"z (?:poważaniem|wyrazami szacunku)|(?:łączę |serdeczne |ciepłe )*(?:pozdrowienia|wyrazy szacunku)|(?:serdecznie |ciepło )pozdrawiam|ściskam|buziaki|"
    r"regards?|wishes|best|sincerely|faithfully|truly|ever|cheers|love|thanks|thank you|thx|tx|thankfully|affection|respect(?:fully)?|gratitude|greetings|hugs|"
    r"xx?x?|you|br|rgds|rgrds|ta|peace|god bless|take care|onwards and upwards|warmly|cordially|best,?|h|x|namaste|saludos|abrazos?|gru(?:ss|ß)|cordialement|"
    r"(?:un |muchos )?(?:cordial |fuerte |gran )?(?:saludo|abrazo|beso)s?|saludos cordiales|gracias|muchas gracias|atenciosamente|att|abs|bjs|(?:(?:com )?os )?(?:melhores )?cumprimentos|"
    r"(?:grande |um )*abraço|beijos?|beijinhos|obrigad[oa]|bien cordialement|(?:bien )?à (?:vous|toi)|(?:sincères )?salutations(?: distinguées)?|bises|bisous|amitiés|merci|"
    r"(?:belle|bonne) (?:journée|soirée)|(?:cordiali|distinti|cari|tanti) saluti|cordialmente|un abbraccio|baci|grazie|a presto|(?:en derin )?saygılarım(?:ız)?la|sevgilerimle|"
    r"selamlar|iyi (?:çalışmalar|günler)(?: dilerim)?|teşekkürler|kolay gelsin|"
    r"atentamente|saluti|groet(?:en|jes)?|hälsningar|pozdrawiam|saygılar(?:ımla)?|sevgiler|धन्यवाद|सादर|आभार|आपका|भवदीय|敬具|よろしくお願い(?:いた)?します)"
    r"(?: (?:again|in advance|a mil|everyone|all|and regards|& regards|from (?:all of )?us(?: all)?|to (?:all|everyone)|always|as ever|for reading(?: this far)?|with love|from .{1,24}))*)[\s,.!;:–—-]*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hi+|hello+|hey+|hiya|dear|dearest|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|greetings|g'?day|gday|howdy|yo|oi|oye|salaam|salam|"
    r"buen[oa]s? (?:d[ií]as?|tardes|noches)|bo[ma] (?:dia|tarde|noite)|olá|oiê?|bonsoir|coucou|mesdames,? messieurs|madame(?:,? monsieur)?|monsieur|chers?|chères|buongiorno|buonasera|salve|gentilissim[oaie]|"
    r"gentili|spett\.?(?:le|abile)|egregi|cari|exm[oa]s?\.?|muy señor(?:es)?|apreciad[oa]s?|merhabalar|selam(?:lar)?|iyi (?:günler|akşamlar)|değerli|"
    r"assalam\w*|salut|bonjour|hola|ola|ciao|hallo|moin|servus|hej|cześć|merhaba|sevgili|sayın|sehr geehrte[rsn]?|liebe[rsn]?|lieber|querid[oa]s?|estimad[oa]s?|"
    r"prezad[oa]s?|car[oai]|gentile|egregio|cher|chère|beste|geachte|szanown[aiey]+|drog[ai]|namaste|namaskar|respected|attention|to whom|to whoever|shri|smt|"
    r"guten (?:tag|morgen|abend)|grüß (?:gott|dich|euch)|grüezi|werte[rs]?|hoi|dag|lieve|goede(?:morgen|middag|navond|ndag)|goeiemorgen|hejsan|tjena|kära|bästa|god (?:morgon|kväll)|"
    r"dzień dobry|dobry wieczór|witam|witaj(?:cie)?|siema|heja|drodzy|kochan[aiy]|pani[e]?|"
    r"नमस्ते|नमस्कार|प्रिय|आदरणीय|拝啓|はじめまして|こんにちは|malo|bula|talofa|habari)(?![\w\u0900-\u097f])",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    _GREETING.pattern + r"(?:[ \t]+(?:[^\W\d_]|@|[\[{<])[^\s,!:]*\.?){0,4}[ \t]*(?:[,!:.]+|[ \t][-–—]+|[-–—]+(?=[ \t]))(?=\s)[ \t]*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\s*(?:subject|betreff|objet|asunto|oggetto|assunto|re)\s*:", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)
_LONGEST_GREETING = 8
_SIGNATURE_LINES = 8
_SIGNED = 30
"""Words of a signature at most: a name, a title, a number."""


def pasted_from(text: str) -> list[tuple[int, int]]:
    """Return the ranges that were pasted under or into the note: forwarded mail, quoted lines, a release."""
    spans = [match.span() for match in _QUOTE_LINES.finditer(text)] if ">" in text else []
    if not _BELOW.search(text):  # in the first line there is no note above
        return spans
    for match in _PASTED.finditer(text):
        note = text[: match.start()]
        if len(note.split()) >= 4 and (match[0].strip("-=*_# \t\n") or len(text) - match.end() > len(note)):  # noqa: PLR2004 - a note of its own
            spans.append((match.start(), len(text)))
            break
    return spans


def part_of_sentences(text: str, spans: list[Span], words: list[int], pasted: list[tuple[int, int]]) -> list[str]:
    """Return the part of each sentence: `spans` are the sentences, `words` how many each has."""
    parts = ["body"] * len(spans)
    starts = [span.start for span in spans] if pasted else []
    for start, stop in pasted:
        for i in range(bisect_left(starts, start), bisect_left(starts, stop)):
            parts[i] = "pasted"
    own = [i for i, part in enumerate(parts) if part == "body"]
    if len(own) > 1 and _SUBJECT.match(spans[own[0]].of(text)):
        own = own[1:]
    if own and is_greeting(spans[own[0]].of(text), words[own[0]]) and len(own) > 1:
        parts[own[0]] = "greeting"
    for i in _signature(text, spans, words, own):
        if parts[i] == "body":
            parts[i] = "signature"
    if own and all(parts[i] != "body" for i in own):
        parts[own[0]] = "body"
    return parts


def salutation(line: str) -> int:
    """Return where a salutation that shares its sentence with the letter ends ("Hi Rajesh, I came ..." -> 11), or 0."""
    match = _SALUTATION.match(line)
    if not match or match.end() >= len(line) or line[match.start() : match.end()].count(" ") > 5:  # noqa: PLR2004 - as in `_SALUTATION`
        return 0
    return match.end()


def is_greeting(sentence: str, words: int) -> bool:
    """Tell whether a whole sentence is only a salutation ("Dear Ms Vance,", "Hi all!", "Helen,")."""
    bare = sentence.strip()
    if words > _LONGEST_GREETING or bare.endswith("?"):
        return False
    if _GREETING.match(bare):
        return words <= 4 or (words <= 6 and bare[-1:] in ",:-–—")  # noqa: PLR2004 - "Hi Jess" alone on its line
    return words <= 4 and bare.endswith(",") and bare[:1].isupper()  # noqa: PLR2004 - "Sister Assumpta,"


def _signature(text: str, spans: list[Span], words: list[int], own: list[int]) -> list[int]:
    """Return the sentences from the sign-off on: "Best," and what stands below, or a last short line with a name."""
    following = own[-_SIGNATURE_LINES:]
    left = sum([words[i] for i in following])
    for place, at in enumerate(following):
        few, left = left <= _SIGNED, left - words[at]
        if few and at != own[0] and _SIGN_OFF.match(spans[at].of(text).strip()) and _starts_line(text, spans[at].start):
            return [i for i in following[place:] if not _POSTSCRIPT.match(spans[i].of(text))]
    last = own[-1] if own else -1
    if len(own) > 1 and _looks_like_name(text, spans[last], words[last]):
        return [last]
    return []


def _starts_line(text: str, offset: int) -> bool:
    """Tell whether a sentence begins a line of its own, or the draft has no lines at all."""
    return "\n" not in text.strip() or not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def _looks_like_name(text: str, span: Span, words: int) -> bool:
    """Tell whether a last line is a name and nothing else: short, capitalised or set off, without end punctuation."""
    line = span.of(text).strip()
    if not 0 < words <= 6 or line[-1] in "?!":  # noqa: PLR2004 - "Tom (Wharfedale hospice)"
        return False
    tokens = re.findall(r"[^\W\d_][\w'’.-]*", line)
    capital = sum(token[0].isupper() or not token[0].islower() for token in tokens)
    own_line = _starts_line(text, span.start)
    if line[-1] == "." and not own_line and words > 3:  # noqa: PLR2004
        return False
    if own_line and "\n" in text.strip():
        return capital * 2 >= len(tokens) or words <= 2  # noqa: PLR2004 - "from alicia"
    return words <= 4 and capital == len(tokens)  # noqa: PLR2004 - "... Best, Henk" in one line
