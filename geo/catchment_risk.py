"""How often a guess of a household from a cell comes true, measured, and which kelurahan need larger cells for it.

The attacker knows the cell of a home and names one of the cell's households. Homes are drawn at random, guesses are
simulated, and what counts is the upper bound of the success (one-sided, Clopper & Pearson, Biometrika 26, 1934).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from geo.catchments import Ints

SEED = 20_261_122  # the same households give the same catchments


@dataclass(frozen=True)
class Demand:
    """What is asked of catchments; the numbers of the policy (docs/guarantee.md). Shares lie between 0 and 1."""

    least: int = 20  # households in a cell
    strong: int = 30  # where `least` does not show the risk
    risk: float = 0.05  # at most: the upper bound of an attacker's success
    confidence: float = 0.95  # of that bound
    homes: int = 10_000  # simulated

    def weak(self, sizes: Mapping[str, Ints]) -> set[str]:
        """Kelurahan where cells of fewer than `strong` households show more risk than is allowed.

        Looked at: their small cells by themselves; then the small cells of the city together, and all cells.
        """
        small = {code: cells[cells < self.strong] for code, cells in sizes.items()}
        small = {code: cells for code, cells in small.items() if len(cells)}
        found = {code for code, cells in small.items() if self._bound(cells, code) > self.risk}
        rest = [cells for code, cells in small.items() if code not in found]
        if found or not rest:
            return found
        everywhere, few = np.concatenate(list(sizes.values())), np.concatenate(rest)
        if (
            self._bound(few, "small") <= self.risk
            and self._bound(everywhere, "all", self.strong) <= self.risk
        ):
            return set()
        return {min(small, key=lambda code: (float(small[code].mean()), code))}

    def _bound(self, cells: Ints, name: str, below: int | None = None) -> float:
        """The bound for homes in these cells; with `below` the worse of all and of those in cells below it."""
        dice = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        drawn = dice.choice(cells, self.homes, p=cells / cells.sum())
        hit = dice.random(self.homes) * drawn < 1
        bound = upper_bound(int(hit.sum()), self.homes, self.confidence)
        those = drawn < below if below else np.zeros(0, dtype=np.bool_)
        if not those.any():
            return bound
        return max(bound, upper_bound(int(hit[those].sum()), int(those.sum()), self.confidence))


def upper_bound(successes: int, tried: int, confidence: float) -> float:
    """The largest share of successes that `successes` of `tried` do not speak against (exact, binomial)."""
    if successes >= tried:
        return 1.0
    return float(betaincinv(successes + 1, tried - successes, confidence))
