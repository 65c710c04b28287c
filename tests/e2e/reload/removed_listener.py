"""A reload takes a listener out, and its upstream, that a client is connected to: their names last as long as the session."""

import unittest

from harness import ControlledTest, echo, eventually


class RemovedListener(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def text(self, *names):
        listeners = "".join(f'  {name}: {{bind: "127.0.0.1:0", upstream: up_{name}}}\n' for name in names)
        upstreams = "".join(f'  up_{name}: {{endpoints: ["{self.endpoint.address}"]}}\n' for name in names)
        return (f"control: {{socket: {self.control.path}}}\nworkers: 2\n"
                f"listeners:\n{listeners}upstreams:\n{upstreams}")

    def series(self):
        return [line for line in self.control.run("metrics").stdout.splitlines() if '"old"' in line or '"up_old"' in line]

    def test_last_session_ends_its_series(self):
        daemon = self.start(self.text("main", "old"), ready=False)  # it ends with fewer sockets than it began with
        daemon.wait_ready()
        client = self.connect(daemon.address("old"))
        self.assert_echoes(client)
        self.reload(daemon, self.text("main"))
        self.assert_echoes(client)
        self.assertNotEqual(self.series(), [])
        client.close()
        eventually(lambda: self.series() == [], what="the series of the removed listener to go")


if __name__ == "__main__":
    unittest.main()
