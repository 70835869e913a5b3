"""Why there can be no forecast."""


class ForecastingError(ValueError):
    """These prices can't be forecast; the message says why and what to ask for instead."""


class ShortHistory(ForecastingError):
    """Too few prices to calibrate prediction intervals for the horizon."""


class ConstantPrice(ForecastingError):
    """The price never moved, so nothing can be learned about how far it may move."""
