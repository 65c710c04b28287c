import unittest
from xml.etree import ElementTree

from comparison import report
from comparison.chart import chart
from comparison.tests.samples import results
from comparison.works import MAIN, WORKS, Contender

SVG = "{http://www.w3.org/2000/svg}"
MACHINE = {"cpu": "A <fast> & large one", "cpus": 2, "kernel": "6.1", "memory": "1 kB", "load_average": 0.5,
           "checkout": "0000000"}
ABOUT = {"machine": MACHINE, "versions": {"nginx": "1.0"}, "configurations": {"nginx": "daemon off;"}, "rounds": 2,
         "seconds": 2, "warm_up": 0.5, "planned": 9}


def drawn(found):
    return ElementTree.fromstring(chart(found, MACHINE))


def texts(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


class Charts(unittest.TestCase):
    def test_bar_is_as_long_as_ratio(self):
        svg = drawn(results([("connect", "duplexd", [2.0, 2.0]), ("connect", "nginx", [3.0, 5.0])]))
        own, peer = (float(bar.get("width")) for bar in svg.findall(f"{SVG}rect") if bar.get("height") == "14.0")
        self.assertAlmostEqual(peer / own, 2.0, delta=0.01)
        self.assertIn("2.00", texts(svg))

    def test_bars_stay_inside_the_picture(self):
        svg = drawn(results([(work.name, one, [1.0, 1.2, 90.0]) for work in MAIN for one in work.contenders]))
        width, height = float(svg.get("width")), float(svg.get("height"))
        for line in svg.iter(f"{SVG}line"):
            self.assertLess(max(float(line.get("x1")), float(line.get("x2"))), width)
        self.assertTrue(all(0 < float(text.get("y")) < height for text in svg.iter(f"{SVG}text")))

    def test_works_without_duplexd_are_omitted(self):
        svg = drawn(results([("connect", "duplexd", [None]), ("connect", "nginx", [3.0])]))
        self.assertNotIn(WORKS["connect"].title, texts(svg))

    def test_empty_results_make_a_picture(self):
        self.assertIn("A <fast> & large one, 2 CPUs, Linux 6.1; one core for the proxy, median of the rounds",
                      texts(drawn(results([]))))


class Pages(unittest.TestCase):
    def test_ratios_show_their_spread(self):
        found = results([("connect", "duplexd", [0.02, 0.03]), ("connect", "nginx", [0.04, 0.04])])
        self.assertIn("| CPU | 25 µs per connection | – | – | – | – | – | 0.62 [0.50–0.75] |",
                      report.markdown(found, ABOUT, None))

    def test_failures_are_listed(self):
        page = report.markdown(results([("connect", "nginx", [None])]), ABOUT, None)
        self.assertIn("- connect, nginx, threads: 1, round 1: it was not there", page)

    def test_targets_list_unmeasured_works(self):
        page = report.markdown(results([("connect", "duplexd", [1.0])]), ABOUT, None)
        self.assertIn("16 at once | 1.00 × the better of haproxy and nginx | – | not measured |", page)

    def test_scaling_compares_two_with_one(self):
        name = "workers-connect"
        page = report.markdown(results([(name, "nginx", [1.0]), (name, Contender("nginx", 2), [1.5]),
                                        (name, "duplexd", [1.0])]), ABOUT, None)
        self.assertIn("| new connections, 16 at once, all CPUs | CPU | – | – | 1.50 [1.50–1.50] | – |", page)

    def test_each_microbenchmark_has_a_row(self):
        one = {"name": "chain", "cpu_time": 12.34, "real_time": 12.5, "time_unit": "ns", "iterations": 1000}
        self.assertIn("| `chain` | 12.3 ns | 12.5 ns | 1,000 |", report.markdown(results([]), ABOUT, [one]))
