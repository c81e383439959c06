"""How often a guess of a household from a cell comes true, and which kelurahan need larger cells for it.

The attacker knows the cell of a home and names one of the cell's households. What counts is not the chance itself but
what a measurement can show: the upper bound of the success (one-sided, Clopper & Pearson, Biometrika 26, 1934) with so
many homes drawn at random. Cells of just 20 can never show 1 in 20. The audit of each release measures again, with
other homes and stronger attackers (opendata/audit/); here it is made sure that the cells leave it room.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from geo.catchments import Ints

SEED = 20_261_122  # the same households give the same catchments
ROUNDS = 20  # measurements, each of which must show the risk: so will one more
FEWEST = 5  # cells that are looked at by themselves
STEP = 8  # where the city as a whole does not show it, one in so many kelurahan gets larger cells


@dataclass(frozen=True)
class Demand:
    """What is asked of catchments; the numbers of the policy (docs/guarantee.md). Shares lie between 0 and 1."""

    least: int = 20  # households in a cell
    strong: int = 30  # where `least` does not show the risk
    risk: float = 0.05  # at most: the upper bound of an attacker's success
    confidence: float = 0.95  # of that bound
    homes: int = 10_000  # simulated

    def stricter(self, other: Demand) -> Demand:
        """Of two demands, number by number the one that asks more."""
        least = max(self.least, other.least)
        return Demand(
            least=least,
            strong=max(self.strong, other.strong, least),
            risk=min(self.risk, other.risk),
            confidence=max(self.confidence, other.confidence),
            homes=max(self.homes, other.homes),
        )

    def weak(self, sizes: Mapping[str, Ints]) -> set[str]:
        """Kelurahan whose cells show more risk than is allowed: where those are too small, larger ones are needed.

        The smallest tenth of a kelurahan's cells must show it; then the smallest tenth of the city's, all that hold
        fewer than `strong`, and all cells.
        """
        small = {code: self._smallest(cells) for code, cells in sizes.items()}
        small = {code: cells for code, cells in small.items() if len(cells)}
        found = {code for code, cells in small.items() if not self._shown(cells, code)}
        if found or not small:
            return found
        everywhere = np.concatenate(list(sizes.values()))
        strata = {
            "smallest": self._smallest(everywhere),
            "few": everywhere[everywhere < self.strong],
            "all": everywhere,
        }
        if all(self._shown(cells, name) for name, cells in strata.items()):
            return set()
        by_size = sorted(small, key=lambda code: (float(small[code].mean()), code))
        return set(by_size[: 1 + len(by_size) // STEP])

    def _smallest(self, cells: Ints) -> Ints:
        """Of a tenth of the cells, the smallest, those that larger cells could help."""
        first = np.sort(cells)[: max(FEWEST, len(cells) // 10)]
        return first[first < self.strong]

    def _shown(self, cells: Ints, name: str) -> bool:
        """Whether guesses from these cells stay within the risk, by each of several measurements."""
        dice = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        # A home drawn at random lies in a cell as likely as it is large, and is named with one in as many: over all
        # cells, each guess comes true with cells / households.
        hits = int(dice.binomial(self.homes, len(cells) / cells.sum(), ROUNDS).max())
        return upper_bound(hits, self.homes, self.confidence) <= self.risk


def upper_bound(successes: int, tried: int, confidence: float) -> float:
    """The largest share of successes that `successes` of `tried` do not speak against (exact, binomial)."""
    if successes >= tried:
        return 1.0
    return float(betaincinv(successes + 1, tried - successes, confidence))
