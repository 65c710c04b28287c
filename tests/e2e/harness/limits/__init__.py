"""What tests of limits share."""

from harness.limits.arrivals import Arrivals

__all__ = ["Arrivals"]
