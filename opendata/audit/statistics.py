"""How sure a measured success is: exact binomial bounds."""

from __future__ import annotations

from scipy.stats import beta


def upper_bound(successes: int, tried: int, confidence: float = 0.95) -> float:
    """One-sided upper Clopper–Pearson bound of a success rate (Clopper & Pearson 1934, Biometrika 26).

    With probability `confidence` or more the true rate lies below it. Without a try nothing is known: 1.
    """
    if not 0 <= successes <= tried:
        raise ValueError(f"{successes} successes of {tried} tries")
    if successes == tried:
        return 1.0
    return float(beta.ppf(confidence, successes + 1, tried - successes))


def lower_bound(successes: int, tried: int, confidence: float = 0.95) -> float:
    """The bound on the other side: the true rate lies above it."""
    return 1 - upper_bound(tried - successes, tried, confidence)
