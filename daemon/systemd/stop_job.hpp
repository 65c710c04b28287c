#pragma once

namespace duplexd {

/// Whether the service manager stops this process in order to start it again: a job of type `restart` is
/// under way for its unit (org.freedesktop.systemd1(5)). Asks over the system bus, for a second at most;
/// false, if nobody can tell.
bool is_being_restarted() noexcept;

}  // namespace duplexd
