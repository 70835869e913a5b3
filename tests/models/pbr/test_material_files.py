"""Files of materials, judged by others than their writers."""

import json
import shutil
import struct
import subprocess
from pathlib import Path

import imagecodecs
import MaterialX as mx  # noqa: N813 - the library's own short name
import numpy as np
import pytest
import trimesh
from PIL import Image

from models.image_file import read_provenance
from models.pbr import MapsRefused, MaterialFiles, write_material
from models.pbr.gltf import write_glb
from models.pbr.materialx import NotMaterialX, write_materialx
from models.pbr.procedural import draw_material

pytestmark = pytest.mark.image

SAID = '{"prompt":"ünïcode <&> \\" 你好","seed":7}'
VALIDATOR = "gltf-validator@2.0.0-dev.3.10"
MAPS = draw_material("rusted_metal", 1, 64)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> MaterialFiles:
    return write_material(MAPS, tmp_path_factory.mktemp("material"), "rusty_1", SAID, 48)


@pytest.fixture(scope="module")
def validator() -> Path:
    """The folder that Khronos' validator is installed in, by npm, once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Khronos' glTF validator needs node and npm, which are not here")
    folder = Path(__file__).parents[3] / "build" / "gltf-validator"
    if not (folder / "node_modules" / "gltf-validator").exists():
        folder.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), VALIDATOR], timeout=120
        )
        if fetched.returncode:
            pytest.skip("npm could not fetch Khronos' glTF validator; it needs the network once")
    return folder


def test_maps_come_back_from_their_files(files: MaterialFiles) -> None:
    height = imagecodecs.imread(files.height)
    assert height.dtype == np.uint16
    assert np.abs(height / 65535 - MAPS.height).max() < 1e-4
    assert np.abs(np.asarray(Image.open(files.normal)) / 127.5 - 1 - MAPS.normal).max() < 0.01
    code = np.asarray(Image.open(files.basecolor)) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    assert np.abs(linear - MAPS.basecolor).max() < 0.01
    orm = np.asarray(Image.open(files.orm))
    for channel, kind in enumerate(("occlusion", "roughness", "metallic")):
        grey = np.asarray(Image.open(getattr(files, kind)))
        assert np.array_equal(orm[..., channel], grey)
        assert np.abs(grey / 255 - getattr(MAPS, kind)).max() < 0.003
    for picture in (files.basecolor, files.normal, files.orm, files.preview):
        assert read_provenance(picture.read_bytes()) == SAID


@pytest.mark.parametrize("shape", ["plate", "ball"])
def test_khronos_finds_no_fault_with_the_glb(files: MaterialFiles, validator: Path, shape: str, tmp_path: Path) -> None:
    glb = tmp_path / "material.glb"
    parts = [getattr(files, kind).read_bytes() for kind in ("basecolor", "orm", "normal")]
    glb.write_bytes(write_glb(*parts, "rusty_1", SAID, shape))
    if shape == "plate":
        assert glb.read_bytes() == files.glb.read_bytes()
    script = (
        "const fs = require('fs'); require('gltf-validator').validateBytes(new Uint8Array(fs.readFileSync("
        "process.argv[1]))).then(report => console.log(JSON.stringify(report)))"
    )
    done = subprocess.run(
        ["node", "-e", script, str(glb)], cwd=validator, check=True, capture_output=True, text=True, timeout=60
    )
    report = json.loads(done.stdout)
    assert report["issues"]["messages"] == []
    assert report["info"]["totalTriangleCount"] == (2 if shape == "plate" else 2 * 64 * 31)
    assert report["info"]["materialCount"] == 1


def test_another_reader_sees_the_same_material_in_the_glb(files: MaterialFiles) -> None:
    (mesh,) = trimesh.load(files.glb).geometry.values()
    material = mesh.visual.material
    assert np.array_equal(np.asarray(material.baseColorTexture), np.asarray(Image.open(files.basecolor)))
    assert np.array_equal(np.asarray(material.metallicRoughnessTexture), np.asarray(Image.open(files.orm)))
    assert np.array_equal(np.asarray(material.normalTexture), np.asarray(Image.open(files.normal)))
    assert mesh.extents[:2] == pytest.approx([1, 1])
    data = files.glb.read_bytes()
    said = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    assert said["asset"]["extras"]["provenance"] == SAID


def test_the_ball_faces_outwards() -> None:
    glb = write_glb(b"", b"", b"", "ball", "", "ball")
    size = struct.unpack_from("<I", glb, 12)[0]
    said, body = json.loads(glb[20 : 20 + size]), glb[28 + size :]

    def numbers(which: int, kind: type, width: int) -> np.ndarray:
        view = said["bufferViews"][said["accessors"][which]["bufferView"]]
        return np.frombuffer(body, kind, view["byteLength"] // np.dtype(kind).itemsize, view["byteOffset"]).reshape(
            -1, width
        )

    a, b, c = numbers(0, np.float32, 3)[numbers(4, np.uint16, 3)].transpose(1, 0, 2)
    assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), a + b + c) > 0).all()


def test_materialx_reads_its_document_and_finds_the_maps(files: MaterialFiles) -> None:
    document = mx.createDocument()
    mx.readFromXmlString(document, files.materialx.read_text())
    library = mx.createDocument()
    mx.loadLibraries(mx.getDefaultDataLibraryFolders(), mx.getDefaultDataSearchPath(), library)
    document.setDataLibrary(library)
    assert document.validate() == (True, "")
    assert document.getDocString() == SAID
    named = [node.getInputValue("file") for node in document.getNodeGraph("NG_rusty_1").getNodes("image")]
    assert len(named) == 5
    assert all((files.materialx.parent / name).is_file() for name in named)
    (material,) = document.getMaterialNodes()
    (shader,) = mx.getShaderNodes(material)
    assert shader.getCategory() == "standard_surface"
    with pytest.raises(NotMaterialX):
        write_materialx(
            "not a name", dict.fromkeys(("basecolor", "roughness", "metallic", "normal", "height"), ""), 1, ""
        )


def test_the_same_material_gives_the_same_bytes(files: MaterialFiles, tmp_path: Path) -> None:
    again = write_material(MAPS, tmp_path, "rusty_1", SAID, 48)
    for kind, path in vars(files).items():
        assert path.read_bytes() == getattr(again, kind).read_bytes(), kind


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a.b", "1st", "a\n", "x" * 65, "nul\0"])
def test_a_name_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(MapsRefused, match="name"):
        write_material(MAPS, tmp_path, name, SAID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["x" * 30_000, "\U0001f9f1" * 15_000, "half \ud800", "nul \0"])
def test_a_provenance_that_does_not_fit_its_files_is_refused(said: str, tmp_path: Path) -> None:
    with pytest.raises(MapsRefused, match="provenance"):
        write_material(MAPS, tmp_path, "a", said)
    assert list(tmp_path.iterdir()) == []
