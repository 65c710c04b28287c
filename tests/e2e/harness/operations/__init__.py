"""What the tests of operations share."""

from harness.operations.admin import Admin, AdminTest

__all__ = ["Admin", "AdminTest"]
