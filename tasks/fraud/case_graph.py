"""Who is connected with a case, drawn as a graph."""

from typing import TYPE_CHECKING, Any, Final

from tasks.market_abuse.plain import drawable
from tasks.market_abuse.style import BLUE, GREEN, INK, ORANGE, QUIET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_NODES: Final = 80
NAMED: Final = 16
NODE_COLOURS: Final = {"customer": BLUE, "account": BLUE, "host": BLUE, "terminal": ORANGE, "device": GREEN}

PAIR: Final = ((-1.0, 0.0), (1.0, 0.0))


Spots = dict[str, tuple[float, float]]


def draw_links(figure: "Figure", links: list[tuple[str, str, float]]) -> None:
    """Who shares what, or gave whom how much, at the lower right of the picture; all are named where there are few.

    `links`: (kind and name, kind and name, how often or how much).
    """
    import networkx as nx  # noqa: PLC0415 - networkx where it is used
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - matplotlib where it is used

    graph = nx.Graph()
    for one, other, weight in links:
        known = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
        graph.add_edge(one, other, weight=known + weight)
    part = _most_connected(graph)
    spots = _laid_out(part)
    axes = figure.add_axes((0.54, 0.02, 0.44, 0.27))
    few = len(part) <= NAMED
    largest = max(weight for _, _, weight in part.edges(data="weight"))
    for one, other, weight in part.edges(data="weight"):
        (x0, y0), (x1, y1) = spots[one], spots[other]
        width = 0.6 + (2.4 if few else 0.9) * weight / largest
        axes.plot([x0, x1], [y0, y1], color=QUIET, alpha=0.6, linewidth=width, zorder=1)
    degrees: dict[str, int] = dict(part.degree())
    for name, (across, up) in spots.items():
        kind, _, called = name.partition(" ")
        axes.scatter([across], [up], s=150 if few else 42, color=NODE_COLOURS[kind], zorder=2, linewidths=0)
        if few or degrees[name] > 2:
            axes.annotate(drawable(called, 18), (across, up), xytext=(0, 9), textcoords="offset points", fontsize=8.5,
                          color=INK, ha="center", parse_math=False, zorder=3,
                          path_effects=[withStroke(linewidth=2.5, foreground="white")])  # fmt: skip
    axes.margins(0.14)
    axes.set_axis_off()
    for place, kind in enumerate(sorted({name.partition(" ")[0] for name in part})):
        figure.text(0.74 + 0.075 * place, 0.337, f"●  {kind}", fontsize=9.5, color=NODE_COLOURS[kind], va="center")
    if len(graph) > len(part):
        figure.text(0.56, 0.302, f"the {len(part)} most connected of {len(graph):,}", fontsize=8.5, color=QUIET,
                    va="center")  # fmt: skip


def _most_connected(graph: "Any") -> "Any":
    """What can be drawn: nodes of the highest degrees, among equals those next to each other; none without a link."""
    import networkx as nx  # noqa: PLC0415 - networkx where it is used

    walked: dict[str, int] = {}
    for start in sorted(graph, key=lambda name: (-graph.degree(name), name)):
        if start not in walked:
            reached = (start, *(name for _, name in nx.bfs_edges(graph, start)))
            walked |= {name: place for place, name in enumerate(reached)}
    shown = sorted(graph, key=lambda name: (-graph.degree(name), walked[name]))[:MOST_NODES]
    part = graph.subgraph(shown).copy()
    part.remove_nodes_from(list(nx.isolates(part)))
    return part


def _laid_out(part: "Any") -> Spots:
    """Where each node goes: groups that nothing joins stand side by side, each as wide as it has need of."""
    import networkx as nx  # noqa: PLC0415 - networkx where it is used

    spots: Spots = {}
    left = 0.0
    for group in sorted(nx.connected_components(part), key=lambda names: (-len(names), min(names))):
        width = len(group) ** 0.5
        edges = sorted(tuple(sorted(edge)) for edge in part.subgraph(group).edges())
        ordered = nx.Graph(edges)
        around = nx.circular_layout(list(nx.dfs_preorder_nodes(ordered, min(group))))
        placed = (
            nx.kamada_kawai_layout(ordered, pos=around) if len(group) > 2 else dict(zip(ordered, PAIR, strict=True))
        )
        for name, (across, up) in placed.items():
            spots[name] = (left + width * (1 + float(across)) / 2, float(up))
        left += width + 0.6
    return spots
