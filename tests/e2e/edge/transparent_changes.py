"""Transparent listeners and sources over reloads and upgrades, and without the capability that they need."""

import os
import shutil
import unittest

from harness import E2eTest, config, eventually, run
from harness.edge import FAMILIES, SERVED, TransparentTest, at, block, capabilities, why_not_transparent

DROP_IN = "transparent.conf"
SESSIONS = 20
# Endpoints do not answer a SYN.
SILENCE = """
table inet silence {
  chain input {
    type filter hook input priority filter;
    tcp dport 80 tcp flags syn drop
  }
}
"""


@unittest.skipIf(why_not_transparent(), why_not_transparent())
class TransparentChanges(TransparentTest):
    def open_sessions(self):
        """Some of each family, each with an answer, and whom the endpoint took for its client."""
        clients = [self.dial(at(SERVED[family][i % 2])) for family in FAMILIES for i in range(SESSIONS)]
        return {client: self.told(client) for client in clients}

    def assert_alive(self, clients):
        for client in clients:
            self.assert_echoes(client)

    def lead_out_and_in(self, how="tproxy"):
        self.use_other_ports()
        self.lead_here(how)
        self.lead_here("return")

    def upgrade(self):
        before = self.control.status()["pid"]
        answer = self.control.ask("upgrade")
        after = self.control.status()["pid"]
        self.assertNotEqual(after, before)
        self.daemon.succeeded_by(after)
        return answer

    def test_reload_makes_listener_transparent(self):
        self.lead_here("tproxy")
        plain, transparent = self.text("redirect"), self.text("tproxy")
        self.daemon = self.start_router(plain, block(DROP_IN))
        with self.assertRaises(OSError):
            self.dial(at(SERVED[4][0]), within=1)
        self.reload(self.daemon, transparent)
        live = self.open_sessions()
        self.reload(self.daemon, transparent + "log: {level: debug}\n")
        self.assert_alive(live)
        self.reload(self.daemon, plain)
        self.assert_alive(live)
        with self.assertRaises(OSError):
            self.dial(at(SERVED[6][0]), within=1)

    def test_reload_changes_source(self):
        self.lead_out_and_in()
        self.daemon = self.start_router(self.text(), block(DROP_IN))
        live = self.open_sessions()
        self.assertNotIn(self.client(4), str(live.values()))
        self.reload(self.daemon, self.text(source="client"))
        for seen, _ in self.open_sessions().values():
            self.assertRegex(seen, f"{self.client(4)}|{self.client(6)}")
        self.assert_alive(live)

    def sessions_survive_upgrades(self, how):
        self.lead_out_and_in(how)
        self.daemon = self.start_router(self.text(how, "client"), block(DROP_IN))
        live = self.open_sessions()
        for _ in range(3):
            self.assertEqual(self.upgrade()["stayed"], 0)
            self.assert_alive(live)
            live.update(self.open_sessions())
        wanted = {client: came_to for client, (_, came_to) in live.items()}
        self.assertEqual(set(wanted.values()), {at(host) for family in FAMILIES for host in SERVED[family]})
        for client in live:
            client.close()
        records = self.daemon.log.wait("session", times=len(live))
        self.assertEqual({record["endpoint"] for record in records}, {"original_destination"})
        self.assertEqual({record["endpoint_address"] for record in records}, set(wanted.values()))
        self.assertEqual(max(record.get("moves", 0) for record in records), 3)

    def test_sessions_of_tproxy_survive_upgrades(self):
        self.sessions_survive_upgrades("tproxy")

    def test_sessions_of_redirect_survive_upgrades(self):
        self.sessions_survive_upgrades("redirect")

    def destination_outlives_upgrade(self, how):
        self.lead_out_and_in(how)
        self.daemon = self.start_router(self.text(how, "client"), block(DROP_IN))
        self.nft(SILENCE, self.endpoints)
        dialling = {at(SERVED[family][i]): self.dial(at(SERVED[family][i])) for family in FAMILIES for i in (0, 1)}
        eventually(lambda: self.control.status()["listeners"][0]["live"] == len(dialling), what="all to be dialled for")
        self.upgrade()
        self.nft("delete table inet silence", self.endpoints)
        for destination, client in dialling.items():
            self.assertEqual(self.told(client)[1], destination)
        self.assert_alive(dialling.values())

    def test_tproxy_destination_outlives_upgrade(self):
        self.destination_outlives_upgrade("tproxy")

    def test_redirect_destination_outlives_upgrade(self):
        self.destination_outlives_upgrade("redirect")

    def test_reset_endpoint_is_recorded(self):
        self.lead_here("redirect")
        self.daemon = self.start_router(self.text("redirect"))
        client = self.dial(at(SERVED[4][1]))
        self.told(client)
        self.endpoints.run("ss --kill state established sport = :80")
        record = self.daemon.wait_session(reason="endpoint_reset")
        self.assertEqual(record["endpoint_address"], at(SERVED[4][1]))

    def test_operator_drains_destinations(self):
        self.lead_here("tproxy")
        self.daemon = self.start_router(self.text(), block(DROP_IN))
        live = self.open_sessions()
        self.control.ask("endpoint", "drain", "web", "original_destination")
        self.assert_turned_away(self.dial(at(SERVED[4][0])))
        self.assert_alive(live)
        self.control.ask("endpoint", "enable", "web", "original_destination")
        self.assert_alive(self.open_sessions())


@unittest.skipIf(os.geteuid() != 0, "only root has capabilities to leave")
@unittest.skipUnless(shutil.which("setpriv"), "util-linux is not installed")
class WithoutCapability(E2eTest):
    """With those that the unit has without the drop-in."""

    def run_daemon(self, text, *options):
        file = f"{self.folder}/duplexd.yaml"
        with open(file, "w", encoding="ascii") as written:
            written.write(text)
        return run("--config", file, *options, wrapper=capabilities())

    def assert_needed(self, key, **parts):
        text = config("127.0.0.1:9", **parts)
        refused = self.run_daemon(text)
        self.assertEqual(refused.returncode, os.EX_NOPERM, refused.stderr)
        self.assertIn(f"{key} needs CAP_NET_ADMIN or CAP_NET_RAW", refused.stderr)
        self.assertIn("TRANSPARENT PROXYING in duplexd(8)", refused.stderr)
        checked = self.run_daemon(text, "--check")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(f"warning: {key} needs CAP_NET_ADMIN", checked.stderr)

    def test_transparent_listener_does_not_start(self):
        self.assert_needed("listeners.main.transparent", listener="transparent: true")

    def test_client_as_source_does_not_start(self):
        self.assert_needed("upstreams.main.endpoint.source", upstream="endpoint: {source: client}")

    def test_nothing_is_needed_without(self):
        checked = self.run_daemon(config("original_destination"), "--check")
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
