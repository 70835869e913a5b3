"""Provenance as XMP (ISO 16684-1), for files that have no other place for text."""

from typing import Final
from xml.sax.saxutils import escape, unescape

_NAMESPACE: Final = "urn:ai-orchestration:provenance:1"
_OPENING: Final = b"<ai:provenance>"
_CLOSING: Final = b"</ai:provenance>"
_LONGEST: Final = 800_000


def packet(provenance: str) -> bytes:
    """An XMP packet with the text."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:ai="{_NAMESPACE}"><ai:provenance>{escape(provenance)}</ai:provenance>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def provenance_in(data: bytes) -> str | None:
    """The text of the first packet of ours in these bytes; None where there is none."""
    start = data.find(_OPENING) + len(_OPENING)
    end = data.find(_CLOSING, start, start + _LONGEST + len(_CLOSING)) if start >= len(_OPENING) else -1
    return unescape(data[start:end].decode("utf-8", "replace")) if end >= 0 else None
