"""An endpoint takes clients and serves them, and its check says that it must not: no upgrade forgets that."""

import unittest

from harness import ControlledTest, config, free_port
from harness.pools import Service, http, name_of_service
from harness.pools.visitors import Visitors

UPGRADES = 10
# The first check of a process comes within the interval; without what the process before knew, clients would come first.
UPSTREAM = "check: {type: http, interval: 3s, fall: 1, rise: 1}"


class KnownEndpoints(ControlledTest):
    def setUp(self):
        super().setUp()
        self.well, self.ill = [self.service(name, status) for name, status in (("well", 200), ("ill", 503))]
        self.daemon = self.start(self.config(self.well.address, self.ill.address, upstream=UPSTREAM,
                                             bind=f"127.0.0.1:{free_port()}"))
        self.daemon.log.wait("endpoint_down", endpoint=self.ill.address)

    def service(self, name, status):
        service = Service("127.0.0.1:0", name, answers={b"GET / ": http(status)})
        self.addCleanup(service.close)
        return service

    def upgrade(self):
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])

    def standing(self, service):
        """Whether it serves, since when and why not."""
        address, = next(row for row in self.control.ask("endpoint", "list")["endpoints"]
                        if row["name"] == service.address)["addresses"]
        return address["state"], address["since"], address["why"]

    def test_down_endpoint_gets_no_session(self):
        before = self.standing(self.ill)
        self.assertEqual(before[0], "down")
        served = []

        def ask(connection):
            served.append(name_of_service(connection))
            return served[-1].encode()

        visitors = Visitors(self.daemon.address(), ask)
        for _ in range(UPGRADES):
            self.upgrade()
            visitors.wait_answered(5)
        visits = visitors.stop()
        print(f"{UPGRADES} upgrades, {len(visits)} clients, {served.count('ill')} of them to the endpoint that is down",
              flush=True)
        self.assertEqual([visit.error for visit in visits if visit.error], [])
        self.assertEqual(set(served), {"well"})
        self.assertEqual(len(self.daemon.log.find("endpoint_down")), 1, "it was news once")
        self.assertEqual(self.standing(self.ill), before)


if __name__ == "__main__":
    unittest.main()
