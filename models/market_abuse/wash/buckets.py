"""Which trades could be part of a ring at all: strongly connected ones of like amount in a stretch of time.

Each trade is an edge from its seller to its buyer between nodes (account, stretch of time, class of amount). One pass
of scipy's strongly connected components over all stretches and classes together is linear in the trades. Stretches and
classes overlap by half, so that a ring that fits in half of either is whole in one of the four passes.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_COMPONENT: Final = 20_000


def candidates(
    time: NDArray[np.int64],
    amount: NDArray[np.int64],
    seller: NDArray[np.int32],
    buyer: NDArray[np.int32],
    window: int,
    margin: float,
) -> Iterator[NDArray[np.intp]]:
    """Places of trades (not of an account with itself) that hang together, in the order of time, a group each."""
    logs = np.log(amount.astype(np.float64)) / np.log1p(margin)
    for late, large in product((0, 1), (0, 1)):
        stretch = (time - time.min() + late * window) // (2 * window)
        size = np.floor((logs + large) / 2).astype(np.int64)
        yield from _components(_joined(stretch, size), seller, buyer)


def _joined(stretch: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray((stretch - stretch.min()) * (size.max() - size.min() + 1) + size - size.min(), np.int64)


def _components(
    bucket: NDArray[np.int64], seller: NDArray[np.int32], buyer: NDArray[np.int32]
) -> Iterator[NDArray[np.intp]]:
    from scipy.sparse import coo_array  # noqa: PLC0415 - scipy where it is used
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    accounts = np.int64(max(seller.max(), buyer.max()) + 1)
    ends = np.concatenate([bucket * accounts + seller, bucket * accounts + buyer])
    nodes, places = np.unique(ends, return_inverse=True)
    out, into = places[: len(seller)], places[len(seller) :]
    graph = coo_array((np.ones(len(out), np.int8), (out, into)), shape=(len(nodes), len(nodes)))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    inside = np.flatnonzero(label[out] == label[into])
    order = inside[np.argsort(label[out[inside]], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[out[order]])) + 1
    for group in np.split(order, cuts):
        if len(group) > 1:
            yield from np.array_split(group, -(-len(group) // MOST_COMPONENT))
