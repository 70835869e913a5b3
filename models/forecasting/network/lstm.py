"""Long short-term memory (Hochreiter & Schmidhuber 1997) over the steps of a window."""

from torch import Tensor, nn

from models.forecasting.network.quantile_head import QuantileHead


class Lstm(nn.Module):
    """One layer whose state after each step is what the head forecasts from."""

    stride = 1
    """Steps from one position that can be forecast from to the next."""

    def __init__(self, inputs: int, width: int = 48, dropout: float = 0.1) -> None:
        super().__init__()
        self.memory = nn.LSTM(inputs, width, batch_first=True)
        self.head = QuantileHead(width, dropout=dropout)

    def forward(self, window: Tensor, positions: Tensor, steps: Tensor) -> Tensor:
        """(batch, time, inputs) to (batch, positions, steps, LEVELS), forecasting from after each position."""
        quantiles: Tensor = self.head(self.memory(window)[0][:, positions], steps)
        return quantiles
