"""What a style is: words, settings, a tone for light and a grade for pictures."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Unit = Annotated[float, Field(ge=0, le=1)]
Signed = Annotated[float, Field(ge=-1, le=1)]
Colour = tuple[Unit, Unit, Unit]
Length = Annotated[float, Field(ge=0, le=0.1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class StyleSettings(_Frozen):
    """What suits the style where a request leaves it open; meant for models with SDXL's defaults."""

    steps: int | None = Field(None, ge=1, le=150)
    guidance: float | None = Field(None, ge=0, le=30)


class Tone(_Frozen):
    """What the style does to scene-linear light.

    Attributes:
        exposure: Stops.
        contrast: Power around middle grey (0.18); 1 leaves it.
        saturation: 0 is grey, 1 leaves it.
        temperature: From -1, blue, to 1, amber.
    """

    exposure: float = Field(0, ge=-4, le=4)
    contrast: float = Field(1, ge=0.5, le=2)
    saturation: float = Field(1, ge=0, le=2)
    temperature: Signed = 0


class Grade(_Frozen):
    """What the style does to a finished picture, in this order; the defaults do nothing.

    Lengths are parts of the picture's shorter side, so that a style looks alike at every resolution.

    Attributes:
        shift: How far red and blue come apart sideways.
        paint: Radius of brush strokes (the filter of Kuwahara et al. 1976).
        pixels: Side of a square of one colour.
        sketch: How far the picture becomes pencil strokes on paper; `stroke` is their reach.
        exposure: Stops, on the picture's own values.
        temperature: From -1, blue, to 1, amber.
        tint: From -1, green, to 1, magenta.
        saturation: 0 is grey, 1 leaves it.
        contrast: Slope at middle grey; 1 leaves it.
        fade: How far black is lifted.
        posterise: Levels that are left of each colour; 0 leaves all.
        edges: How dark the lines along edges are; `ink` is their colour.
        halftone: Side of a cell of printed dots; 0 prints none.
        dark, light: Colours that black and white become, the others between them, as far as `duotone` says.
        glow: How far bright parts shine over their surroundings.
        scanlines: How dark every other line of a screen is.
        grain: Spread of film grain.
        vignette: How dark the corners are.
    """

    shift: Length = 0
    paint: Length = 0
    pixels: Length = 0
    sketch: Unit = 0
    stroke: Length = 0.02
    exposure: float = Field(0, ge=-2, le=2)
    temperature: Signed = 0
    tint: Signed = 0
    saturation: float = Field(1, ge=0, le=3)
    contrast: float = Field(1, ge=0.3, le=3)
    fade: float = Field(0, ge=0, le=0.5)
    posterise: int = Field(0, ge=0, le=32)
    edges: Unit = 0
    ink: Colour = (0.05, 0.05, 0.08)
    halftone: Length = 0
    duotone: Unit = 0
    dark: Colour = (0, 0, 0)
    light: Colour = (1, 1, 1)
    glow: Unit = 0
    scanlines: Unit = 0
    grain: float = Field(0, ge=0, le=0.3)
    vignette: Unit = 0


class Style(_Frozen):
    """A named style.

    Attributes:
        before, after: Words around a prompt.
        negative: What the style is not.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    title: str = Field(min_length=1, max_length=60)
    description: str = Field(min_length=10, max_length=200)
    before: str = Field("", max_length=200)
    after: str = Field("", max_length=300)
    negative: str = Field("", max_length=300)
    settings: StyleSettings = StyleSettings(steps=None, guidance=None)
    tone: Tone = Tone(exposure=0, contrast=1, saturation=1)
    grade: Grade
