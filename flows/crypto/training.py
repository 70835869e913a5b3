"""The training of price forecasters."""

import re

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blocks.asset_store import Asset
from blocks.exchange import Timeframe
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.crypto.prediction import ASSET_PATTERN
from flows.form import in_declared_order
from tasks.crypto.candle_file import read_candle_file
from tasks.crypto.forecasters import Kind
from tasks.crypto.training import NetworkComparison, register_forecasters, train_forecasters
from tasks.crypto.training_candles import fetch_training_candles, of_file
from tasks.crypto.training_report import publish_training_artifacts, publish_training_files, training_provenance
from tasks.provenance import Provenance
from tasks.run import run_id


class ForecasterTrainingRequest(BaseModel):
    """What to train on: a file of candles, or coins of an exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    candles_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of candles: symbol, date (opening, UTC), open, high, low, close, volume. Unset: "
        "candles of `symbols` from the exchange.",
        examples=["asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/candles.parquet"],
    )
    symbols: tuple[str, ...] = Field(
        ("BTC", "ETH", "SOL", "BNB", "XRP"),
        min_length=1,
        max_length=50,
        description="Coins to fetch where no file is given.",
        examples=[["BTC", "ETH"]],
    )
    quote: str = Field("USDT", pattern=ASSET_PATTERN, description="What prices are given in.", examples=["USDT"])
    timeframe: Timeframe = Field("1h", description="Length of the candles to fetch.", examples=["1h"])
    exchange: str = Field("binance", pattern="^[a-z0-9]{2,40}$", description="Exchange in ccxt.", examples=["binance"])
    days: int = Field(730, ge=30, le=3650, description="Days of candles to fetch.", examples=[730])
    kinds: tuple[Kind, ...] = Field(
        ("lstm", "transformer"), min_length=1, max_length=2, description="Networks to train.", examples=[["lstm"]]
    )
    seeds: tuple[int, ...] = Field(
        (0,),
        min_length=1,
        max_length=5,
        description="One network a seed; of each kind the one with the best validation loss is kept.",
        examples=[[0, 1]],
    )
    epochs: int = Field(
        24, ge=1, le=100, description="Most passes over the data; fewer when it improves no more.", examples=[24]
    )
    held_out_days: int = Field(
        30, ge=3, le=365, description="Newest days that nothing is trained on: new and old are compared there.",
        examples=[30],
    )  # fmt: skip

    sentiment: bool = Field(
        False,
        description="Let the networks see stored scores of sentiment as well, each from when it was computed; it takes "
        "a history of them, which the schedule of analyse-sentiment makes.",
        examples=[False],
    )

    @field_validator("symbols")
    @classmethod
    def _coins(cls, symbols: tuple[str, ...]) -> tuple[str, ...]:
        for symbol in symbols:
            if not re.fullmatch(ASSET_PATTERN, symbol):
                raise ValueError(f"{symbol[:30]!a} is no coin: letters and digits, such as BTC")
        return tuple(dict.fromkeys(symbol.upper() for symbol in symbols))

    @field_validator("kinds")
    @classmethod
    def _kinds_once(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        return tuple(dict.fromkeys(kinds))

    @field_validator("seeds")
    @classmethod
    def _seeds_once(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 <= seed < 2**31 for seed in seeds):
            raise ValueError("a seed is a whole number from 0 to 2147483647")
        return tuple(dict.fromkeys(seeds))


class ForecasterTraining(BaseModel):
    """The networks, how they did on later candles, and which are champions now."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: ForecasterTrainingRequest = Field(description="What was asked for.")
    networks: list[NetworkComparison] = Field(description="One entry a kind.")
    assets: list[Asset] = Field(description="Loss curves, and each network's card.")
    rows: list[Rows] = Field([], description="Training publishes no rows.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="train-forecaster",
    description="Train networks that forecast prices; promote those that beat the ones in use on later candles.",
    persist_result=True,
    result_serializer="json",
)
def train_forecaster(request: ForecasterTrainingRequest) -> ForecasterTraining:
    """Candles -> networks -> comparison on candles held out -> registry -> loss curves.

    Raises `CandleFileError`, `SourceError`, `MarketDataError` where there are no candles, `TooFewCandles`,
    `ForecastingError` where there are too few, `NoSentiment` where it was asked for and none is stored,
    `ModelRegistryError`, `WarehouseError`.
    """
    candles = (
        of_file(read_candle_file(request.candles_uri))
        if request.candles_uri
        else fetch_training_candles(
            request.symbols,
            quote=request.quote.upper(),
            timeframe=request.timeframe,
            exchange=request.exchange,
            days=request.days,
        )
    )
    training = train_forecasters(
        candles,
        kinds=request.kinds,
        seeds=request.seeds,
        epochs=request.epochs,
        held_out_days=request.held_out_days,
        sentiment=request.sentiment,
    )
    networks = register_forecasters(training, candles.sha256)
    assets = publish_training_files(training, networks)
    publish_training_artifacts(networks, assets)
    return ForecasterTraining(
        run_id=run_id(),
        request=request,
        networks=networks,
        assets=assets,
        provenance=training_provenance(request, candles, networks),
        warnings=[*candles.warnings, *training.warnings],
    )
