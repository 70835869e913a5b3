"""The generator: alias-free from end to end, so that what it draws is not glued to pixels.

Written from Karras et al. 2021, "Alias-Free Generative Adversarial Networks" (arXiv 2106.12423).
"""

import torch
from torch import Tensor, nn

from models.stylegan3.configuration import GeneratorConfiguration, bands
from models.stylegan3.fourier import FourierFeatures
from models.stylegan3.layer import SynthesisLayer
from models.stylegan3.mapping import Mapping

_SCALE = 0.25  # of the picture, so that the first ones are neither flat nor cut


class Generator(nn.Module):
    """Mapping and synthesis."""

    def __init__(self, configuration: GeneratorConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        plan = bands(configuration)
        self.mapping = Mapping(configuration.z, configuration.w, configuration.mapping_layers)
        self.waves = FourierFeatures(configuration.w, plan[0])
        last = configuration.layers
        self.layers = nn.ModuleList(
            SynthesisLayer(
                configuration.w,
                plan[max(number - 1, 0)],
                plan[number],
                configuration.kernel,
                radial=configuration.radial,
                colours=number == last,
                critical=number >= last - 2,
            )
            for number in range(last + 1)
        )

    @property
    def styled(self) -> int:
        """How many places take a style: the waves, every layer, the colours."""
        return len(self.layers) + 1

    def synthesise(self, styles: Tensor, *, learn: bool = False) -> Tensor:
        """Pictures (n, 3, resolution, resolution), about -1 to 1.

        Args:
            styles: (n, w), or (n, styled, w) with one for each place.
        """
        if styles.ndim == 2:
            styles = styles[:, None].expand(-1, self.styled, -1)
        signals: Tensor = self.waves(styles[:, 0])
        for number, layer in enumerate(self.layers, 1):
            signals = layer(signals, styles[:, number], learn=learn)
        return signals * _SCALE

    def forward(self, points: Tensor, *, learn: bool = False) -> Tensor:
        """Pictures of points (n, z).

        Args:
            learn: Take them into the running means of styles and signals: in training.
        """
        return self.synthesise(self.mapping(points, learn=learn), learn=learn)


def new_generator(configuration: GeneratorConfiguration, seed: int) -> Generator:
    """An untrained one; the same seed gives the same weights, and torch's own random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Generator(configuration)
