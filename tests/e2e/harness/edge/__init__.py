"""What tests of the edge share: HAProxy, nginx and PostgreSQL around the daemon, and peers that speak TLS."""

from harness.edge.authority import Authority, server_context
from harness.edge.broken_hellos import broken_hellos, changed_hellos, good_hello, random_hellos
from harness.edge.long_streams import LongStreams
from harness.edge.postgresql import Postgresql, ask_cluster_name, why_no_postgresql
from harness.edge.programs import Haproxy, Nginx, ask, why_no_haproxy, why_no_nginx
from harness.edge.proxy_headers import hand_made, random_headers
from harness.edge.tls_peers import TlsPeer, connect_tls, over_tls
from harness.edge.tunnel_programs import Microsocks, Tinyproxy

__all__ = ["Authority", "Haproxy", "LongStreams", "Microsocks", "Nginx", "Postgresql", "Tinyproxy", "TlsPeer", "ask", "ask_cluster_name", "broken_hellos",
           "changed_hellos", "connect_tls", "good_hello", "hand_made", "over_tls", "random_headers", "random_hellos",
           "server_context", "why_no_haproxy", "why_no_nginx", "why_no_postgresql"]
