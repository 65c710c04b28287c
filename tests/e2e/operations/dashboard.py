"""The page of the admin listener, in a browser: it shows what duplexd says, to anybody, and nothing else happens in it.

With DUPLEXD_SCREENSHOTS=FOLDER it also writes the pictures of the documents: docs/dashboard-desktop.png and -phone.png."""

import os
import re
import tempfile
import time
import unittest
from pathlib import Path

from harness import eventually
from harness.operations import Admin, Browser, SceneTest, axe, problems, why_no_browser

SHOTS = os.environ.get("DUPLEXD_SCREENSHOTS")
PHONES = [320, 360, 400]
RECORDED = 100  # seconds that the charts of the pictures show
TABLE = """
const table = document.getElementById(arguments[0]);
const text = (cell) => (cell.querySelector('.value, .badge') ?? cell).textContent;
return table.hidden ? [] : [...table.tBodies[0].rows].map((row) =>
  Object.fromEntries([...row.cells].map((cell) => [cell.dataset.title, text(cell)])));
"""
PAIRS = """
return Object.fromEntries([...document.querySelectorAll('#' + arguments[0] + ' > div')].map((pair) =>
  [pair.children[0].textContent, pair.children[1].textContent]));
"""
WIDER = """
const wide = document.documentElement.clientWidth;
return document.documentElement.scrollWidth <= wide ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > wide).map((one) => one.tagName + '#' + one.id + '.' + one.className);
"""


def setUpModule():
    if why_no_browser():
        raise unittest.SkipTest(why_no_browser())
    folder = tempfile.TemporaryDirectory(prefix="duplexd-e2e-", ignore_cleanup_errors=True)
    unittest.addModuleCleanup(folder.cleanup)
    PageTest.browser = Browser(folder.name)
    unittest.addModuleCleanup(PageTest.browser.close)


class PageTest(SceneTest):
    browser = None  # starts once, because it takes seconds

    def assert_descriptors_closed(self, daemon):
        """The browser keeps connections for its next request."""

    def open(self, width=1280):
        self.addCleanup(self.browser.open, "about:blank")
        self.browser.resize(width)
        self.browser.open(f"http://{self.address}/")
        self.browser.complaints()

    def visit(self):
        self.open()
        self.wait_notice("Live")

    def text_of(self, identity):
        return self.browser.run("return document.getElementById(arguments[0]).textContent", identity)

    def wait_notice(self, words):
        eventually(lambda: words in self.text_of("notice"), every=0.1, what=f"the page to say {words}")

    def table(self, identity):
        return self.browser.run(TABLE, identity)

    def pairs(self, identity):
        return self.browser.run(PAIRS, identity)

    def assert_no_complaints(self):
        self.assertEqual(self.browser.complaints(), [])


class Figures(PageTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.begin()

    def test_figures_are_those_of_status(self):
        for _ in range(3):
            self.traffic.talk("web", 20_000, 0.02)
        self.hold_up()
        self.visit()
        eventually(lambda: self.pairs("tiles")["Live sessions"] == "5" and len(self.table("slow")) == 2, every=0.2,
                   what="all sessions to be shown")
        status = self.control.status()
        self.assertEqual({row["Listener"]: row["Live"] for row in self.table("listeners")},
                         {listener["name"]: str(listener["live"]) for listener in status["listeners"]})
        self.assertEqual({(row["Upstream"], row["Endpoint"]): (row["State"], row["Live"]) for row in self.table("endpoints")},
                         {(each["upstream"], each["name"]): (each["state"], str(each["live"]))
                          for upstream in status["upstreams"] for each in upstream["endpoints"]})
        self.assertEqual(self.table("endpoints")[0]["State"], "down", "trouble comes first")
        self.assertEqual({row["Listener"]: row["Held up by"] for row in self.table("slow")},
                         {"downloads": "the client", "database": "the endpoint"})
        self.assertEqual(self.pairs("tiles")["Endpoints up"], "4")
        self.assertEqual([row["Left"] for row in self.table("certificates")], ["11 days"])
        self.assertEqual(len(self.table("workers")), status["workers"])
        memory = self.pairs("memory")
        self.assertEqual(memory["Handler memory fallbacks"], "0")
        self.assertGreater(int(memory["Handler memory in use"]), 0, "each session waits for something")
        self.assertGreater(int(memory["Source ports"]), 0)
        self.assert_rates_follow()
        self.assert_names_are_text()
        self.assert_no_complaints()

    def assert_rates_follow(self):
        def web():
            return next(row for row in self.table("listeners") if row["Listener"] == "web")
        eventually(lambda: re.fullmatch(r"[0-9.]+ [kM]B/s", web()["To clients"]), every=0.2, what="bytes a second")
        self.assertNotEqual(self.pairs("tiles")["To endpoints"], "–")
        self.assertIn("to clients", self.browser.run("return document.getElementById('bytes-chart').ariaLabel"))
        painted = "const c = document.getElementById('bytes-chart'); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
        self.assertTrue(self.browser.run(painted), "a chart is drawn")

    def assert_names_are_text(self):
        names = [row["Endpoint"] for row in self.table("endpoints")]
        self.assertIn(f"unix:{self.endpoints['local']}", names)
        self.assertEqual(self.browser.run("return [document.images.length, document.title]"), [0, "duplexd"])

    def test_phone_and_desktop_suit_everybody(self):
        self.hold_up()
        source, why = axe()
        if not source:
            print(f"accessibility is not checked by axe-core: {why}", flush=True)
        self.visit()
        eventually(lambda: len(self.table("slow")) == 2, every=0.2, what="the slow sessions")
        for scheme, widths in [("light", [1280, *PHONES]), ("dark", [360, 768, 1280])]:
            self.browser.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
            for width in widths:
                self.browser.resize(width)
                self.assertEqual(self.browser.run(WIDER), [], f"wider than {width} pixels")
            if source:
                self.assertEqual(problems(self.browser), [], scheme)
        moving = "return getComputedStyle(document.getElementById('figures')).transitionDuration"
        self.assertEqual(self.browser.run(moving), "0s")
        self.assert_no_complaints()

    def test_only_who_looks_is_asked(self):
        self.visit()
        admin = Admin(self.address)
        back = self.browser.new_tab()
        self.assert_not_asked()
        back()
        asked = self.requests()
        eventually(lambda: self.requests() > asked, what="the page to ask again")
        self.browser.run("document.getElementById('pause').focus()")
        self.browser.press(" ")
        self.wait_notice("Paused")
        self.assert_not_asked()
        self.browser.press(" ")
        self.wait_notice("Live")
        self.assertEqual(admin.ask("/sessions?limit=1").status, 200)

    def requests(self):
        return self.control.status()["admin"]["requests"]

    def assert_not_asked(self):
        """Within the time of two polls, after what was asked already."""
        quiet_since, asked = time.monotonic(), self.requests()
        until = quiet_since + 15

        def is_quiet():
            nonlocal quiet_since, asked
            now = self.requests()
            if now != asked:
                quiet_since, asked = time.monotonic(), now
            self.assertLess(time.monotonic(), until, "the page asks on")
            return time.monotonic() - quiet_since > 4.5
        eventually(is_quiet, every=0.2, what="the page to stop asking")


class Outages(PageTest):
    def test_page_recovers_after_restart(self):
        daemon = self.begin()
        self.assert_served(daemon.address("web"))
        self.visit()
        self.assert_leaves_cleanly(daemon)
        self.wait_notice("does not answer")
        self.assertTrue(self.browser.run("return document.getElementById('figures').classList.contains('old')"))
        again = self.begin()
        self.wait_notice(f"pid {again.pid}: duplexd was restarted")
        self.assertFalse(self.browser.run("return document.getElementById('figures').classList.contains('old')"))
        refused = [line for line in self.browser.complaints() if "ERR_CONNECTION_REFUSED" not in line and "ERR_EMPTY" not in line]
        self.assertEqual(refused, [])


class Tokens(PageTest):
    def test_token_is_asked_for(self):
        file = Path(self.folder) / "token"
        file.write_text("open-sesame\n")
        self.begin(f"token_file: {file}")
        admin = Admin(self.address)
        for target in ["/status", "/sessions", "/sessions/slow", "/metrics"]:
            self.assertEqual(admin.ask(target).status, 401, target)
        self.open()
        self.wait_form(is_shown=True)
        self.browser.type("#token", "wrong\n")
        eventually(lambda: "does not take" in self.text_of("token-problem"), every=0.1, what="the page to say so")
        self.browser.type("#token", "open-sesame\n")
        self.wait_notice("Live")
        self.wait_form(is_shown=False)
        kept = self.browser.run("return [sessionStorage.length, localStorage.length, document.cookie, location.pathname]")
        self.assertEqual(kept, [1, 0, "", "/dashboard/"])
        self.assertNotIn("open-sesame", self.browser.run("return document.documentElement.outerHTML"))
        self.browser.run("document.getElementById('forget').click()")
        self.wait_form(is_shown=True)
        self.assertEqual(self.browser.run("return sessionStorage.length"), 0)

    def wait_form(self, is_shown):
        eventually(lambda: self.browser.run("return document.getElementById('token-form').hidden") != is_shown, every=0.1,
                   what="the form")


@unittest.skipUnless(SHOTS, "no DUPLEXD_SCREENSHOTS says where pictures go")
class Pictures(PageTest):
    socket_name = "web.sock"

    def test_pictures_are_taken(self):
        self.begin()
        for size, pause in [(60_000, 0.02), (20_000, 0.01), (3_000, 0.05)]:
            self.traffic.talk("web", size, pause)
        self.traffic.visit("web", 0.05)
        for _ in range(4):
            self.traffic.dial("web")
        self.hold_up()
        self.traffic.read("downloads", 0.1)
        self.traffic.ask("database", 5)
        self.visit()
        begin = time.monotonic()
        eventually(lambda: time.monotonic() - begin > RECORDED, within=RECORDED + 5, every=0.5)
        for name, width, last in [("desktop", 1280, "endpoints"), ("phone", 390, "slow")]:
            self.browser.resize(width)
            bottom = "return document.getElementById(arguments[0]).closest('section').getBoundingClientRect().bottom"
            height = self.browser.run(bottom, last) + 16
            (Path(SHOTS) / f"dashboard-{name}.png").write_bytes(self.browser.picture(width, height))


if __name__ == "__main__":
    unittest.main()
