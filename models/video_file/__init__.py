"""Videos as files: HEVC up to 8K at 60 and more pictures a second, HDR10+ in every picture, made in segments.

Pictures are scene-linear float32 (height, width, 3) in BT.709, 1 is diffuse white, 203 cd/m2 (as in `models.hdr`). They
come one by one from an iterator and are never kept: each is made, measured and encoded once. What only the whole video
can tell, how bright it gets, is put in when its segments are joined.

    form = VideoFormat(7680, 4320, Fraction(60), segment_frames=60)
    encode_segment(frames(0), Path("0.mp4"), form, 0, total=120)                     # and 60, anywhere, in any order
    light = join_segments([Path("0.mp4"), Path("60.mp4")], Path("video.mp4"), form, provenance)
    report = check_video(Path("video.mp4"), Expected(form, light, provenance))       # raises if anything is wrong
    write_preview(Path("video.mp4"), Path("preview.mp4"), light.brightest)           # small, for any browser

`finished_segment` says which segments a run that is resumed need not encode again, `sweep_unfinished` removes what a
killed encoder left. With `hdr="none"` every segment is told what becomes white: `measure_video(small).brightest`, of
the pictures before they were enlarged. `hdr10plus_json(light)` is the sidecar that other tools read, `read_poster` the
picture that a page shows first.
"""

from models.video_file.checking import Expected, VideoReport, check_video
from models.video_file.encoding import encode_segment
from models.video_file.joining import join_segments
from models.video_file.level import Level, choose_level
from models.video_file.light import SceneLight, VideoLight
from models.video_file.measuring import measure_video
from models.video_file.poster import read_poster
from models.video_file.preview import write_preview
from models.video_file.segment import Segment, finished_segment
from models.video_file.sidecar import hdr10plus_json
from models.video_file.video_error import (
    NoLevel,
    SegmentMismatch,
    Unencodable,
    VideoError,
    WrongFrames,
    WrongVideo,
)
from models.video_file.video_format import VideoFormat
from models.video_file.whole_file import sweep_unfinished

__all__ = [
    "Expected",
    "Level",
    "NoLevel",
    "SceneLight",
    "Segment",
    "SegmentMismatch",
    "Unencodable",
    "VideoError",
    "VideoFormat",
    "VideoLight",
    "VideoReport",
    "WrongFrames",
    "WrongVideo",
    "check_video",
    "choose_level",
    "encode_segment",
    "finished_segment",
    "hdr10plus_json",
    "join_segments",
    "measure_video",
    "read_poster",
    "sweep_unfinished",
    "write_preview",
]
