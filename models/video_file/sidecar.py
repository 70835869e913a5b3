"""HDR10+ metadata as JSON, in the layout that hdr10plus_tool and HDR10+ builds of x265 read."""

import json
from dataclasses import asdict
from typing import Any

from models.video_file.dynamic_metadata import INDICES, DynamicMetadata, metadata_of
from models.video_file.light import VideoLight


def hdr10plus_json(light: VideoLight) -> str:
    """The whole video's metadata, one entry a picture: profile A, in quietvoid/hdr10plus_tool's order of keys."""
    entries: list[dict[str, Any]] = []
    for number, scene in enumerate(light.scenes):
        said = _luminance(metadata_of(scene))
        entries += [
            {
                "LuminanceParameters": said,
                "NumberOfWindows": 1,
                "TargetedSystemDisplayMaximumLuminance": 0,
                "SceneFrameIndex": place,
                "SceneId": number,
                "SequenceFrameIndex": scene.first_frame + place,
            }
            for place in range(scene.frames)
        ]
    whole = {
        "JSONInfo": {"HDR10plusProfile": "A", "Version": "1.0"},
        "SceneInfo": entries,
        "SceneInfoSummary": {
            "SceneFirstFrameIndex": [scene.first_frame for scene in light.scenes],
            "SceneFrameNumbers": [scene.frames for scene in light.scenes],
        },
        "ToolInfo": {"Tool": "ai-orchestration", "Version": "1.0"},
    }
    return json.dumps(whole, indent=1)


def _luminance(metadata: DynamicMetadata) -> dict[str, Any]:
    said = asdict(metadata)
    return {
        "AverageRGB": said["average"],
        "LuminanceDistributions": {
            "DistributionIndex": list(INDICES),
            "DistributionValues": list(said["distribution"]),
        },
        "MaxScl": list(said["max_scl"]),
    }
