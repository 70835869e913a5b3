"""The thing that an application is named for: "a recipe app" keeps recipes."""

import re
from typing import Final

from factory_flows.intent.lexicon import Lexicon, read
from factory_flows.intent.phrase import Phrase

_ENGLISH: Final = (
    r"([a-z]{3,})[ -](?:(?:management|tracking|booking) )?"
    r"(?:app|application|tracker|system|manager|website|api|catalogue|catalog|registry|board)\b"
)
_GERMANIC: Final = r"\b([^\W\d_]{3,}?)(?:-| )?(?:app|apps|anwendung|applicatie|verwaltung|datenbank|beheer)\b"
_PATTERNS: Final = {
    "en": _ENGLISH,
    "de": _GERMANIC,
    "nl": _GERMANIC,
    "fr": r"\b(?:application|appli|app|site|logiciel) (?:de |d['’]|pour (?:les |des )?)([^\W\d_]{3,})",
    "es": r"\b(?:aplicación|aplicacion|app|sitio|programa) (?:de|para) ([^\W\d_]{3,})",
    "pt": r"\b(?:aplicativo|aplicação|app|site|programa) (?:de|para) ([^\W\d_]{3,})",
    "it": r"\b(?:applicazione|app|sito|programma) (?:di|per) ([^\W\d_]{3,})",
    "zh": r"(?:应用程序|应用|管理系统|系统|网站|app)",
    "ja": r"(?:アプリ|管理システム|システム|サイト)",
}  # fmt: skip
_PLAIN: Final = re.compile(
    r"web|mobile?|new|simple|small|little|nice|modern|basic|full|complete|rest|single|desktop|cool|great|own|my|our"
    r"|good|fast|secure|internal|whole|page|online|management|tracking|booking|demo|sample|android|ios|native|phone"
    r"|handy|smartphone|móvil|gestion|gestión|gestão|gestione|test|prueba|prova|daten|benutzer|web-?|meine?|eine?|deze"
)


def inferred(lower: str, lexicon: Lexicon) -> Phrase | None:
    """Where the brief names that thing; None where it names none."""
    for match in re.finditer(_PATTERNS[lexicon.language], lower):
        if not lexicon.spaced:
            known = sorted(read("labels")[lexicon.language], key=len, reverse=True)
            thing = next((each for each in known if lower[: match.start()].endswith(each)), None)
            if thing:
                return Phrase(match.start() - len(thing), match.start())
            continue
        said = match.group(1)
        plain = _PLAIN.fullmatch(said) or any(kind.fullmatch(said) for kind in lexicon.types.values())
        if not plain and not any(
            lexicon[cue].fullmatch(said)
            for cue in ("det", "app", "end", "create", "actors", "add", "modify", "manage", "each")
        ):
            return Phrase(*match.span(1))
    return None
