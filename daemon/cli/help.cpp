#include "daemon/cli/options.hpp"

namespace duplexd {

std::string help_text() {
  return R"(Usage: duplexd [--config FILE]
       duplexd --listen ADDR --upstream ADDR [--upstream ADDR ...]

Accepts clients and relays their bytes, both ways at once, to the endpoints of an upstream.
Stays in the foreground and logs to stderr.

What to relay:
  -c, --config FILE     configuration file (default: )" DUPLEXD_CONFIG_FILE R"()
      --listen ADDR     no file: listen on this address
      --upstream ADDR   ... and relay to this endpoint; repeat it for several, taken in turn

What to do instead of running:
  -t, --check           check the configuration and the limits of this process; bind nothing
      --probe           ... then look up names, dial and check endpoints once, and try to bind
      --verbose         ... and print every setting, not two lines for each listener
  -T, --dump-config     check, then print every effective key with its value and where it was set
  -V, --version         print the version
      --build-info      print how this program was built
  -h, --help            print this text

Log:
      --log-level LEVEL     error, warning, info or debug; overrides log.level
      --log-format FORMAT   auto, logfmt, json or journald; overrides log.format

Addresses:
  192.0.2.1:5432   [2001:db8::1]:5432   db.internal:5432 (endpoints only)
  :5432 (listeners only, IPv6 and IPv4)   *:5432 (listeners only, IPv4)   192.0.2.1:* (endpoints
  only, the port of the listener)   unix:/run/db.sock   unix:@abstract

Examples:
  duplexd --listen :5432 --upstream db1.internal:5432 --upstream db2.internal:5432
  duplexd --check --config ./duplexd.yaml

Signals:
  TERM, INT   stop accepting, let sessions finish for timeouts.drain, exit;
              a second one ends them at once
  HUP         reload the configuration, as duplexctl reload does
  USR1        log the totals

Exit status:
  0    success, or stopped by a signal
  64   bad options
  71   an address cannot be bound, descriptors are too few, or a name does not resolve
  74   the output cannot be written
  77   an address or the file is not permitted to this user
  78   bad or unreadable configuration

Files:
  )" DUPLEXD_CONFIG_FILE R"(

See duplexd.yaml(5) for the configuration file, duplexd(8) for the log, and duplexctl(1), which asks
a running duplexd how it is.
)";
}

}  // namespace duplexd
