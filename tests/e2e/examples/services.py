"""The examples whose endpoints are all alike: who is served by which of them, and who is not."""

import unittest
from collections import Counter

from harness.pools import ExampleTest, name_of_service

AMQP = {b"AMQP\0\0\x09\x01": b"\x01\0\0\0\0\0\x10\0\x0a\0\x0a RabbitMQ\xce"}
BIND = {b"\x60\x07\x02\x01\x03": b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"}
SMTP = {"greeting": b"220 ready\r\n", "answers": {b"EHLO": b"250 mail\r\n", b"QUIT": b"221 bye\r\n"}}
BUSY = b"421 too busy\r\n"


class RabbitMq(ExampleTest):
    name = "rabbitmq"

    def test_connections_are_spread_evenly(self):
        for host in (51, 52, 53):
            self.service(host, 5672, answers=AMQP)
        self.start_example()
        self.assertEqual(Counter(self.session(5672)[1] for _ in range(9)), {"51": 3, "52": 3, "53": 3})

    def test_booting_node_gets_no_clients(self):
        for host in (51, 52, 53):
            self.service(host, 5672, answers=AMQP if host != 52 else {b"AMQP": b"not yet"})
        self.start_example()
        self.wait_changes("down", 52, 5672)
        self.assertEqual(self.served_by(5672), {"51", "53"})


class Mqtt(ExampleTest):
    name = "mqtt"

    def test_devices_move_to_other_brokers(self):
        first = self.service(61, 1883)
        for host in (62, 63):
            self.service(host, 1883)
        self.start_example()
        self.assertEqual(Counter(self.session(1883)[1] for _ in range(12)), {"61": 4, "62": 4, "63": 4})
        first.close()
        self.assertEqual(Counter(self.session(1883)[1] for _ in range(4)), {"62": 2, "63": 2})

    def test_broker_is_not_flooded_when_back(self):
        first = self.service(61, 1883)
        for host in (62, 63):
            self.service(host, 1883)
        self.start_example()
        first.close()
        self.wait_changes("down", 61, 1883)
        for _ in range(10):
            self.session(1883)
        self.service(61, 1883)
        self.wait_changes("up", 61, 1883)
        self.assertLess(Counter(self.session(1883)[1] for _ in range(6))["61"], 3)


class Ldap(ExampleTest):
    name = "ldap"

    def test_other_site_serves_when_needed(self):
        near = [self.service(host, port, answers=BIND) for host in (71, 72) for port in (389, 636)]
        for port in (389, 636):
            self.service(73, port, answers=BIND)
        self.start_example()
        for port in (389, 636):
            self.assertEqual(self.served_by(port), {"71", "72"})
        for service in near:
            service.close()
        for port in (389, 636):
            self.wait_served_by(port, {"73"})


class Mail(ExampleTest):
    name = "mail"

    def test_busy_server_gets_no_mail(self):
        first, _ = [self.service(host, 25, **SMTP) for host in (81, 82)]
        self.start_example()
        self.assertEqual(self.served_by(25), {"81", "82"})
        first.greeting = BUSY
        self.wait_changes("down", 81, 25)
        self.assertEqual(self.served_by(25), {"82"})

    def test_user_stays_at_one_server(self):
        for host in (81, 82):
            self.service(host, 993)
            self.service(host, 143, greeting=b"* OK ready\r\n")
        self.start_example()
        users = [self.served_by(993, 3, source=self.example.client(host)) for host in range(1, 21)]
        self.assertEqual({len(servers) for servers in users}, {1})
        self.assertEqual(set.union(*users), {"81", "82"})

    def test_one_sender_has_few_sessions(self):
        for host in (81, 82):
            self.service(host, 25, **SMTP)
        self.start_example()
        for _ in range(20):
            self.session(25)
        self.assert_turned_away(self.connect(self.example.listener(25)))
        self.session(25, source=self.example.client(1))


class SshBastion(ExampleTest):
    name = "ssh-bastion"

    def test_only_two_networks_may_connect(self):
        for host in (91, 92):
            self.service(host, 22, greeting=b"SSH-2.0-fake\r\n")
        self.start_example()
        self.assert_turned_away(self.connect(self.example.listener(22)))
        users = [self.served_by(22, 3, source=self.example.client(host)) for host in range(1, 21)]
        self.assertEqual({len(hosts) for hosts in users}, {1})
        self.assertEqual(set.union(*users), {"91", "92"})


class Minecraft(ExampleTest):
    name = "minecraft"

    def test_players_wait_in_the_lobby(self):
        game, _ = self.service(101, 25565), self.service(102, 25565)
        self.start_example()
        self.assertEqual(self.served_by(25565), {"101"})
        game.close()
        player, name = self.session(25565)
        self.assertEqual(name, "102")
        self.wait_changes("down", 101, 25565)
        self.service(101, 25565)
        self.wait_changes("up", 101, 25565)
        self.assertEqual(self.served_by(25565), {"101"})
        self.assertEqual(name_of_service(player), "102")


class PortForwards(ExampleTest):
    name = "port-forwards"

    def test_each_port_leads_where_written(self):
        for host, port in [(121, 80), (122, 5432), (123, 21), (123, 50000), (123, 50042), (123, 50099)]:
            self.service(host, port, name=f"{host}-{port}")
        self.start_example()
        for port, name in [(8080, "121-80"), (5432, "122-5432"), (21, "123-21"), (50000, "123-50000"),
                           (50042, "123-50042"), (50099, "123-50099")]:
            self.assertEqual(self.served_by(port, 2), {name})


if __name__ == "__main__":
    unittest.main()
