"""What tests of the edge share: HAProxy, nginx and PostgreSQL around the daemon, and peers that speak TLS."""

from harness.edge.authority import Authority, server_context
from harness.edge.broken_hellos import broken_hellos, changed_hellos, good_hello, random_hellos
from harness.edge.long_streams import LongStreams
from harness.edge.postgresql import Postgresql, ask_cluster_name, why_no_postgresql
from harness.edge.programs import Haproxy, Nginx, ask, why_no_haproxy, why_no_nginx
from harness.edge.proxy_headers import hand_made, random_headers
from harness.edge.tls_peers import TlsPeer, client_hello, connect_tls, over_tls
from harness.edge.transparent import (FAMILIES, PORT, ROUTER, SERVED, TransparentTest, at, block, capabilities, host_of,
                                      why_not_transparent)
from harness.edge.tunnel_programs import Microsocks, Tinyproxy

__all__ = ["FAMILIES", "PORT", "ROUTER", "SERVED", "Authority", "Haproxy", "LongStreams", "Microsocks", "Nginx", "Postgresql", "Tinyproxy", "TlsPeer",
           "TransparentTest", "ask", "ask_cluster_name", "at", "block", "broken_hellos", "capabilities", "changed_hellos",
           "client_hello", "connect_tls", "good_hello", "hand_made", "host_of", "over_tls", "random_headers", "random_hellos",
           "server_context", "why_no_haproxy", "why_no_nginx", "why_no_postgresql", "why_not_transparent"]
