"""Uploads: files that people send in parts, checked by content and kept as assets."""

from blocks.uploads.errors import (
    UnacceptableContent,
    UploadError,
    UploadIncomplete,
    UploadNotFound,
    UploadOffsetMismatch,
    UploadTooLarge,
)
from blocks.uploads.session import Uploads
from blocks.uploads.upload import Upload

__all__ = [
    "UnacceptableContent",
    "Upload",
    "UploadError",
    "UploadIncomplete",
    "UploadNotFound",
    "UploadOffsetMismatch",
    "UploadTooLarge",
    "Uploads",
]
