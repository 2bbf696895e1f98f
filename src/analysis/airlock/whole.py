"""Whole atoms near fractional ones: a walk that repairs what rounding broke.

Linear programmes over crossed tables end in fractions, and integer programmes of thousands of atoms
do not end in time. Between rounding intervals there is room, though, so that a walk of single
steps, each the one that most repairs, usually arrives. Rows that stay broken weigh more with each
step that repairs nothing (breakout: Morris, AAAI 1993; for integer programmes: Luteberget and
Sartor, *Mathematical Programming Computation* 15, 2023).
"""

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

#: Of the preference between equal steps, which only has to be the same each time.
SEED = 0


class Walk:
    """Looks for whole atoms with row sums in given intervals.

    Parameters
    ----------
    cells
        Rows × atoms, of 0 and 1.
    links
        Equations × atoms, of -1, 0 and 1; their sums must be 0.
    """

    def __init__(self, cells: csr_array, links: csr_array) -> None:
        self.rows = cells.shape[0]
        self.columns = csc_array(vstack([cells, links]))
        plus, minus = csr_array(links > 0), csr_array(links < 0)
        self.touched = csr_array(hstack([cells.T, plus.T, minus.T]), dtype=float)
        self.zeros = np.zeros(links.shape[0])

    def near(
        self, start: np.ndarray, low: np.ndarray, high: np.ndarray, steps: int
    ) -> np.ndarray | None:
        """Return whole atoms, at least 0, with every row in its interval; None if not found.

        Parameters
        ----------
        start
            Atoms that fit, not whole.
        low, high
            Per row.
        steps
            After how many steps to give up.
        """
        low, high = np.concatenate([low, self.zeros]), np.concatenate([high, self.zeros])
        atoms = np.maximum(0.0, np.round(start))
        sums, weights = self.columns @ atoms, np.ones(len(low))
        taste = np.random.default_rng(SEED).random((len(atoms), 2)) * 1e-3
        for _ in range(steps):
            below, above = sums < low, sums > high
            if not (below.any() or above.any()):
                return atoms
            more = weights * ((sums >= high).astype(float) - below)
            less = weights * ((sums <= low).astype(float) - above)
            worse = self.touched @ self._signed(more, less) + taste
            worse[atoms <= 0, 1] = np.inf
            atom, direction = divmod(int(np.argmin(worse)), 2)
            if worse[atom, direction] >= 0:
                weights[below | above] += 1.0
                continue
            step = 1.0 - 2.0 * direction
            atoms[atom] += step
            here = slice(self.columns.indptr[atom], self.columns.indptr[atom + 1])
            sums[self.columns.indices[here]] += step * self.columns.data[here]
        return None

    def _signed(self, more: np.ndarray, less: np.ndarray) -> np.ndarray:
        """Return what one atom more, and one less, costs in each row; links have two signs."""
        cells, links = slice(None, self.rows), slice(self.rows, None)
        return np.column_stack(
            [
                np.concatenate([more[cells], more[links], less[links]]),
                np.concatenate([less[cells], less[links], more[links]]),
            ]
        )
