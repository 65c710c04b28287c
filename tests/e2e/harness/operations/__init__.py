"""What the tests of operations share."""

from harness.operations.admin import Admin, AdminTest
from harness.operations.scrape import Scrape

__all__ = ["Admin", "AdminTest", "Scrape"]
