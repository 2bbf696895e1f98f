"""Where the random numbers of a draw come from."""

import hashlib

import numpy as np


def generator(name: str, variant: str, place: int) -> np.random.Generator:
    """Return the generator of one draw, so that each can be done again alone."""
    entropy = int.from_bytes(hashlib.sha256(f"{name}/{variant}".encode()).digest()[:16])
    return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=(place,)))
