"""Why there can be no figure, no weights or no orders."""


class PortfolioError(ValueError):
    """The portfolio can't be assessed or rebalanced like this; the message says why and what to do."""


class ShortReturns(PortfolioError):
    """Too few daily returns that all coins share."""


class InfeasibleWeights(PortfolioError):
    """No weights keep to the limits that were asked for."""
