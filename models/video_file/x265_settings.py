"""x265's parameters: numbers only, bounded by what one encoder may take of memory.

An 8K picture of ten bits has 100 MB; x265 holds those it looks ahead at, those it refers to and, for each, a picture of
a quarter of the size. So that an encoder of 8K stays under 6 GiB (tests/benchmarks/video_encoding.py measures it), it
looks less far ahead the larger the pictures are, and encodes one picture at a time.
"""

from models.video_file.colour import Colour
from models.video_file.level import most_samples
from models.video_file.video_format import VideoFormat

# The level whose largest picture this is (HD, 4K, 8K); pictures to look ahead; B pictures in a row; references.
_BY_SIZE = (("4", 20, 4, 3), ("5", 12, 3, 3), ("6", 4, 1, 2))


def x265_settings(form: VideoFormat, colour: Colour, threads: int) -> dict[str, str]:
    """Options of the encoder `libx265`; every value is a number or one of our own words.

    Nothing says how bright the video is: nobody knows yet. `join_segments` puts it into the finished stream.
    """
    samples = form.width * form.height
    _, ahead, between, references = next(row for row in _BY_SIZE if samples <= most_samples(row[0]))
    level = form.level
    peak = level.kbps if form.kbps is None else min(level.kbps, 2 * form.kbps)
    parameters: dict[str, object] = {
        "log-level": "none",
        "info": 0,  # no settings in the stream: segments' headers must be equal
        "repeat-headers": 1,
        "keyint": max(form.segment_frames, 2),  # with 1 the profile would be another, of still pictures only
        "min-keyint": 1,
        "open-gop": 0,
        "level-idc": level.name,
        "high-tier": int(level.tier == "high"),
        "vbv-maxrate": peak,  # the level's own bound, so that it is kept
        "vbv-bufsize": min(level.buffer_kbit, peak),
        "rc-lookahead": min(ahead, max(form.segment_frames, between + 1)),
        "bframes": between,
        "ref": references,
        "frame-threads": 1,
        "pools": threads,
        "colorprim": colour.primaries,
        "transfer": colour.transfer,
        "colormatrix": colour.matrix,
        "range": "limited",
        "chromaloc": colour.chroma_location,
    }
    if form.kbps is None:
        parameters["crf"] = f"{form.crf:g}"
    else:
        parameters["bitrate"] = form.kbps
    if form.hdr != "none":
        parameters["hdr10-opt"] = 1
    joined = ":".join(f"{name}={value}" for name, value in parameters.items())
    return {"preset": form.preset, "x265-params": joined}
