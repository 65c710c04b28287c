"""The examples whose endpoints are written down in a catalog."""

import json
import unittest

from harness import eventually
from harness.catalogs import Consul, Etcd, why_not
from harness.pools import ExampleTest


class FromEtcd(ExampleTest):
    name = "from-etcd"

    @unittest.skipIf(why_not(), why_not())
    def test_replicas_register_themselves(self):
        for host in (140, 141, 142):
            self.service(host, 5432)
        self.start_example()
        self.wait_served_by(5433, {"140"})
        etcd = Etcd(self.folder, address=self.example.endpoint(132, 2379))
        self.addCleanup(etcd.stop)
        etcd.put("/services/pg/replica1", self.example.endpoint(141, 5432))
        etcd.put("/services/pg/replica2", json.dumps({"address": self.example.endpoint(142, 5432), "weight": 2}))
        self.wait_served_by(5433, {"141", "142"})
        etcd.delete("/services/pg/replica1")
        self.wait_served_by(5433, {"142"})


class FromConsul(ExampleTest):
    name = "from-consul"

    def test_instances_come_and_go(self):
        consul = Consul(address=self.example.endpoint(1, 8500))
        self.addCleanup(consul.close)
        for host in (151, 152):
            self.service(host, 80)
        consul.add(self.example.endpoint(151, 80))
        self.start_example()
        self.wait_served_by(8080, {"151"})
        consul.add(self.example.endpoint(152, 80))
        consul.remove(self.example.endpoint(151, 80))
        self.wait_served_by(8080, {"152"})
        self.wait_served_by(8081, {"152"})
        eventually(lambda: {"east", None} == {query.get("dc") for _, query in consul.queries}, what="both datacenters")


if __name__ == "__main__":
    unittest.main()
