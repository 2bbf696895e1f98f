"""Everybody who was ever employed in the synthetic sector, as arrays."""

from dataclasses import dataclass

import numpy as np

#: Share of each age band in the first stock, and the first and last age of each.
AGE_SHARES = np.array([0.13, 0.23, 0.21, 0.19, 0.24])
BAND_FIRST = np.array([16, 25, 35, 45, 55])
BAND_LAST = np.array([24, 34, 44, 54, 67])
#: Full-time wage per month by education.
_WAGE = np.array([2450.0, 2900.0, 3700.0, 5100.0])


@dataclass
class State:
    """Everybody who was ever employed, as arrays of equal length.

    ``organisation`` is the present employer's place, or -1.
    """

    birth_year: np.ndarray
    female: np.ndarray
    function: np.ndarray
    education: np.ndarray
    abroad: np.ndarray
    ses: np.ndarray
    taste: np.ndarray
    hours: np.ndarray
    student: np.ndarray
    organisation: np.ndarray
    team: np.ndarray
    start_year: np.ndarray
    start_month: np.ndarray
    entry_year: np.ndarray
    temporary: np.ndarray
    on_call: np.ndarray
    irregular: np.ndarray
    left_year: np.ndarray
    retired: np.ndarray
    sampled: np.ndarray

    def __len__(self) -> int:
        return len(self.birth_year)

    def append(self, other: "State") -> None:
        """Add people at the end."""
        for name, values in vars(self).items():
            setattr(self, name, np.concatenate([values, getattr(other, name)]))

    def age(self, year: int, people: np.ndarray) -> np.ndarray:
        """Age on 31 December."""
        return year - self.birth_year[people]

    def wage(self, year: int, people: np.ndarray) -> np.ndarray:
        """Gross full-time wage per month, in euros."""
        experience = np.clip(self.age(year, people) - 20, 0, 40)
        level = _WAGE[self.education[people]] * (1 + 0.008 * experience)
        return level * 1.03 ** (year - 2025) * (0.92 + 0.16 * self.ses[people])


def band_of(age: np.ndarray) -> np.ndarray:
    """Return the place of an age in ``AGE_BANDS``."""
    return np.searchsorted(BAND_FIRST[1:], age, side="right").astype(np.int8)
