"""How a camera moves through a scene, as it is asked for: in the scene's own measure, whatever its units are."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from blocks.source import SourceUri

if TYPE_CHECKING:
    from models.radiance_field.paths import CameraPath, Keyframe
    from models.radiance_field.paths.path import Move

Coordinate = Annotated[float, Field(ge=-1e4, le=1e4)]
Place = tuple[Coordinate, Coordinate, Coordinate]


class CameraKeyframe(BaseModel):
    """A view that the camera passes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place = Field(description="Where it stands, in radii of the scene from its centre; z is up.")
    target: Place = Field((0, 0, 0), description="What it looks at, likewise.")
    angle: float = Field(40, gt=0.5, le=170, description="Vertical angle of view in degrees.")


class CameraMove(BaseModel):
    """How the camera moves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    move: Literal["orbit", "dolly", "dolly_zoom", "spline", "file"] = Field(
        "orbit",
        description="Around the scene; straight through it; towards it while the lens widens; through `keyframes`; or "
        "as `file` says.",
    )
    turns: float = Field(0.5, ge=-100, le=100, description="Of an orbit: how often around; below 0 the other way.")
    elevation: float = Field(24, ge=-85, le=85, description="Of an orbit: degrees above the centre at the start.")
    elevation_end: float | None = Field(None, ge=-85, le=85, description="At the end; unset: the same.")
    distance: float = Field(2.6, ge=0.05, le=1000, description="From the centre at the start, in radii of the scene.")
    distance_end: float | None = Field(
        None, ge=0.05, le=1000, description="At the end. Unset: an orbit keeps it, a dolly comes half as near."
    )
    keyframes: tuple[CameraKeyframe, ...] = Field(
        (), max_length=200, description="Of a spline: 2 and more views, passed in order at an even pace."
    )
    closed: bool = Field(False, description="Of a spline: whether it comes back to the first view.")
    file: SourceUri | None = Field(None, description="A camera path of nerfstudio (JSON).")
    angle: float = Field(40, ge=1, le=150, description="Vertical angle of view in degrees.")
    ease: Literal["linear", "in", "out", "in_out", "sine"] = Field("linear", description="How it starts and stops.")
    zoom: float = Field(1, ge=0.1, le=20, description="How many times longer the lens is at the end: a focal pull.")
    shake: float = Field(0, ge=0, le=10, description="A hand that holds it: 0 for none, 1 as people do.")
    motion_blur: float = Field(
        0, ge=0, le=360, description="Degrees for which the shutter is open: 180 as in film, 0 for sharp pictures."
    )
    aperture: float = Field(
        0, ge=0, le=1, description="Opening of the lens in radii of the scene: blurs what is out of focus; 0 for none."
    )
    focus: float | None = Field(None, gt=0, le=1000, description="Distance that is sharp. Unset: that of the centre.")
    focus_end: float | None = Field(None, gt=0, le=1000, description="At the end: a focus pull. Unset: the same.")
    samples: int = Field(8, ge=2, le=64, description="Pictures that a blurred one is averaged from.")

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.move == "spline" and len(self.keyframes) < 2:
            raise ValueError("a spline passes 2 and more keyframes")
        if (self.move == "file") != (self.file is not None):
            raise ValueError('a camera path of nerfstudio is given as file, with move: "file"')
        if self.move == "dolly_zoom" and self.zoom != 1:
            raise ValueError("a dolly zoom sets the lens itself: leave zoom at 1")
        if self.model_fields_set and self.file is None:
            _refuse_what_no_camera_can(self.path((0, 0, 0), 1, 0))
        return self

    @property
    def exposures(self) -> int:
        """Pictures that each one of the video is averaged from."""
        return self.samples if self.motion_blur > 0 or self.aperture > 0 else 1

    def path(self, centre: Place, radius: float, seed: int, file: bytes | None = None) -> "CameraPath":
        """The path through a scene.

        Args:
            centre: Of the scene, in its own units.
            radius: Of the scene, likewise.
            seed: Of the shake.
            file: What `file` points at.

        Raises:
            BrokenPath: No camera can take it.
        """
        from models.radiance_field.paths import CameraPath, Lens, Shake, read_nerfstudio  # noqa: PLC0415 - scipy

        lens = None
        if self.aperture > 0:
            focus = (self.focus or self.distance) * radius
            lens = Lens(self.aperture * radius, focus, None if self.focus_end is None else self.focus_end * radius)
        shake = Shake(0.4 * self.shake, 0.01 * self.shake * radius, seed=seed) if self.shake else None
        taken = read_nerfstudio(file).as_path() if file is not None else CameraPath(self._move(centre, radius))
        return replace(
            taken,
            ease=self.ease,
            zoom=self.zoom,
            shake=shake,
            shutter=self.motion_blur,
            lens=lens,
            samples=self.exposures,
        )

    def _move(self, centre: Place, radius: float) -> "Move":
        from models.radiance_field.paths import Dolly, DollyZoom, Orbit, Spline  # noqa: PLC0415 - scipy

        end = self.distance_end
        if self.move == "orbit":
            return Orbit(
                centre,
                self.distance * radius,
                self.turns,
                self.elevation,
                self.elevation_end,
                None if end is None else end * radius,
                angle=self.angle,
            )
        if self.move == "spline":
            keyframes = tuple(self._keyframe(keyframe, centre, radius) for keyframe in self.keyframes)
            return Spline(keyframes, closed=self.closed)
        near = self.distance / 2 if end is None else end
        away = Orbit(centre, self.distance * radius, 0, self.elevation, angle=self.angle).at(0).pose[:3, 3]
        start = (float(away[0]), float(away[1]), float(away[2]))
        if self.move == "dolly_zoom":
            return DollyZoom(start, centre, near * radius, self.angle)
        share = near / self.distance
        towards = tuple(c + (s - c) * share for c, s in zip(centre, start, strict=True))
        return Dolly(start, (towards[0], towards[1], towards[2]), centre, self.angle)

    def _keyframe(self, given: CameraKeyframe, centre: Place, radius: float) -> "Keyframe":
        from models.radiance_field.paths import Keyframe  # noqa: PLC0415 - scipy

        place, target = (
            tuple(c + p * radius for c, p in zip(centre, point, strict=True)) for point in (given.place, given.target)
        )
        return Keyframe.looking((place[0], place[1], place[2]), (target[0], target[1], target[2]), given.angle)


def _refuse_what_no_camera_can(path: "CameraPath") -> None:
    """Raise `BrokenPath` for a path that goes wrong half-way, such as a lens that gets too wide."""
    from models.radiance_field.paths import cameras  # noqa: PLC0415 - scipy

    for _ in cameras(path, 9, 16, 16):
        pass
