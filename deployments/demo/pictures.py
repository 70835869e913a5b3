"""Pictures as the demo shows them."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text


def pictures(result: dict[str, Any]) -> RenderableType:
    """What was drawn, by which model, with which light and material."""
    if result["outcome"] == "blocked":
        return Text(f"Blocked: {result['refusal']['reason']}", style="red")
    request, images = result["request"], result["images"]
    count = f"{len(images)} pictures" if len(images) > 1 else "A picture"
    lines = [
        Text(f"{count} of: {request['prompt']}", style="bold"),
        Text(f"{result['served_model']}, drawn at {result['native_resolution']}, enlarged to {request['resolution']}"),
    ]
    for image in images:
        if light := image["hdr"]:
            said = f"light {light['method']}: up to {light['max_cll']:,.0f} cd/m2, {light['stops']:.1f} stops"
            lines.append(Text(f"{said}; OpenEXR, PQ AVIF, UltraHDR JPEG"))
        if material := image["material"]:
            lines.append(Text(f"material: {len(material['assets'])} files: maps, glTF, MaterialX, a preview"))
    return Group(*lines)
