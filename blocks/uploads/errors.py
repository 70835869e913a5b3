"""What can go wrong with an upload.

UploadError
├── UploadNotFound        no such upload, or another owner's
├── UploadOffsetMismatch  the next byte is another one
├── UploadTooLarge        more bytes than declared or allowed
├── UploadIncomplete      fewer bytes than declared, or another digest
└── UnacceptableContent   not a kind of file that requests can use
"""

from blocks.block_error import BlockError


class UploadError(BlockError):
    """The upload can't go on like this."""


class UploadNotFound(UploadError):
    """No such upload, or it belongs to someone else: the answer is the same."""


class UploadOffsetMismatch(UploadError):
    """The bytes sent do not follow on those stored; `expected` is the offset of the next byte."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"{expected} bytes are stored: go on from offset {expected}.")
        self.expected = expected


class UploadTooLarge(UploadError):
    """More bytes than declared or allowed; `limit` is the bound in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The upload may have at most {limit} bytes.")
        self.limit = limit


class UploadIncomplete(UploadError):
    """Fewer bytes than declared, or not those whose digest was declared."""


class UnacceptableContent(UploadError):
    """The content is not of a kind that requests can use, or not what its name says."""
