"""Merge fields that nobody filled in, in the many spellings of mail programs, and greetings whose name got lost."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.model import Hit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.model import Scene

_FIELD = (
    r"(?:your|my|insert|enter|add|first|last|full|given|family|company|business|firm|organi[sz]ation|job|role|position|title|editor|blogger|journalist|outlet|"
    r"publication|magazine|blog|website|recipient|employee|customer|client|contact|candidate|hiring|manager|industry|sector|niche|city|location|country|region|"
    r"date|day|time|topic|subject|event|conference|product|service|name|names|fname|lname|firstname|lastname|surname|link|url|phone|number|amount|school|university|"
    r"department|team|skill|skills|project|article|post|mutual|connection|specific|something|detail|details|reason|paper|book|here|salary|prospect|person|friend|guest|"
    r"nom|prénom|entreprise|société|poste|nombre|apellido|empresa|puesto|nome|cognome|azienda|cargo|vorname|nachname|firma|name der firma|position|anrede|naam|voornaam|"
    r"bedrijf|achternaam|namn|förnamn|efternamn|företag|imię|nazwisko|firma|stanowisko|ad|isim|soyad|şirket|adınız|adiniz|tu nombre|su nombre|nombre del?|seu nome|teu nome|nome da|votre nom|ton prénom|il tuo nome|nome azienda|şirket adı|ville|ciudad|cidade|città|इनका नाम|नाम|कंपनी|पद|お名前|氏名|会社名|御社名|貴社名|役職|担当者名)"
)
_FORMS = (
    r"\{\{\{?[^{}\n]{1,40}\}\}\}?",
    r"\$\{[A-Za-z_][\w. ]{0,30}\}",
    r"\{![\w. ]{1,40}\}",
    rf"(?<![\w$\\]){{(?:{_FIELD}|[A-Z][a-z]+[A-Z]\w*)(?:[ _.-]\w+|[A-Z]\w*){{0,4}}\}}",
    rf"\[(?:{_FIELD})(?:[ '’/_,:.-]+[^\[\]\n]{{0,40}})?\](?!\()",
    r"\[(?!(?:SIC|WIP|RFC|URGENT|EXTERNAL|TBC|TBA|TBD|FYI|OT|NSFW|SOLVED|PATCH|DRAFT|EXT|INT|ALL|EU|US|UK|ACTION|UPDATE|REMINDER|CONFIDENTIAL)\b)[A-Z]{3,}(?:[ _/'’-][A-Z]+){0,4}\](?!\()",
    r"\[(?:x{2,}|\.{3,}|_{2,}|…|\?{2,}|○+|〇+)\]",
    r"\*\|[A-Z_:]{2,30}\|\*",
    r"%%[A-Za-z_ ]{2,30}%%",
    r"%(?:recipient|contact|user|subscriber)\.[\w.]{2,30}%",
    r"%(?:FIRST_?NAME|LAST_?NAME|FNAME|LNAME|NAME|COMPANY|EMAIL|CITY|TITLE)%",
    rf"<<\s*{_FIELD}[\w '-]{{0,30}}>>",
    rf"<\s*(?:{_FIELD}|[A-Z][a-z]+[A-Z]\w*)(?:[ _-]?\w+){{0,4}}\s*>",
    r"(?<![\w@.])(?:FNAME|LNAME|FIRSTNAME|LASTNAME|FIRST_NAME|LAST_NAME|COMPANY_NAME)(?!\w)",
    r"(?<=dear )_{3,}|(?<=hi )_{3,}|(?<=hello )_{3,}|(?<=[a-z] )_{4,}(?![_\n]|$)",
    r"[○〇●]{2,}(?=様|さん|さま|株式会社|会社|社)|(?<=株式会社)[○〇●]{2,}",
    r"(?<=hi )(?:null|undefined|n/a|none|nan|x{2,})(?=[\s,!.])|(?<=dear )(?:null|undefined|n/a|none|nan|x{2,})(?=[\s,!.])|(?<=hello )(?:null|undefined|n/a|none|nan|x{2,})(?=[\s,!.])",
)
_SIGN = re.compile(r"[\[{<$*%_○〇●]")
"""What a field begins with in nearly all drafts, those without a field that begins with a letter."""
_SIGN_OR_LETTER = re.compile(
    r"[\[{<$*%_○〇●FfLlCcNnUuXx](?i:(?<![flcnux])|(?<=[fl])name|(?<=f)irst_?name|(?<=l)ast_?name|(?<=c)ompany_name|(?<=n)(?:ull|/a|one|an)|(?<=u)ndefined|(?<=x)x)"
)
_CASED = re.compile(_FORMS[5])
_SIGNS = "[{<%*_○〇●"
_NAMELESS = re.compile(r"\A\s*(?:hi|dear|hello) (?:null|undef|none|n/a|nan|x|_)", re.IGNORECASE)
_BARE = ("FNAME", "LNAME", "FIRSTNAME", "LASTNAME", "FIRST_NAME", "LAST_NAME", "COMPANY_NAME", "株式会社")
"""What a draft holds in which a field may stand that begins with a letter: a cheap look before the long one."""
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_FILE = re.compile(r"\.\w{2,4}\s*>{1,2}$")
_PLAIN_TAG = re.compile(r"</?(?:a|b|i|p|br|div|span|em|strong|ul|li|code|pre|u|s|id|name|title|link|time|date|details)\b[^>]*>", re.IGNORECASE)
_EMPTY = re.compile(r"\A\s*(?:hi|hello|hey|dear|hallo|hola|bonjour|ciao)(?: {1,3},| {2,}[!:])", re.IGNORECASE)


def placeholders(scene: Scene, /) -> Iterable[Hit]:
    """Yield each merge field that was never filled in; code, attachment marks and chat mentions are none."""
    text = scene.draft.text
    loud = text.upper()
    spelt = _NAMELESS.match(text) or (("NAME" in loud or not text.isascii()) and any(word in loud for word in _BARE))
    if not (spelt or any(sign in text for sign in _SIGNS)):
        return
    code = [match.span() for match in _CODE.finditer(text)]
    for match in _fields(text, _SIGN_OR_LETTER if spelt else _SIGN):
        found = match[0]
        innocent = _FILE.search(found) or _PLAIN_TAG.fullmatch(found) or any(a <= match.start() < b for a, b in code)
        bracketed = found[0] == "[" and not re.match(rf"\[{_FIELD}", found, re.IGNORECASE)
        if innocent or (bracketed and found[1].isalpha() and not _CASED.fullmatch(found) and not re.fullmatch(r"\[x{2,}\]", found, re.IGNORECASE)):
            continue
        yield Hit(Span(*match.span()), {"field": found})


@lru_cache(maxsize=1)
def _any_form() -> re.Pattern[str]:
    """Return the forms of a field as one pattern, compiled when a draft first shows the sign of one: most starts need not wait for it."""
    return re.compile("|".join(f"(?:{form})" for form in _FORMS), re.IGNORECASE)


def _fields(text: str, begin: re.Pattern[str]) -> Iterable[re.Match[str]]:
    """Yield the fields that begin so, each looked at only where it may begin."""
    end = 0
    for sign in begin.finditer(text):
        match = _any_form().match(text, sign.start()) if sign.start() >= end else None
        if match:
            yield match
            end = match.end()


def empty_greeting(scene: Scene, /) -> Iterable[Hit]:
    """Yield a greeting in which a name was to stand and does not ("Hi ,")."""
    match = _EMPTY.match(scene.draft.text)
    if match:
        start = len(match[0]) - len(match[0].lstrip())
        yield Hit(Span(start, match.end()))
