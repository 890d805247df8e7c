"""What part of a total is there, as plain values, in no language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CoverageKey = tuple[str, str, str]  # indicator, level, scope


@dataclass(frozen=True)
class Covered:
    """A total of the quarter: ``plain`` of returns accepted without, ``warned`` of those accepted with warnings.

    ``missing`` is what the ``returns`` that are not in use last reported, in the four quarters before; ``unknown`` of
    them were not in use in any of these. ``significant``: it could move the total beyond the indicator's threshold.
    """

    plain: Decimal
    warned: Decimal
    missing: Decimal
    returns: int
    unknown: int
    significant: bool

    @property
    def reported(self) -> Decimal:
        """What is printed as the figure: the least it can be."""
        return self.plain + self.warned

    @property
    def indication(self) -> Decimal:
        """What it comes to with those missing as they last reported."""
        return self.reported + self.missing

    def share(self, part: Decimal) -> Decimal:
        """A part of the indication, a fraction of one; 0 where there is nothing of anything."""
        return part / self.indication if self.indication else Decimal(0)
