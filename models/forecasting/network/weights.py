"""Networks on disk: safetensors beside a card, both checked before anything is believed."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from models.forecasting.errors import ForecastingError
from models.forecasting.network.card import NetworkCard

if TYPE_CHECKING:
    from torch import Tensor, nn

CARD: Final = "card.json"
WEIGHTS: Final = "weights.safetensors"
MOST_BYTES: Final = 16 * 2**20


class WeightsRefused(ForecastingError):
    """The files are not a network of this code; the message says what is wrong."""


def build(card: NetworkCard) -> "nn.Module":
    """The network that a card describes, with weights drawn at random."""
    from models.forecasting.network.lstm import Lstm  # noqa: PLC0415 - torch where it is used
    from models.forecasting.network.transformer import Transformer  # noqa: PLC0415

    kinds: Mapping[str, type[nn.Module]] = {"lstm": Lstm, "transformer": Transformer}
    return kinds[card.kind](len(card.features), card.width)


def packed(network: "nn.Module") -> bytes:
    """The weights as safetensors; equal weights give equal bytes."""
    from safetensors.torch import save  # noqa: PLC0415 - torch where it is used

    return save({name: tensor.detach().contiguous() for name, tensor in sorted(network.state_dict().items())})


def save_network(folder: Path, card: NetworkCard, network: "nn.Module") -> dict[str, Path]:
    """Write both files into `folder`; returns them by name."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {CARD: folder / CARD, WEIGHTS: folder / WEIGHTS}
    files[CARD].write_text(card.model_dump_json(indent=1) + "\n")
    files[WEIGHTS].write_bytes(packed(network))
    return files


def read_card(folder: Path) -> NetworkCard:
    """The card in `folder`. Raises `WeightsRefused`."""
    try:
        return NetworkCard.model_validate_json((folder / CARD).read_bytes())
    except FileNotFoundError:
        raise WeightsRefused(f"{folder.name} holds no {CARD}: it is no forecaster.") from None
    except ValidationError as error:
        raise WeightsRefused(f"{folder.name}/{CARD} is no card of this code: {error.error_count()} errors.") from None


@lru_cache(maxsize=8)
def load_network(folder: Path) -> "tuple[NetworkCard, nn.Module]":
    """Card and network of a folder whose content does not change, read once a process. Raises `WeightsRefused`."""
    card = read_card(folder)
    network = build(card)
    network.load_state_dict(_tensors(folder / WEIGHTS, card, network))
    network.eval()
    return card, network


def _tensors(file: Path, card: NetworkCard, network: "nn.Module") -> "dict[str, Tensor]":
    """The weights, of just the names, shapes and type that the network has, all finite."""
    import torch  # noqa: PLC0415 - torch where it is used
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.torch import load  # noqa: PLC0415

    if not file.exists() or file.stat().st_size > MOST_BYTES:
        raise WeightsRefused(f"{file.name} is missing or larger than {MOST_BYTES // 2**20} MiB.")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != card.weights_sha256:
        raise WeightsRefused(f"{file.name} is not the file that {CARD} names: restore both from one version.")
    try:
        tensors: dict[str, Tensor] = load(content)
    except (SafetensorError, ValueError) as error:
        raise WeightsRefused(f"{file.name} is not safetensors: {error}.") from None
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    if {name: tuple(tensor.shape) for name, tensor in tensors.items()} != wanted:
        raise WeightsRefused(f"The tensors in {file.name} are not those of a {card.kind} of width {card.width}.")
    if any(tensor.dtype != torch.float32 or not bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise WeightsRefused(f"{file.name} holds other numbers than finite 32-bit floats.")
    return tensors
