"""Random streams by name, so that switching one plant off leaves all other draws as they were."""

import zlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers of one part of the world."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def rounded_to_total(values: np.ndarray, total: int) -> np.ndarray:
    """Round to whole numbers that add up to ``total`` (largest remainders)."""
    whole = np.floor(values).astype(np.int64)
    rest = int(total - whole.sum())
    order = np.argsort(whole - values, kind="stable")
    whole[order[:rest]] += 1
    return whole


def autoregressive(
    random: np.random.Generator, rows: int, columns: int, *, sd: float, rho: float
) -> np.ndarray:
    """Return stationary series of order one, a row each; shape (rows, columns)."""
    shocks = random.standard_normal((rows, columns))
    series = np.empty_like(shocks)
    series[:, 0] = shocks[:, 0]
    for place in range(1, columns):
        series[:, place] = rho * series[:, place - 1] + np.sqrt(1 - rho**2) * shocks[:, place]
    return sd * series
