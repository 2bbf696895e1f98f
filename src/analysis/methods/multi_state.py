"""Multi-state models: in which state people are at each time, and how long they stay in it.

People move between states, back as well, and are followed for part of the time only. In the
estimator of Aalen and Johansen the moves at a time are counted among those who are seen in a state
just before it; who enters later counts from then on (left truncation), who is followed no further
until then. The product of these matrices gives the share in each state (Aalen & Johansen 1978,
Scand. J. Stat. 5; Putter, Fiocco & Geskus 2007, Stat. Med. 26; Andersen & Keiding 2002, Stat.
Methods Med. Res. 11, for the sums over time). Ties are exact: several moves at one time are one
matrix, as whole years and months need.

The shares hold whether or not moves depend on more than the state, as long as who is followed does
not (Datta & Satten 2001, Stat. Probab. Lett. 55); a forecast from a state does depend on it.
"""

import numpy as np


def counts_of_moves(
    time: np.ndarray,
    origin: np.ndarray,
    target: np.ndarray,
    *,
    times: int,
    states: int,
    cluster: np.ndarray | None = None,
    clusters: int = 1,
) -> np.ndarray:
    """Count the moves, and those who stay, at each time.

    Parameters
    ----------
    time
        Place of the time at which a person is in ``target``, from 0; the person was in ``origin``
        just before it. A person has one row for each time at which it is followed.
    origin, target
        States, from 0.
    cluster
        Place of each row's cluster.

    Returns
    -------
    ndarray
        Shape (clusters, times, states, states), from origin to target.
    """
    place = (time * states + origin) * states + target
    if cluster is not None:
        place = place + cluster * (times * states * states)
    flat = np.bincount(place, minlength=clusters * times * states * states)
    return flat.reshape(clusters, times, states, states).astype(float)


def probabilities(counts: np.ndarray) -> np.ndarray:
    """Return the probability of each move at each time; rows sum to one.

    Nobody moves where nobody is at risk.

    Parameters
    ----------
    counts
        Shape (..., times, states, states).
    """
    at_risk = counts.sum(axis=-1, keepdims=True)
    stay = np.broadcast_to(np.eye(counts.shape[-1]), counts.shape)
    return np.where(at_risk > 0, counts / np.where(at_risk > 0, at_risk, 1.0), stay)


def occupation(start: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Return the share in each state at the start and after each time (Aalen-Johansen).

    Parameters
    ----------
    start
        Share in each state at the start, shape (..., states).
    moves
        Of ``probabilities``, shape (..., times, states, states).

    Returns
    -------
    ndarray
        Shape (..., times + 1, states).
    """
    now = np.broadcast_to(start, (*moves.shape[:-3], moves.shape[-1]))
    shares = [now]
    for time in range(moves.shape[-3]):
        now = np.einsum("...i,...ij->...j", now, moves[..., time, :, :])
        shares.append(now)
    return np.stack(shares, axis=-2)


def expected_time(shares: np.ndarray) -> np.ndarray:
    """Return the time that is expected in each state; the sum is the number of times.

    Who moves between two times does so halfway on average (trapezium rule).
    """
    return (shares[..., 1:, :] + shares[..., :-1, :]).sum(axis=-2) / 2


def without_return(moves: np.ndarray, absorbing: list[int]) -> np.ndarray:
    """Return the moves of people who stay for good where they first arrive."""
    closed = moves.copy()
    closed[..., absorbing, :] = np.eye(moves.shape[-1])[absorbing]
    return closed


def one_minus_kaplan_meier(moves: np.ndarray, working: list[int], target: int) -> np.ndarray:
    """Return one minus Kaplan-Meier to one state, with all other ends as if not followed.

    It answers what would happen if there were no other way to end, and so says more than happens:
    over the ends it adds up to more than one. It is here to be shown beside the right answer.

    Parameters
    ----------
    moves
        Of ``probabilities``.
    working
        States that are not an end.
    target
        The end.
    """
    kept = [*working, target]
    only = moves[..., kept, :][..., :, kept]
    # Those who end otherwise leave those at risk; they do not stay.
    only = probabilities(only)
    only[..., -1, :] = np.eye(len(kept))[-1]
    return only
