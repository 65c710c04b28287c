"""Clients dial other hosts and get to them by way of the daemon, and endpoints see who they are, by the lines of the manual."""

import random
import threading
import unittest
from contextlib import ExitStack

from harness import connect, join, receive_all
from harness.edge import FAMILIES, PORT, ROUTER, SERVED, TransparentTest, at, block, host_of, why_not_transparent
from harness.threads import join_all

CLIENTS = 100
BYTES = 64 * 1024
DROP_IN = "transparent.conf"
NOBODY = 65534


@unittest.skipIf(why_not_transparent(), why_not_transparent())
class TransparentInAndOut(TransparentTest):
    clients_count = CLIENTS

    def assert_whole(self, connection, seed, failures):
        """What is sent comes back, in another direction that goes on after the end of this one."""
        sent = random.Random(seed).randbytes(BYTES)
        writer = threading.Thread(target=self.send_and_end, args=(connection, sent))
        writer.start()
        if receive_all(connection) != sent:
            failures.append(join(connection.getsockname()))
        writer.join()

    @staticmethod
    def send_and_end(connection, data):
        connection.sendall(data)
        connection.shutdown(1)

    def assert_all_served(self, family, destinations, seen_as=None):
        """A hundred clients at once, each to one of the destinations; the endpoint takes each for `seen_as`, or for itself."""
        with ExitStack() as open_ones:
            clients = []
            for i in range(CLIENTS):
                destination = destinations[i % len(destinations)]
                client = self.dial(destination, source=self.client(family, i))
                open_ones.enter_context(client)
                self.assertEqual(join(client.getpeername()), destination)
                clients.append((client, destination))
            for i, (client, destination) in enumerate(clients):
                seen, came_to = self.told(client)
                self.assertEqual(host_of(seen), seen_as or self.client(family, i))
                self.assertEqual(came_to, self.dialled(destination))
            failures = []
            threads = [threading.Thread(target=self.assert_whole, args=(client, i, failures))
                       for i, (client, _) in enumerate(clients)]
            for thread in threads:
                thread.start()
            join_all(threads)
            self.assertEqual(failures, [])

    def dialled(self, destination):
        return destination

    def assert_recorded(self, endpoint, destinations):
        records = self.daemon.log.wait("session", times=CLIENTS * len(FAMILIES))
        self.assertEqual({record["reason"] for record in records}, {"client_finished"})
        self.assertEqual({record["endpoint"] for record in records}, {endpoint})
        self.assertEqual({record["endpoint_address"] for record in records}, set(destinations))
        clients = {host_of(record["client"]) for record in records}
        self.assertEqual(clients, {self.client(family, i) for i in range(CLIENTS) for family in FAMILIES})

    def all_get_where_they_want(self, how, source=""):
        for each in [how, "return"] if source else [how]:
            self.lead_here(each)
        drop_ins = [block(DROP_IN)] if how == "tproxy" or source else []
        self.daemon = self.start_router(self.text(how, source), *drop_ins)
        for family in FAMILIES:
            destinations = [at(host) for host in SERVED[family]]
            way_out = {4: "10.2.0.1", 6: "fd00:2::1"}[family]
            self.assert_all_served(family, destinations, None if source else way_out)
        self.assert_recorded("original_destination", [at(host) for family in FAMILIES for host in SERVED[family]])

    def test_tproxy_in(self):
        self.all_get_where_they_want("tproxy")

    def test_redirect_in(self):
        self.all_get_where_they_want("redirect")

    def test_tproxy_in_client_out(self):
        self.use_other_ports()
        self.all_get_where_they_want("tproxy", "client")

    def test_redirect_in_client_out(self):
        self.use_other_ports()
        self.all_get_where_they_want("redirect", "client")

    def test_client_out_alone(self):
        self.lead_here("return")
        for family in FAMILIES:
            with self.subTest(family=family):
                endpoint = at(SERVED[family][0])
                self.daemon = self.start_router(self.text("", "client", endpoint), block(DROP_IN))
                self.dialled = lambda _, endpoint=endpoint: endpoint
                self.assert_all_served(family, [at(ROUTER[family], 1080)])
                records = self.daemon.log.wait("session", times=CLIENTS)
                self.assertEqual({record["endpoint_address"] for record in records}, {endpoint})
                self.daemon.signal(15)
                self.daemon.wait_exit()

    def test_many_sessions_of_one_client(self):
        self.use_other_ports()
        self.lead_here("tproxy")
        self.lead_here("return")
        self.start_router(self.text("tproxy", "client"), block(DROP_IN))
        for family in FAMILIES:
            clients = [self.dial(at(SERVED[family][0]), source=self.client(family)) for _ in range(500)]
            seen = {self.told(client)[0] for client in clients}
            self.assertEqual(len(seen), len(clients), "a port each")
            self.assertEqual({host_of(each) for each in seen}, {self.client(family)})
            self.assertEqual({10240 <= int(each.rpartition(":")[2]) < 32768 for each in seen}, {True})
            for client in clients:
                self.assert_echoes(client)

    def test_client_of_no_destination_is_refused(self):
        for how in ("tproxy", "redirect"):
            self.lead_here(how)
            with self.subTest(how=how):
                daemon = self.start_router(self.text(how), block(DROP_IN))
                for family in FAMILIES:
                    client = self.dial(at(ROUTER[family], 1080), source=self.client(family))
                    self.assert_turned_away(client)
                records = daemon.log.wait("session", times=2)
                self.assertEqual([record["reason"] for record in records], ["no_original_destination"] * 2)
                daemon.signal(15)
                daemon.wait_exit()
            self.nft(f"delete table inet duplexd_{how}")

    def test_backup_serves_without_destination(self):
        self.lead_here("tproxy")
        backup = f"{{address: '{at(SERVED[4][1])}', backup: true}}"
        text = self.text().replace('["original_destination"]', f"[original_destination, {backup}]")
        daemon = self.start_router(text, block(DROP_IN))
        led, direct = self.dial(at(SERVED[4][0])), self.dial(at(ROUTER[4], 1080))
        self.assertEqual([self.told(client)[1] for client in (led, direct)], [at(host) for host in SERVED[4]])
        direct.close()
        record, = daemon.log.wait("session")
        self.assertEqual(record["endpoint_address"], at(SERVED[4][1]))
        self.assertIn("no_original_destination", str(record["failed_attempts"]))

    def lead_own_programs(self, but_those_of):
        self.nft(block("duplexd-output.nft").replace("skuid != duplexd", f"skuid != {but_those_of}"))

    def dial_from_router(self, destination):
        with self.router.here():
            connection = connect(destination)
        self.addCleanup(connection.close)
        return connection

    def test_programs_of_router_are_led(self):
        self.lead_own_programs(but_those_of=NOBODY)
        daemon = self.start_router(self.text("redirect"), user=NOBODY)
        for family in FAMILIES:
            destination = at(SERVED[family][1])
            client = self.dial_from_router(destination)
            self.assertEqual(self.told(client)[1], destination)
            client.close()
            daemon.wait_session(endpoint_address=destination)

    def test_session_that_leads_back_ends(self):
        self.lead_own_programs(but_those_of=NOBODY + 1)
        daemon = self.start_router(self.text("redirect"), user=NOBODY)
        for family in FAMILIES:
            with self.dial_from_router(at(SERVED[family][0])) as client:
                self.assert_turned_away(client)
        records = daemon.log.wait("session", times=4)
        self.assertEqual([record["reason"] for record in records].count("connect_loop"), len(FAMILIES))

    def test_other_family_is_not_dialled(self):
        self.lead_here("return")
        daemon = self.start_router(self.text("", "client", at(SERVED[4][0])), block(DROP_IN))
        self.assert_turned_away(self.dial(at(ROUTER[6], 1080)))
        record, = daemon.log.wait("session")
        self.assertEqual(record["reason"], "connect_other_family")


if __name__ == "__main__":
    unittest.main()
