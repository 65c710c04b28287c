"""What the tests of operations share."""

from harness.operations.admin import Admin, AdminTest
from harness.operations.axe import axe, problems
from harness.operations.browser import Browser, why_no_browser
from harness.operations.picture import picture_of
from harness.operations.scene import SceneTest
from harness.operations.scrape import Scrape
from harness.operations.terminal import Terminal

__all__ = ["Admin", "AdminTest", "Browser", "SceneTest", "Scrape", "Terminal", "axe", "picture_of", "problems", "why_no_browser"]
