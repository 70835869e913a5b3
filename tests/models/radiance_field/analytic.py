"""Small scenes with exact pictures at any camera and time: a sphere and a box, a floor of two colours."""

import numpy as np

from models.radiance_field.camera import Camera, look_at
from models.radiance_field.picture import Picture

_SUN = np.array([0.5, -0.4, 0.77])
_SUN = _SUN / np.linalg.norm(_SUN)


def camera_at(turn: float, height: float = 1.6, side: int = 32, time: float = 0.0, distance: float = 3.6) -> Camera:
    place = np.array([distance * np.cos(turn), distance * np.sin(turn), height])
    return Camera.of_angle(look_at(place, np.array([0.0, 0.0, 0.25])), side, side, 42, time)


def around(count: int, side: int, moving: bool = False, seed: int = 0, samples: int = 3) -> list[Picture]:
    """Views from all around, at random times when it moves."""
    random = np.random.default_rng(seed)
    turns = np.arange(count) * 2.399963 + seed
    return [
        photograph(
            camera_at(turn, random.uniform(0.6, 2.8), side, random.uniform() if moving else 0.0), moving, samples
        )
        for turn in turns
    ]


def photograph(camera: Camera, moving: bool = False, samples: int = 3, open_sky: bool = False) -> Picture:
    """Each pixel the mean of `samples` squared rays."""
    fine = camera.scaled(camera.width * samples, camera.height * samples)
    origins, directions = (array.reshape(-1, 3).astype(np.float64) for array in fine.rays())
    light = _seen(origins, directions, camera.time if moving else 0.0)
    if open_sky:
        sky = np.stack((0.3 + 0.2 * directions[:, 2], 0.4 + 0.2 * directions[:, 2], 0.7 + 0 * directions[:, 0]), -1)
        light[:, :3] += (1 - light[:, 3:]) * sky
        light[:, 3] = 1
    shape = (camera.height, samples, camera.width, samples, 4)
    return Picture(camera, light.reshape(shape).mean((1, 3)).astype(np.float32))


def _seen(origins: np.ndarray, directions: np.ndarray, time: float) -> np.ndarray:
    distance, normal, albedo, shine = _hit(origins, directions, time)
    found = np.isfinite(distance)
    light = np.zeros((len(origins), 4))
    points = origins[found] + directions[found] * distance[found, None]
    normal, albedo, shine = normal[found], albedo[found], shine[found]
    shadow = np.isfinite(_hit(points + 1e-4 * normal, np.broadcast_to(_SUN, points.shape), time)[0])
    sun = np.clip(normal @ _SUN, 0, None) * ~shadow
    half = _SUN - directions[found]
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    glint = shine * np.clip((normal * half).sum(1), 0, 1) ** 40 * (sun > 0)
    light[found, :3] = albedo * (0.25 + 0.8 * sun[:, None]) + glint[:, None]
    light[found, 3] = 1
    return light


def _hit(origins: np.ndarray, directions: np.ndarray, time: float):
    """Nearest surface along rays: distance (infinite without one), normal, albedo, shine."""
    angle = 2 * np.pi * time
    ball = np.array([0.45 * np.cos(angle), 0.45 * np.sin(angle), 0.35])
    colour = np.array([0.8, 0.15 + 0.5 * time, 0.1])
    ground = np.array([0.25, 0.6, 0.3])
    boxes = (
        (np.array([-0.75, -0.25, 0.0]), np.array([-0.35, 0.25, 0.65]), np.array([0.15, 0.3, 0.75])),
        (np.array([-1.0, -1.0, -0.12]), np.array([1.0, 1.0, 0.0]), ground),
    )
    safe = np.where(np.abs(directions) < 1e-12, 1e-12, directions)
    best = np.full(len(origins), np.inf)
    normal, albedo, shine = np.zeros_like(origins), np.zeros_like(origins), np.zeros(len(origins))

    def take(distance: np.ndarray, facing: np.ndarray, paint: np.ndarray, gloss: float) -> None:
        nearer = distance < best
        best[nearer], normal[nearer], shine[nearer] = distance[nearer], facing[nearer], gloss
        albedo[nearer] = np.broadcast_to(paint, albedo.shape)[nearer]

    away = origins - ball
    b, c = (away * directions).sum(1), (away**2).sum(1) - 0.35**2
    root = np.sqrt(np.maximum(b * b - c, 0))
    distance = np.where((b * b > c) & (-b - root > 1e-6), -b - root, np.inf)
    take(distance, (away + np.where(np.isfinite(distance), distance, 0)[:, None] * directions) / 0.35, colour, 0.6)
    for number, (low, high, paint) in enumerate(boxes):
        one, other = (low - origins) / safe, (high - origins) / safe
        near, far = np.minimum(one, other), np.maximum(one, other)
        enters = near.max(1)
        distance = np.where((enters < far.min(1)) & (enters > 1e-6), enters, np.inf)
        facing = -np.sign(directions) * (near == enters[:, None])
        if number == 1:
            points = origins + np.where(np.isfinite(distance), distance, 0)[:, None] * directions
            odd = (np.floor(points[:, 0] * 2 + 1e-6) + np.floor(points[:, 1] * 2 + 1e-6)) % 2
            take(distance, facing, np.where(odd[:, None] > 0, np.array([0.7, 0.7, 0.65]), paint), 0.0)
            continue
        take(distance, facing, paint, 0.0)
    return best, normal, albedo, shine
