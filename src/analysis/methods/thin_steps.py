"""Shares in states over time whose steps rest on enough people to be shown.

A curve of survival is shown at times between which at least ten people left it (OpenSAFELY and the
microdata service of Statistics Netherlands ask for as much). Of several states that together are
everybody, the one that a few people entered would tell when they did.
"""

import numpy as np

#: People who move between two times that are shown, and into or out of a state whose share changes.
FEWEST = 10
#: Part of everybody by which a share may be off where few people moved.
TRIFLE = 0.005


def thinned(
    counts: np.ndarray, shares: np.ndarray, *, every: int = 1, hide_first: bool = False
) -> tuple[list[int], np.ndarray]:
    """Return times with enough moves between each and the next, and the shares there.

    A state that a few people came into or left keeps the share that it had; the largest other state
    takes the difference. Where that is more than ``TRIFLE``, the time is left out.

    Parameters
    ----------
    counts
        Moves and those who stay, shape (times, states, states), from origin to target.
    shares
        Share in each state, from 0 to 1, shape (times + 1, states).
    every
        Steps between two times that may be shown.
    hide_first
        Whether the shares at the start are not shown.

    Returns
    -------
    times, shares
        Places among the times, and shape (places, states).
    """
    states = shares.shape[1]
    moves = counts * ~np.eye(states, dtype=bool)
    into, out = moves.sum(axis=1), moves.sum(axis=2)
    held = shares[0].copy()
    times, kept = ([], []) if hide_first else ([0], [held.copy()])
    before, since = 0, np.zeros(states, dtype=int)
    for time in range(every, len(shares), every):
        if moves[before:time].sum() < FEWEST:
            continue
        # Who comes and goes is one person; so the larger of both counts, and not their sum.
        seen = np.array(
            [
                max(way[start:time, state].sum() for way in (into, out))
                for state, start in enumerate(since)
            ]
        )
        few = (seen > 0) & (seen < FEWEST)
        now = shares[time]
        if few.all() or (few.any() and not times) or (abs(now - held)[few] > TRIFLE).any():
            continue
        held = np.where(few, held, now)
        held[np.argmax(np.where(few, -1.0, now))] += 1 - held.sum()
        times.append(time)
        kept.append(held.copy())
        before, since = time, np.where(few, since, time)
    return times, np.array(kept)
