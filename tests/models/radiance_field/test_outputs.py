"""What comes out of a field: pictures in rows, depth and normals, meshes, points, files."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import trimesh
from safetensors.torch import load_file, save_file

from models.radiance_field.camera import Camera
from models.radiance_field.field import (
    BrokenField,
    NoSurface,
    load_field,
    point_cloud,
    read_field_card,
    render,
    render_bands,
    save_field,
    surface,
    write_glb,
    write_ply,
)
from models.radiance_field.training import card_of, evaluate
from tests.models.radiance_field.analytic import _hit, around, camera_at
from tests.models.radiance_field.trained import RECIPE, still_field

pytestmark = pytest.mark.video


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_rows_and_bands_are_those_of_the_whole() -> None:
    camera = camera_at(0.7, side=24)
    whole = render(still_field(), camera)
    part = render(still_field(), camera, rows=slice(5, 9))
    assert np.allclose(part.light, whole.light[5:9], atol=1e-5)
    bands = list(render_bands(still_field(), camera, height=7))
    assert [len(band.light) for band in bands] == [7, 7, 7, 3]
    for name in ("light", "coverage", "depth", "normal"):
        assert np.allclose(np.concatenate([getattr(band, name) for band in bands]), getattr(whole, name), atol=1e-4)
    assert whole.light.dtype == np.float32


def test_a_row_of_an_8k_camera_is_drawn_in_pieces() -> None:
    camera = camera_at(0.7).scaled(7680, 4320)
    row = render(still_field(), camera, rows=slice(2160, 2161))
    assert row.light.shape == (1, 7680, 4)
    small = render(still_field(), camera, rows=slice(2160, 2161)).light[0, ::512]
    assert np.allclose(small, row.light[0, ::512])
    assert 0.1 < row.coverage.mean() < 1


def test_depth_and_normals_are_those_of_the_scene() -> None:
    camera = camera_at(0.7, side=40)
    drawn = render(still_field(), camera)
    origins, directions = (array.reshape(-1, 3).astype(float) for array in camera.rays())
    distance, normal, _, _ = _hit(origins, directions, 0.0)
    depth = (distance * (directions @ camera.forward)).reshape(40, 40)
    both = np.isfinite(depth) & np.isfinite(drawn.depth)
    assert both.sum() > 0.9 * np.isfinite(depth).sum()
    assert np.median(np.abs(depth[both] - drawn.depth[both])) < 0.06
    cosine = (drawn.normal * normal.reshape(40, 40, 3)).sum(-1)[both]
    assert np.degrees(np.arccos(np.median(cosine))) < 25
    assert np.allclose(np.linalg.norm(drawn.normal[both], axis=-1), 1, atol=1e-4)
    assert (drawn.normal[~np.isfinite(drawn.depth)] == 0).all()


def test_a_mesh_is_closed_coloured_and_upright() -> None:
    mesh = surface(still_field(), 64)
    assert mesh.is_watertight
    assert 0.3 < mesh.volume < 1.6  # truth: 0.79
    on_floor = (np.abs(mesh.vertices[:, 2]) < 0.05) & (np.abs(mesh.vertices[:, :2]).max(1) < 0.9)
    assert on_floor.sum() > 100
    read: Any = trimesh.load(io.BytesIO(write_glb(mesh)), file_type="glb", force="mesh")
    assert read.vertices[:, 1].max() == pytest.approx(mesh.vertices[:, 2].max(), abs=1e-4)
    assert len(read.faces) == len(mesh.faces)
    colours = read.visual.vertex_colors[:, :3].astype(int)
    blue, red = ((np.abs(read.vertices - middle) < 0.16).all(1) for middle in ((-0.55, 0.65, 0), (0.45, 0.6, 0)))
    blueness = colours[:, 2] - colours[:, 0]
    assert np.median(blueness[blue]) > 40
    assert np.median(blueness[red]) < -40


def test_a_surface_that_is_not_there_is_not_made_up() -> None:
    with pytest.raises(NoSurface):
        surface(still_field(), 16, opacity=1 - 1e-16)
    with pytest.raises(ValueError, match="512"):
        surface(still_field(), 1000)
    with pytest.raises(NoSurface):
        point_cloud(still_field(), [Camera.of_angle(-camera_at(0).pose * [[-1, 1, 1, -1]], 8, 8, 10)])


def test_points_lie_on_surfaces() -> None:
    places, colours = point_cloud(still_field(), [camera_at(turn, side=24) for turn in (0, 2, 4)])
    assert len(places) == len(colours) > 300
    assert (np.abs(places[:, 2]) < 0.08).mean() > 0.3  # the floor
    read: Any = trimesh.load(io.BytesIO(write_ply(places, colours)), file_type="ply")
    assert np.allclose(read.vertices, places, atol=1e-5)
    assert (np.asarray(read.colors)[:, :3] == colours).all()


def saved(folder: Path) -> Path:
    pictures = around(4, 32, seed=50)
    save_field(still_field(), card_of(still_field(), RECIPE, pictures, evaluate(still_field(), pictures[:1])), folder)
    return folder


def test_a_saved_field_draws_the_same(tmp_path: Path) -> None:
    field, card = load_field(saved(tmp_path))
    camera = camera_at(2.0, side=16)
    assert np.array_equal(render(field, camera).light, render(still_field(), camera).light)
    assert card.recipe == RECIPE
    assert card.metrics["psnr"] > 20
    assert not card.moving
    assert read_field_card(tmp_path) == card


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "version"),
        ({"box": {"low": [0, 0, 0], "high": [0, 1, 1]}}, "box"),
        ({"metrics": {"psnr": float("nan")}}, "metrics"),
        ({"weights_digest": "0" * 64}, "not the file"),
        ({"more": 1}, "more"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(change: dict[str, object], said: str, tmp_path: Path) -> None:
    file = saved(tmp_path) / "card.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(BrokenField, match=said):
        load_field(tmp_path)


def test_numbers_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    weights, card = tmp_path / "field.safetensors", tmp_path / "card.json"
    good = load_file(weights)

    def written(state: dict[str, torch.Tensor] | bytes) -> None:
        import hashlib

        if isinstance(state, bytes):
            weights.write_bytes(state)
        else:
            save_file(state, weights)
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        card.write_text(json.dumps(json.loads(card.read_text()) | {"weights_digest": digest}))

    name = "encoding.density_lines"
    written(good | {name: good[name] * torch.inf})
    with pytest.raises(BrokenField, match="finite"):
        load_field(tmp_path)
    written({key: value for key, value in good.items() if key != name})
    with pytest.raises(BrokenField, match="shape"):
        load_field(tmp_path)
    written(good | {name: good[name][:, :2].contiguous()})
    with pytest.raises(BrokenField, match="shape"):
        load_field(tmp_path)
    written(b"\x00" * 100)
    with pytest.raises(BrokenField, match="damaged"):
        load_field(tmp_path)
    weights.unlink()
    with pytest.raises(BrokenField, match="no field"):
        load_field(tmp_path)
    card.write_text("{")
    with pytest.raises(BrokenField, match="no card"):
        load_field(tmp_path)
    card.write_text(" " * 200_000)
    with pytest.raises(BrokenField, match="bytes"):
        load_field(tmp_path)
    card.unlink()
    with pytest.raises(BrokenField, match="there is no"):
        read_field_card(tmp_path)
