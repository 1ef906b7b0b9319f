"""How far a figure from n cases may be off by chance: 95 % intervals."""

from __future__ import annotations

from math import sqrt

from scipy.special import stdtrit

Z = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Interval of a share of `hits` in `n`; (0, 1) when n is 0.

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22: centre (p + z²/2n) / (1 + z²/n).
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(mean: float, mean_square: float, n: int) -> tuple[float, float] | None:
    """Student's t interval of a mean from the means of x and x²; None for fewer than two cases."""
    if n < 2:
        return None
    variance = max(0.0, mean_square - mean * mean) * n / (n - 1)
    half = float(stdtrit(n - 1, 0.975)) * sqrt(variance / n)
    return mean - half, mean + half


def median_places(n: int) -> tuple[int, int]:
    """Ranks (from 1) between which the median lies with 95 %: n/2 -+ z sqrt(n)/2 (binomial, Conover 1999)."""
    reach = Z * sqrt(n) / 2
    return max(1, round(n / 2 - reach)), min(n, round(1 + n / 2 + reach))
