"""Host names to addresses, with an end to the waiting."""

from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from blocks.source.address import resolve
from blocks.source.errors import SourceError, SourceUnavailable

SECONDS: Final = 3.0


def bounded_resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`. A name server that never answers would hold the system's lookup for half a minute, so it
    runs beside us and is left behind after 3 s. Raises `SourceUnavailable`.
    """
    found: SimpleQueue[list[str] | SourceError] = SimpleQueue()

    def look() -> None:
        try:
            found.put(resolve(host, port))
        except SourceError as error:
            found.put(error)

    Thread(target=look, name=f"lookup {host[:60]}", daemon=True).start()
    try:
        answer = found.get(timeout=SECONDS)
    except Empty:
        raise SourceUnavailable(f"No name server told the address of {host[:100]} within {SECONDS:g} s.") from None
    if isinstance(answer, SourceError):
        raise SourceUnavailable(f"{host[:100]} has no address here: is the network away?") from answer
    return answer
