"""Where the boxes and arrows of a path diagram stand, and where on each arrow its number fits.

Layers and places in the way of Sugiyama, Tagawa and Toda (1981, IEEE Transactions on Systems, Man,
and Cybernetics 11(2)): longest paths, barycentres, and a place of its own in each layer that a
long arrow passes. All lengths are in inches; ``y`` runs down.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

#: Between two boxes of a layer, and for an arrow that passes one.
_BETWEEN, _PASSING = 0.2, 0.22
#: Between two arrows at the side of a box, where there is room.
_PORT = 0.16
#: Of an arrow in front of its box: nothing covers its head.
_HEAD = 0.16
#: Rounds in which each number looks for a better place; then the diagram grows by so much.
_ROUNDS, _GROWTH, _MOST_GROWTHS = 6, 1.12, 14
_SWEEPS = 8
#: Between the blocks of a narrow diagram.
_BLOCK = 0.3
#: Cost of a number on another number or on a box; on the head of an arrow; and on another arrow.
_ON_WORDS, _ON_HEAD, _ON_ARROW = 1000.0, 20.0, 3.0

Size = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A box around the name of a variable; ``x`` and ``y`` are its middle."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Plan:
    """A diagram.

    Attributes
    ----------
    boxes
        Boxes; a key may have several.
    arrows
        Per arrow the points that it runs through, (points, 2).
    spots
        Per arrow the middle of its number.
    width, height
        Of the whole.
    rules
        Heights of lines between parts.
    """

    boxes: list[Box]
    arrows: list[np.ndarray]
    spots: list[tuple[float, float]]
    width: float
    height: float
    rules: tuple[float, ...] = ()


def layers_of(pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Return the layer of each variable: the longest way to it from one that nothing points to.

    Raises
    ------
    ValueError
        If arrows run in a circle.
    """
    keys = list(dict.fromkeys(itertools.chain.from_iterable(pairs)))
    layers = dict.fromkeys(keys, 0)
    for _ in keys:
        before = dict(layers)
        for source, target in pairs:
            layers[target] = max(layers[target], layers[source] + 1)
        if layers == before:
            return layers
    raise ValueError("the paths run in a circle; a diagram goes one way")


def gap_between_layers(
    pairs: list[tuple[str, str]], size: Callable[[str], Size], width: float
) -> float:
    """Return how far layers stand apart in a diagram of this width; negative when they overlap."""
    layers = layers_of(pairs)
    count = max(layers.values()) + 1
    widest = [max(size(key)[0] for key in layers if layers[key] == at) for at in range(count)]
    return (width - sum(widest)) / (count - 1)


def in_layers(
    pairs: list[tuple[str, str]],
    size: Callable[[str], Size],
    numbers: list[Size],
    width: float,
) -> Plan:
    """Place boxes in layers from left to right, as high as the numbers need.

    Parameters
    ----------
    pairs
        From and to of each arrow.
    size
        Gives width and height of the box of a variable.
    numbers
        Width and height of the number on each arrow.
    width
        Of the whole.
    """
    layers = layers_of(pairs)
    chains = [_chain(number, pair, layers) for number, pair in enumerate(pairs)]
    columns = _ordered(_columns(chains, layers), chains)
    sizes = {key: _size(key, size, pairs) for key in layers}
    least = max(sum(_height(item, sizes) + _BETWEEN for item in column) for column in columns)
    for _ in range(_MOST_GROWTHS):
        boxes, heights, sides = _placed(columns, sizes, width, least)
        arrows = [
            _route(chain, boxes, heights, sides, ports)
            for chain, ports in zip(chains, _ports(chains, boxes, heights), strict=True)
        ]
        spots, fits = _spots(arrows, [*boxes.values()], numbers)
        plan = Plan([*boxes.values()], arrows, spots, width, least)
        if fits:
            break
        least *= _GROWTH
    return plan


def in_blocks(
    pairs: list[tuple[str, str]],
    size: Callable[[str], Size],
    numbers: list[Size],
    width: float,
) -> Plan:
    """Give each variable that arrows point to a block of its own, below each other.

    Sources stand on the left of their block, as often as arrows leave them: no arrows cross, so
    that numbers stay readable in a narrow figure. The parameters are those of ``in_layers``.
    """
    layers = layers_of(pairs)
    targets = sorted(dict.fromkeys(target for _, target in pairs), key=layers.__getitem__)
    left = max(size(source)[0] for source, _ in pairs)
    right = max(size(target)[0] for target in targets)
    boxes: list[Box] = []
    found: dict[int, tuple[np.ndarray, tuple[float, float]]] = {}
    rules, top = [], 0.0
    for target in targets:
        into = [number for number, pair in enumerate(pairs) if pair[1] == target]
        if boxes:
            rules.append(top)
            top += _BLOCK / 2
        heights = [size(pairs[number][0])[1] for number in into]
        needed = max(size(target)[1], _PORT * len(into))
        between = max(_BETWEEN / 2, (needed - sum(heights)) / len(into))
        whole = sum(heights) + between * (len(into) - 1)
        start = top + max(0.0, (needed - whole) / 2)
        middle = start + whole / 2
        boxes.append(Box(target, width - right / 2, middle, right, needed))
        port = min(_PORT, 0.8 * needed / len(into))
        for place, number in enumerate(into):
            y = start + sum(heights[:place]) + between * place + heights[place] / 2
            boxes.append(Box(pairs[number][0], left / 2, y, left, heights[place]))
            end = middle + port * (place - (len(into) - 1) / 2)
            points = np.array([[left, y], [width - right, end]])
            along = (numbers[number][0] / 2 + 0.06) / (points[1, 0] - points[0, 0])
            found[number] = (points, tuple(points[0] + min(along, 0.5) * (points[1] - points[0])))
        top = start + max(whole, whole / 2 + needed / 2) + _BLOCK / 2
    arrows, spots = zip(*(found[number] for number in range(len(pairs))), strict=True)
    return Plan(boxes, list(arrows), list(spots), width, top - _BLOCK / 2, tuple(rules))


#: A box by its key, or the arrow that passes a layer by its number and that layer.
_Item = str | tuple[int, int]


def _chain(number: int, pair: tuple[str, str], layers: dict[str, int]) -> list[_Item]:
    source, target = pair
    passed = range(layers[source] + 1, layers[target])
    return [source, *((number, layer) for layer in passed), target]


def _columns(chains: list[list[_Item]], layers: dict[str, int]) -> list[list[_Item]]:
    columns: list[list[_Item]] = [[] for _ in range(max(layers.values()) + 1)]
    for chain in chains:
        for item in chain:
            column = columns[layers[item] if isinstance(item, str) else item[1]]
            if item not in column:
                column.append(item)
    return columns


def _ordered(columns: list[list[_Item]], chains: list[list[_Item]]) -> list[list[_Item]]:
    """Order each layer by the mean place of its neighbours, as long as fewer arrows cross."""
    near: dict[_Item, list[_Item]] = {}
    for chain in chains:
        for one, other in itertools.pairwise(chain):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    best = current = columns
    for sweep in range(_SWEEPS):
        current = [list(column) for column in current]
        order = range(len(current)) if sweep % 2 == 0 else reversed(range(len(current)))
        for at in order:
            places = _places(current)
            current[at].sort(key=lambda item: np.mean([places[other] for other in near[item]]))
        if _crossings(current, chains) < _crossings(best, chains):
            best = current
    return best


def _places(columns: list[list[_Item]]) -> dict[_Item, float]:
    return {
        item: (place + 0.5) / len(column) for column in columns for place, item in enumerate(column)
    }


def _crossings(columns: list[list[_Item]], chains: list[list[_Item]]) -> int:
    layer = {item: number for number, column in enumerate(columns) for item in column}
    places = _places(columns)
    steps = [pair for chain in chains for pair in itertools.pairwise(chain)]
    return sum(
        layer[a] == layer[c] and (places[a] - places[c]) * (places[b] - places[d]) < 0
        for (a, b), (c, d) in itertools.combinations(steps, 2)
    )


def _size(key: str, size: Callable[[str], Size], pairs: list[tuple[str, str]]) -> Size:
    """Return the size of a box, high enough for the arrows at its busiest side."""
    width, height = size(key)
    most = max(sum(pair[side] == key for pair in pairs) for side in (0, 1))
    return width, max(height, _PORT * most)


def _height(item: _Item, sizes: dict[str, Size]) -> float:
    return sizes[item][1] if isinstance(item, str) else _PASSING


def _placed(
    columns: list[list[_Item]], sizes: dict[str, Size], width: float, height: float
) -> tuple[dict[str, Box], dict[_Item, float], list[tuple[float, float]]]:
    """Return boxes by key, the height of each item, and the sides of each layer."""
    widths = [max(sizes[item][0] for item in column if isinstance(item, str)) for column in columns]
    gap = (width - sum(widths)) / (len(columns) - 1)
    boxes, heights, sides = {}, {}, []
    left = 0.0
    for column, wide in zip(columns, widths, strict=True):
        sides.append((left, left + wide))
        room = (height - sum(_height(item, sizes) for item in column)) / len(column)
        top = room / 2
        for item in column:
            tall = _height(item, sizes)
            heights[item] = top + tall / 2
            if isinstance(item, str):
                boxes[item] = Box(item, left + wide / 2, heights[item], wide, tall)
            top += tall + room
        left += wide + gap
    return boxes, heights, sides


def _ports(
    chains: list[list[_Item]], boxes: dict[str, Box], heights: dict[_Item, float]
) -> list[tuple[float, float]]:
    """Return where each arrow leaves and enters, so that arrows at one side do not cross there."""
    ports = [[0.0, 0.0] for _ in chains]
    for side, next_to in ((0, 1), (-1, -2)):
        for key, box in boxes.items():
            own = [number for number, chain in enumerate(chains) if chain[side] == key]
            own.sort(key=lambda number: heights[chains[number][next_to]])
            step = min(_PORT, 0.8 * box.height / max(len(own), 1))
            for place, number in enumerate(own):
                ports[number][side] = box.y + step * (place - (len(own) - 1) / 2)
    return [(first, last) for first, last in ports]


def _route(
    chain: list[_Item],
    boxes: dict[str, Box],
    heights: dict[_Item, float],
    sides: list[tuple[float, float]],
    ports: tuple[float, float],
) -> np.ndarray:
    source, target = boxes[chain[0]], boxes[chain[-1]]
    points = [(source.x + source.width / 2, ports[0])]
    for item in chain[1:-1]:
        points += [(side, heights[item]) for side in sides[item[1]]]
    points.append((target.x - target.width / 2, ports[1]))
    return np.array(points)


def _spots(
    arrows: list[np.ndarray], boxes: list[Box], numbers: list[Size]
) -> tuple[list[tuple[float, float]], bool]:
    """Choose where each number stands, and tell whether all of them are free."""
    lines = [_sampled(points) for points in arrows]
    tips = np.array([points[-1] - [_HEAD / 2, 0] for points in arrows])
    options, costs = [], []
    for number, line in enumerate(lines):
        half = np.array(numbers[number]) / 2
        places = line[:: max(1, len(line) // 40)]
        own = _HEAD + half[0]
        free = (places[:, 0] - line[0, 0] > half[0]) & (line[-1, 0] - places[:, 0] > own)
        places = places[free] if free.any() else line[len(line) // 2][None]
        cost = np.abs(places[:, 0] - np.median(places[:, 0]))
        for box in boxes:
            reach = half + [box.width / 2, box.height / 2]
            cost += _ON_WORDS * (np.abs(places - [box.x, box.y]) < reach).all(axis=1)
        others = [one for place, one in enumerate(lines) if place != number]
        for one in others:
            near = (np.abs(places[:, None] - one[None]) < half + 0.02).all(axis=2)
            cost += _ON_ARROW * near.any(axis=1)
        near = (np.abs(places[:, None] - tips[None]) < half + _HEAD / 2).all(axis=2)
        near[:, number] = False
        cost += _ON_HEAD * near.sum(axis=1)
        options.append(places)
        costs.append(cost)
    chosen = [int(np.argmin(cost)) for cost in costs]
    half = np.array(numbers) / 2
    for _ in range(_ROUNDS):
        for number, places in enumerate(options):
            cost = costs[number].copy()
            for other, place in enumerate(chosen):
                if other != number:
                    reach = half[number] + half[other] + 0.03
                    apart = np.abs(places - options[other][place])
                    cost += _ON_WORDS * (apart < reach).all(axis=1)
            chosen[number] = int(np.argmin(cost))
    spots = np.array([places[place] for places, place in zip(options, chosen, strict=True)])
    fits = all(cost[place] < _ON_WORDS for cost, place in zip(costs, chosen, strict=True))
    fits = fits and not any(
        (np.abs(spots[one] - spots[other]) < half[one] + half[other]).all()
        for one, other in itertools.combinations(range(len(spots)), 2)
    )
    return [(float(x), float(y)) for x, y in spots], fits


def _sampled(points: np.ndarray) -> np.ndarray:
    """Return points along a line, about a fortieth of an inch apart."""
    parts = []
    for start, end in itertools.pairwise(points):
        count = max(2, int(np.hypot(*(end - start)) / 0.025))
        parts.append(start + np.linspace(0, 1, count)[:, None] * (end - start))
    return np.concatenate(parts)
