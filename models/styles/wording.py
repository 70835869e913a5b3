"""A style's words around a request's."""

from models.styles.style import Style


def apply_style(prompt: str, negative: str, style: Style) -> tuple[str, str]:
    """The prompt with the style's words before and after it, and what both want left out, each part once.

    For models that know the words of art. A model with a small vocabulary keeps its prompt and gets `grade` alone.
    """
    words = " ".join(part for part in (style.before.strip(), prompt.strip().rstrip(",")) if part)
    told = ", ".join(part for part in (words, style.after.strip(" ,")) if part)
    return told, ", ".join(_parts(f"{negative}, {style.negative}"))


def _parts(text: str) -> list[str]:
    """The parts between commas, the first of those that differ in capitals only."""
    found: dict[str, str] = {}
    for part in (part.strip() for part in text.split(",")):
        if part:
            found.setdefault(part.casefold(), part)
    return list(found.values())
