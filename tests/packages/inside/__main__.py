"""All that is done to one kind of package on a machine of its own.   python3 inside deb|rpm"""

import sys

import edge_steps
import example_steps
import operations_steps
import package_steps
import service_steps
from formats import Deb, Rpm
from load import Echo
from machine import ECHO
from steps import Steps


def life(package, step):
    step("install", lambda: package_steps.install(package))
    if package.name == "deb":
        step("autopkgtest", package.own_test)
    step("traffic", package_steps.serve)
    step("good reload", service_steps.good_reload)
    step("bad reload", service_steps.bad_reload)
    step("good reload after it", service_steps.second_reload)
    step("reload to a port in use", service_steps.port_in_use)
    step("restart under load", service_steps.restart_under_load)
    step("restart with a long session", service_steps.restart_with_a_long_session)
    step("restart without its listener", service_steps.restart_without_its_listener)
    step("upgrades by duplexctl", service_steps.upgrades)
    step("stop", service_steps.stop_drains)
    step("killed under load", service_steps.killed)
    step("stopped under load", service_steps.stopped)
    step("TLS", edge_steps.tls)
    step("TLS over upgrade and restart", edge_steps.tls_over_upgrade_and_restart)
    step("client of another proxy", edge_steps.client_of_another_proxy)
    step("routes by name", edge_steps.routes_by_name)
    step("admin listener", operations_steps.admin_listener)
    step("sessions", operations_steps.sessions)
    step("answers", operations_steps.answers)
    step("log outputs", operations_steps.log_outputs)
    step("example: no capabilities", example_steps.no_capabilities)
    step("example: ends when idle", example_steps.ends_when_idle)
    step("example: socket of a group", example_steps.socket_group)
    step("upgrade", lambda: package_steps.upgrade(package))
    step("downgrade", lambda: package_steps.replace(package, package.downgrade, "this"))
    step("remove", lambda: package_steps.remove(package))
    step("purge", lambda: package_steps.purge(package))


Echo(ECHO)
package = {kind.name: kind for kind in (Deb, Rpm)}[sys.argv[1]]()
steps = Steps(package.name)
life(package, steps)
sys.exit(steps.summary())
