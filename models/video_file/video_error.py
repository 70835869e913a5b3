"""What can be wrong with a video: with what is asked for, with the pictures, or with the file."""


class VideoError(ValueError):
    """A video cannot be made or is not as it should be; the message says what to do."""


class Unencodable(VideoError):
    """Nothing can be encoded like this: a size, rate, quality or combination that no file of this kind has."""


class NoLevel(Unencodable):
    """The pictures are too large, too many a second or too many bits for HEVC's highest level, 6.2."""


class WrongFrames(VideoError):
    """The pictures that arrived are not those announced: another size, or too few or too many."""


class SegmentMismatch(VideoError):
    """Segments do not fit together, or are not what they should be."""


class WrongVideo(VideoError):
    """A finished file is not what was asked for.

    Attributes:
        problems: One sentence for each thing that is wrong.
    """

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        listed = " ".join(f"({number}) {problem}." for number, problem in enumerate(problems, 1))
        super().__init__(f"{name} is not the video that was asked for; delete it and encode again. {listed}")
