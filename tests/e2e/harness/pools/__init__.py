"""What tests of pools share: endpoints that checks understand, real programs, and clients that keep coming."""

from harness.pools.example import EXAMPLES, ExampleTest
from harness.pools.programs import MariaDb, Nginx, Postgresql, Redis
from harness.pools.service import Service, http, name_of_service, name_or_nobody
from harness.pools.visitors import OutageTest, Visitors

__all__ = ["EXAMPLES", "ExampleTest", "MariaDb", "Nginx", "OutageTest", "Postgresql", "Redis", "Service", "Visitors",
           "http", "name_of_service", "name_or_nobody"]
