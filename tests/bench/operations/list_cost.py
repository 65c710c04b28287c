"""What a full list of the sessions costs duplexd: CPU of the control thread, which writes it, and of the workers, whose
sessions are looked at."""

import json

from many_sessions import SESSIONS, ManySessionsTest

LISTS = 20
PAGE = 1000  # as duplexctl asks


class ListCost(ManySessionsTest):
    def page(self, after, more):
        page = self.get(f"/v1/sessions?limit={PAGE}{more}" + (f"&after={after}" if after else ""))
        self.bytes += len(page)
        return page

    def list(self, more=""):
        """The end of a page is read only, because this takes CPU from duplexd's threads."""
        after, self.bytes = "", 0
        while after is not None:
            after = json.loads(b"{" + self.page(after, more).rpartition(b"],")[2])["next"]

    def measure(self, name, more=""):
        self.list(more)
        control, workers = self.cpu_of(lambda: self.list(more), LISTS)
        print(f"{len(self.clients)} sessions: {name} of {self.bytes / 1e6:.1f} MB takes {control * 1e3:.2f} ms of CPU of "
              f"the control thread, and {workers * 1e3:.2f} ms of the workers", flush=True)
        self.assertGreater(self.bytes, 100 * len(self.clients))

    def test_full_lists(self):
        self.start_with(1, SESSIONS)
        self.measure("a list")
        self.measure("a list with what sockets say", "&tcp=true")
