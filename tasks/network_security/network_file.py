"""Limits of the files of network traffic, and what is said of one that can't be right."""

from typing import Final, Literal

Format = Literal["nsl-kdd", "unsw-nb15", "cicids2017", "zeek-conn", "pcap"]

MAX_FILE_BYTES: Final = 512 * 2**20
MAX_RECORDS: Final = 500_000
MAX_LINE: Final = 65_536
"""Characters of a line, or of a value of the request: records of traffic have a few hundred."""
MAX_TEXT: Final = 64
"""Characters of a category: protocol, service, state, label."""
EXAMPLES: Final = 5


class NetworkFileError(ValueError):
    """A file or a request can't be read as network traffic; says where and what to do."""
