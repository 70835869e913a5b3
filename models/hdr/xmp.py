"""Provenance as XMP (ISO 16684-1), for files that have no other place for text."""

import re
from typing import Final
from xml.sax.saxutils import escape, unescape

_NAMESPACE: Final = "urn:ai-orchestration:provenance:1"
_FOUND: Final = re.compile(rb"<ai:provenance>(.{0,800000}?)</ai:provenance>", re.DOTALL)


def packet(provenance: str) -> bytes:
    """An XMP packet with the text."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:ai="{_NAMESPACE}"><ai:provenance>{escape(provenance)}</ai:provenance>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def provenance_in(data: bytes) -> str | None:
    """The text of the first packet of ours in these bytes; None where there is none."""
    found = _FOUND.search(data)
    return unescape(found[1].decode("utf-8", "replace")) if found else None
