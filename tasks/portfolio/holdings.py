"""What is held, as a person gives it: coins by amount or by value, and cash. Exact decimals throughout."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Unit = Literal["amount", "value"]

MOST: Final = Decimal("1e15")
DECIMALS: Final = 18
MOST_COINS: Final = 50
EXACT: Final = Context(prec=80, rounding=ROUND_FLOOR)
EMPTY: Final = Decimal(0)

Symbol = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9]{1,20}$", to_upper=True)]


def _checked(value: Any) -> Any:
    """Refuse what is no amount in words of its own; what passes is read by pydantic, exactly."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError('must be a decimal number, best as text: "0.25"')  # noqa: TRY004 - pydantic shows ValueError
    try:
        number = Decimal(value.strip() if isinstance(value, str) else str(value))
    except ArithmeticError:
        raise ValueError(f'{str(value)[:40]!r} is not a decimal number such as "0.25"') from None
    if not number.is_finite():
        raise ValueError("must be a finite number, not NaN or infinity")
    if number < 0:
        raise ValueError("must not be negative: short positions and debts can't be assessed here")
    if number > MOST:
        raise ValueError("must be at most 1e15: is it a mistake?")
    exponent = EXACT.normalize(number).as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        raise ValueError(f"has more than {DECIMALS} decimals: no coin is divided further")
    return number


def _held(value: Any) -> Any:
    number = _checked(value)
    if number == 0:
        raise ValueError("is zero: leave the coin out")
    return number


def _named_once(value: Any) -> Any:
    if isinstance(value, Mapping):
        names = [str(name).upper() for name in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands twice: upper and lower case are the same")
    return value


Cash = Annotated[Decimal, BeforeValidator(_checked)]
Amount = Annotated[Decimal, BeforeValidator(_held)]
Holdings = Annotated[dict[Symbol, Amount], BeforeValidator(_named_once), Field(max_length=MOST_COINS)]


class Position(BaseModel):
    """One coin of the portfolio."""

    model_config = ConfigDict(frozen=True)

    symbol: str = Field(description="The coin.")
    amount: Decimal = Field(description="How much of it is held.")
    price: Decimal = Field(description="Price of one in the quote.")
    value: Decimal = Field(description="Amount times price.")
    weight: float = Field(description="Part of the whole portfolio, cash included, 0 to 1.")


def positions(
    holdings: Mapping[str, Decimal], unit: Unit, cash: Decimal, prices: Mapping[str, Decimal]
) -> list[Position]:
    """The coins with price, value and weight; a value is turned into an amount, down to 18 decimals."""
    with localcontext(EXACT):
        return _positions(holdings, unit, cash, prices)


def _positions(
    holdings: Mapping[str, Decimal], unit: Unit, cash: Decimal, prices: Mapping[str, Decimal]
) -> list[Position]:
    amounts = {
        symbol: (held if unit == "amount" else held / prices[symbol]).quantize(Decimal(1).scaleb(-DECIMALS)).normalize()
        for symbol, held in holdings.items()
    }
    values = {symbol: amount * prices[symbol] for symbol, amount in amounts.items()}
    total = cash + sum(values.values(), EMPTY)
    return [
        Position(
            symbol=symbol,
            amount=Decimal(f"{amount:f}"),
            price=prices[symbol],
            value=values[symbol],
            weight=float(values[symbol] / total),
        )
        for symbol, amount in amounts.items()
    ]


def refuse_quote(symbols: Iterable[str], quote: str) -> None:
    """Raise ValueError when the quote itself is named as a coin."""
    if quote in symbols:
        raise ValueError(f"{quote} is what prices are given in: give it as cash, not as a coin")
