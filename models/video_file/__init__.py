"""Videos as files: HEVC up to 8K at 60 and more pictures a second, HDR10+ in every picture, made in segments.

Pictures are scene-linear float32 (height, width, 3) in BT.709, 1 is diffuse white, 203 cd/m2 (as in `models.hdr`). They
come one by one from an iterator and are never kept. Twice: headers precede pictures, so light is measured first.

    form = VideoFormat(7680, 4320, Fraction(60), segment_frames=60)
    light = join_light([measure_video(frames(0), 0), measure_video(frames(60), 60)])     # anywhere, in any order
    encode_segment(frames(0), Path("0.mp4"), form, light, first_frame=0)                 # and 60, elsewhere
    join_segments([Path("0.mp4"), Path("60.mp4")], Path("video.mp4"), form, light, provenance)
    report = check_video(Path("video.mp4"), Expected(form, light, provenance))           # raises if anything is wrong

`finished_segment` says which segments a run that is resumed need not encode again; `hdr10plus_json(light)` is the
sidecar that other tools read; `write_preview` makes a small copy for any browser.
"""

from models.video_file.checking import Expected, VideoReport, check_video
from models.video_file.encoding import encode_segment
from models.video_file.joining import join_segments
from models.video_file.level import Level, choose_level
from models.video_file.light import SceneLight, VideoLight
from models.video_file.measuring import join_light, measure_video
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
    "join_light",
    "join_segments",
    "measure_video",
    "write_preview",
]
