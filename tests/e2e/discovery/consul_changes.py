"""Endpoints come from a service of Consul, whose API answers as it does on good days and on bad ones."""

import time
import unittest
from pathlib import Path

from harness import Newcomers, echo, eventually, free_port, scaled
from harness.catalogs import LATEST, CatalogTest, Consul, Watched

OSERR = 71
QUICK = "timeout: 500ms"


class ConsulChanges(CatalogTest):
    def start_consul(self, **options):
        self.consul = Consul(**options)
        self.addCleanup(self.consul.close)
        return self.consul

    def keys(self, *more, urls=None):
        servers = ", ".join(f"'{url}'" for url in urls or [self.consul.url])
        return f"consul: {{servers: [{servers}], service: main{''.join(', ' + each for each in more)}}}"

    def addresses(self, count):
        return [self.serve(echo).address for _ in range(count)]

    def test_removed_endpoints_get_no_clients(self):
        consul = self.start_consul()
        endpoints = [Watched(self) for _ in range(8)]
        consul.add(*(endpoint.address for endpoint in endpoints))
        daemon = self.start(self.text(self.keys()))
        newcomers = Newcomers([daemon.address()])
        for number in range(scaled(24)):
            endpoint = endpoints[number % len(endpoints)]
            endpoint.remove(lambda chosen=endpoint: consul.remove(chosen.address))
            time.sleep(0.3)
            other = endpoints[(number - 4) % len(endpoints)]
            if number >= 4:
                other.restore(lambda chosen=other: consul.add(chosen.address))
        newcomers.wait_served(100)
        newcomers.stop()
        latest = max(endpoint.latest(daemon) for endpoint in endpoints)
        print(f"{newcomers.served} clients; the last one at a removed endpoint came {1000 * latest:.0f} ms after its "
              "removal", flush=True)
        self.assertLess(latest, LATEST)
        self.assertEqual(newcomers.failures, {})

    def test_query_says_what_is_wanted(self):
        consul = self.start_consul(token="secret")
        first, second = self.addresses(2)
        consul.add(first)
        token = Path(self.folder, "token")
        token.write_text("secret\n")
        self.start(self.text(self.keys(f"token_file: {token}", "datacenter: dc1", "tag: blue", "filter: 'Node.ID == \"1\"'",
                                       "refresh: 10s")))
        consul.add(second, weight=3)
        self.wait_in_use(first, second)
        self.assertEqual({row["name"]: row["weight"] for row in self.upstream()["endpoints"]}, {first: 1, second: 3})
        path, query = consul.queries[0]
        self.assertEqual((path, query), ("/v1/health/service/main", {
            "passing": "1", "dc": "dc1", "tag": "blue", "filter": 'Node.ID == "1"'}))
        self.assertEqual((consul.queries[1][1]["index"], consul.queries[1][1]["wait"]), ("11", "10000ms"))
        token.write_text("other\n")
        consul.add(first)
        self.wait_failure("answered 403: Permission denied")
        self.assertEqual(self.in_use(), sorted([first, second]))

    def test_index_may_go_backwards(self):
        consul = self.start_consul()
        first, second = self.addresses(2)
        consul.add(first)
        self.start(self.text(self.keys()))
        consul.change(index=3, instances={second: 1})
        self.wait_in_use(second)
        eventually(lambda: consul.queries[-1][1].get("index") == "3", what="a query behind the new index")
        self.assertNotIn("index", consul.queries[-2][1])
        consul.add(first)
        self.wait_in_use(first, second)

    def test_answers_without_index_cause_pauses(self):
        consul = self.start_consul()
        first, = self.addresses(1)
        consul.change(index=0, instances={first: 1})
        self.start(self.text("resolve: {at_start: optional}\n    " + self.keys()))
        self.wait_failure("its answer has no X-Consul-Index above 0")
        before = len(consul.queries)
        time.sleep(2)
        self.assertLess(len(consul.queries) - before, 10)
        consul.change(index=5)
        self.wait_in_use(first)

    def test_quick_changes_are_few_queries(self):
        consul = self.start_consul()
        first, = self.addresses(1)
        consul.add(first)
        self.start(self.text(self.keys()))
        before = len(consul.queries)
        begin = time.monotonic()
        while time.monotonic() < begin + 1:
            consul.change()
            time.sleep(0.001)
        self.assertLess(len(consul.queries) - before, 12)

    def test_last_list_outlives_bad_days(self):
        consul = self.start_consul()
        first, second = self.addresses(2)
        consul.add(first)
        daemon = self.start(self.text(self.keys(QUICK, "refresh: 1s")))
        newcomers = Newcomers([daemon.address()])
        consul.change(status=500)
        self.wait_failure("answered 500: No cluster leader")
        consul.change(status=0)
        self.wait_failure("no answer in")
        newcomers.wait_served(100)
        self.assertEqual(self.in_use(), [first])
        self.assertEqual(len(daemon.log.wait("endpoints_failed")), 1)
        consul.change(status=200, instances={second: 1})
        self.wait_in_use(second)
        newcomers.stop()
        self.assertEqual(newcomers.failures, {})

    def test_next_server_takes_over(self):
        consul = self.start_consul()
        first, second = self.addresses(2)
        consul.add(first)
        self.start(self.text(self.keys(QUICK, urls=[f"http://127.0.0.1:{free_port()}", consul.url])))
        self.assertEqual(self.in_use(), [first])
        consul.add(second)
        self.wait_in_use(first, second)

    def test_start_without_answer(self):
        first, second = self.addresses(2)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        daemon = self.start(self.text(self.keys(urls=[url])), ready=False)
        self.assertEqual(daemon.wait_exit(), OSERR)
        self.assertIn("upstream main: consul main has no endpoints (" + url + ": refused)", daemon.log.tail())
        self.assertIn("set upstreams.main.resolve.at_start to optional", daemon.log.tail())
        begin = time.monotonic()
        daemon = self.start(self.text(f"endpoints: ['{first}']\n    resolve: {{at_start: optional}}\n    "
                                      + self.keys(urls=[url])))
        self.assertLess(time.monotonic() - begin, 10)
        self.assert_served(daemon.address())
        self.start_consul(address=f"127.0.0.1:{port}").add(second)
        self.wait_in_use(first, second)

    def test_defaults_say_how(self):
        consul = self.start_consul()
        first, = self.addresses(1)
        consul.add(first)
        daemon = self.start(self.text("consul: {service: main}",
                                      top=f"defaults: {{consul: {{servers: ['{consul.url}']}}}}"))
        self.assert_served(daemon.address())
        shown = self.control.run("status").stdout
        self.assertRegex(shown, r"UPSTREAM +SOURCE +ENDPOINTS +LAST ANSWER")
        self.assertRegex(shown, r"main +consul main +1 +\S+ +- +followed")


if __name__ == "__main__":
    unittest.main()
