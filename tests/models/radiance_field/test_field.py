"""What a field is made of: its code of light, its box, what stores the scene, how rays are followed through it."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from models.embedded_image.light import encode_light
from models.radiance_field.field import Box, FieldShape, RadianceField
from models.radiance_field.field.encoding import Encoding
from models.radiance_field.field.hash_grid import HashGrid
from models.radiance_field.field.light import HIGHEST, decode, encode
from models.radiance_field.field.moving_planes import MovingPlanes
from models.radiance_field.field.planes import FactorisedPlanes
from models.radiance_field.field.tracing import trace
from tests.models.radiance_field.trained import SMALL

pytestmark = pytest.mark.video
BOX = Box(low=(-1, -2, 0), high=(1, 2, 3))


def test_light_has_the_code_of_the_embedded_model_and_comes_back() -> None:
    light = torch.tensor([0.0, 0.001, 0.0031308, 0.2, 1.0, 1.7, 40.0], requires_grad=True)
    code = encode(light)
    assert np.allclose(code.detach().numpy(), (encode_light(light.detach().numpy()) + 1) / 2, atol=1e-6)
    assert code[4].item() == pytest.approx(1)
    assert code[-1].item() == pytest.approx(HIGHEST)
    assert torch.allclose(decode(code), light, rtol=1e-4, atol=1e-6)
    code.sum().backward()  # type: ignore[no-untyped-call]
    assert light.grad is not None
    assert (light.grad[1:-1] > 0).all()


def test_a_box_knows_where_rays_enter_and_leave() -> None:
    origins = torch.tensor([[-5.0, 0, 1], [0, 0, 1], [-5, 0, 1], [5, 0, 1]])
    directions = torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]])
    near, far = BOX.chord(origins, directions)
    assert near[:2].tolist() == [4, 0]
    assert far[:2].tolist() == [6, 2]
    assert (near[2:] == far[2:]).all()
    points = torch.rand(9, 3)
    assert torch.allclose(BOX.inside(BOX.outside(points)), points, atol=1e-6)
    assert BOX.inside(torch.tensor(BOX.high)).tolist() == [1, 1, 1]


@pytest.mark.parametrize("high", [(-1, 2, 3), (float("inf"), 2, 3), (1, 2)])
def test_a_box_without_room_is_refused(high: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Box(low=(-1, -2, 0), high=high)


@pytest.mark.parametrize("encoding", [FactorisedPlanes(9, 3, 4, 5), MovingPlanes(9, 4, 4, 5)])
def test_finer_planes_hold_what_the_coarse_ones_did(encoding: Encoding) -> None:
    points, times = torch.rand(40, 3) * 2 - 1, torch.rand(40)
    before = encoding.density(points, times), encoding.colour(points, times)
    encoding.refine(17)  # each cell halved: the old corners are among the new ones
    assert encoding.stores()[0].shape[-1] == 17
    assert torch.allclose(encoding.density(points, times), before[0], atol=1e-5)
    assert torch.allclose(encoding.colour(points, times), before[1], atol=1e-5)


def test_moving_planes_stand_still_until_they_have_learnt_to_move() -> None:
    encoding = MovingPlanes(9, 4, 4, 5)
    points = torch.rand(40, 3) * 2 - 1
    begun, later = encoding.density(points, torch.zeros(40)), encoding.density(points, torch.full((40,), 0.7))
    assert torch.allclose(begun, later, atol=1e-6)
    with torch.no_grad():
        encoding.density_time[:, :, -1] = 2.0
    assert not torch.allclose(encoding.density(points, torch.zeros(40)), encoding.density(points, torch.ones(40)))


def test_restless_and_uneven_planes_are_rough() -> None:
    encoding = MovingPlanes(9, 6, 4, 5)
    before = encoding.roughness().item()
    with torch.no_grad():
        encoding.density_time[:, :, ::2] += 1
    assert encoding.roughness().item() > before


def test_a_hash_grid_is_smooth_across_cells_and_exact_at_corners() -> None:
    grid = HashGrid(32, 3, 10)  # levels of 8, 16 and 32 cells; the last two share entries
    line = torch.zeros(2001, 3)
    line[:, 0] = torch.linspace(-1, 1, 2001)
    colours = grid.colour(line, torch.zeros(2001))
    assert colours.diff(dim=0).abs().max().item() < 0.02  # entries differ by up to 0.2, over 62 points at the finest
    corner = grid.colour(torch.tensor([[-1.0, -1, -1]]), torch.zeros(1))[0, :2]
    assert torch.allclose(corner, grid.colour_tables[0, 0] * 10)


class Fog(Encoding):
    """The same everywhere."""

    features = 2

    def density(self, points: Tensor, times: Tensor) -> Tensor:
        return torch.full((len(points),), 2.0)

    def colour(self, points: Tensor, times: Tensor) -> Tensor:
        return torch.zeros(len(points), 2)


def test_fog_covers_as_beer_and_lambert_say() -> None:
    field = RadianceField(FieldShape(samples=400), BOX, Fog())
    origins, ahead = torch.tensor([[-5.0, 0, 1], [-5, 9, 1]]), torch.tensor([[1.0, 0, 0], [1, 0, 0]])
    thickness = float(field.density(torch.zeros(1, 3), torch.zeros(1))[0].detach()) * 2  # the box is 2 wide along x
    with torch.inference_mode():
        traced = trace(field, origins, ahead, torch.zeros(2))
    assert 0.3 < thickness < 3
    assert float(traced.coverage[0]) == pytest.approx(1 - np.exp(-thickness), abs=3e-3)
    mean = 4 + 2 * (1 / thickness - 1 / np.expm1(thickness))  # of an exponential cut off at the far side
    assert float(traced.distance[0]) == pytest.approx(mean, abs=6e-3)
    assert torch.allclose(traced.light[0] / traced.coverage[0], field.light(*still(ahead[:1]))[0], atol=2e-3)
    assert float(traced.coverage[1]) == 0
    assert traced.light[1].tolist() == [0, 0, 0]


def still(directions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return torch.zeros(1, 3), directions, torch.zeros(1)


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    field = RadianceField(SMALL, BOX, Fog())
    field.occupancy.full.zero_()
    with torch.inference_mode():
        traced = trace(field, torch.tensor([[-5.0, 0, 1]]), torch.tensor([[1.0, 0, 0]]), torch.zeros(1))
    assert float(traced.coverage[0]) == 0
    for _ in range(12):
        field.look_for_empty_space(torch.Generator().manual_seed(1))
    assert field.occupancy.full.all()


@pytest.mark.parametrize("wrong", [{"resolution": 100_000}, {"kind": "gaussians"}, {"table_bits": 40}, {"colour": 1}])
def test_a_shape_has_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FieldShape.model_validate(wrong)
