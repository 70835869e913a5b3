"""The light of pictures: an OpenEXR master, an AVIF for HDR screens, a JPEG with a gain map for every screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import Asset, AssetStore
from tasks.image.finish import Finished
from tasks.image.inscription import Inscription
from tasks.run import asset_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.drawing import Pixels

Method = Literal["generated", "expansion"]
_GUESSED: Final = (
    "The model draws for ordinary screens: what is brighter than white is guessed from its picture (inverse tone "
    "mapping)."
)


class Light(BaseModel):
    """One picture's light, measured on the pixels that were written."""

    model_config = ConfigDict(frozen=True)

    method: Method = Field(
        description="`generated`: the model drew light. `expansion`: guessed from its picture for an ordinary screen."
    )
    max_cll: float = Field(description="Brightest pixel in cd/m2 (MaxCLL), with diffuse white at 203.", examples=[5278])
    max_fall: float = Field(description="Mean of the pixels' largest channels in cd/m2 (MaxFALL).", examples=[213])
    stops: float = Field(description="Range in stops, a thousandth of the pixels left out at each end.", examples=[9.5])
    above_white: float = Field(description="Share of the pixels brighter than diffuse white.", examples=[0.08])
    assets: list[Asset] = Field(description="OpenEXR (scene-linear, half), AVIF (10-bit PQ), UltraHDR JPEG.")

    @property
    def warning(self) -> str | None:
        """What has to be known of it."""
        return _GUESSED if self.method == "expansion" else None


@task(
    name="publish-lights",
    description="The light of each picture as OpenEXR, 10-bit PQ AVIF and UltraHDR JPEG, measured.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_lights(finished: Finished, inscriptions: Sequence[Inscription]) -> list[Light]:
    """Three files a picture. Raises `AssetStoreError`."""
    from models.hdr import expand  # noqa: PLC0415 - where light is made

    method: Method = "expansion" if finished.light is None else "generated"
    lights = map(expand, finished.pixels) if finished.light is None else finished.light
    return [_published(*each, method) for each in zip(lights, finished.pixels, inscriptions, strict=True)]


def _published(radiance: "NDArray[np.float32]", pixels: "Pixels", said: Inscription, method: Method) -> Light:
    from models.hdr import measure_light, write_exr, write_pq_avif, write_ultrahdr  # noqa: PLC0415 - as above

    levels, store, text = measure_light(radiance), AssetStore.default(), said.text()
    name = f"image-{said.number}"
    return Light(
        method=method,
        max_cll=levels.max_cll,
        max_fall=levels.max_fall,
        stops=levels.stops,
        above_white=levels.above_white,
        assets=[
            store.put(asset_path(f"{name}.exr"), write_exr(radiance, text), "image/x-exr"),
            store.put(asset_path(f"{name}-pq.avif"), write_pq_avif(radiance, text), "image/avif"),
            store.put(asset_path(f"{name}-ultrahdr.jpg"), write_ultrahdr(radiance, text, pixels), "image/jpeg"),
        ],
    )
