"""A material as a MaterialX document, for film and product renderers."""

from typing import Any

import MaterialX as mx  # noqa: N813 - the library's own short name


class NotMaterialX(ValueError):
    """MaterialX's own check found fault with a document; the message is its list of faults."""


def write_materialx(name: str, files: dict[str, str], depth: float, provenance: str) -> str:
    """The document as XML: `standard_surface` (Autodesk Standard Surface 1.0.1) with the maps as images.

    Occlusion is left out: renderers that trace light find it themselves. It lies beside the document.

    Args:
        name: Letters, digits and underscores, not first a digit.
        files: Where basecolor, normal, roughness, metallic and height lie, from the document.
        depth: From height 0 to height 1, in widths of the piece.
        provenance: Said in the document's doc string.

    Raises:
        NotMaterialX: The document is at fault, a name with other letters for one.
    """
    document = mx.createDocument()
    document.setDataLibrary(_library())
    document.setDocString(provenance)
    graph = document.addNodeGraph(f"NG_{name}")
    surface = document.addNode("standard_surface", f"SR_{name}", "surfaceshader")
    for kind, place, values in (
        ("basecolor", "base_color", "color3"),
        ("roughness", "specular_roughness", "float"),
        ("metallic", "metalness", "float"),
    ):
        output = _image(graph, kind, files[kind], values)
        surface.addInput(place, values).setConnectedOutput(output)
    surface.setInputValue("base", 1.0)
    surface.setInputValue("specular_IOR", 1.5)  # 4 % at normal incidence
    surface.addInput("normal", "vector3").setConnectedOutput(_normal(graph, files["normal"]))
    displacement = document.addNode("displacement", f"DP_{name}", "displacementshader")
    displacement.addInput("displacement", "float").setConnectedOutput(_image(graph, "height", files["height"], "float"))
    displacement.setInputValue("scale", float(depth))
    material = document.addMaterialNode(f"M_{name}", surface)
    material.addInput("displacementshader", "displacementshader").setConnectedNode(displacement)
    right, faults = document.validate()
    if not right:
        raise NotMaterialX(faults)
    return str(mx.writeToXmlString(document))


def _library() -> Any:
    library = mx.createDocument()
    mx.loadLibraries(mx.getDefaultDataLibraryFolders(), mx.getDefaultDataSearchPath(), library)
    return library


def _image(graph: Any, kind: str, file: str, values: str) -> Any:
    image = graph.addNode("image", f"image_{kind}", values)
    image.setInputValue("file", file, "filename")
    if kind == "basecolor":
        image.getInput("file").setColorSpace("srgb_texture")
    output = graph.addOutput(f"{kind}_output", values)
    output.setConnectedNode(image)
    return output


def _normal(graph: Any, file: str) -> Any:
    image = graph.addNode("image", "image_normal", "vector3")
    image.setInputValue("file", file, "filename")
    turned = graph.addNode("normalmap", "normalmap", "vector3")
    turned.addInput("in", "vector3").setConnectedNode(image)
    output = graph.addOutput("normal_output", "vector3")
    output.setConnectedNode(turned)
    return output
