"""A file that is no picture we read."""


class PictureError(ValueError):
    """The file cannot be read as a picture; the message says what is wrong with it."""
