#pragma once

#include <array>
#include <string_view>

namespace duplexd {

/// The fields that the record of a session may have, in their order, beside `time`, `level` and `event`. They
/// are documented in duplexd(8) and never change their meaning.
inline constexpr std::array<std::string_view, 32> session_fields{
    "id",
    "listener",
    "upstream",
    "endpoint",
    "client",
    "via",
    "client_local",
    "endpoint_local",
    "endpoint_address",
    "reason",
    "side",
    "errno",
    "words",
    "dry_run",
    "server_name",
    "client_tls",
    "endpoint_tls",
    "client_certificate",
    "via_error",
    "tls_error",
    "moves",
    "attempts",
    "failed_attempts",
    "connect_ms",
    "duration_ms",
    "upstream_bytes",
    "upstream_undelivered",
    "upstream_stalled_ms",
    "downstream_bytes",
    "downstream_undelivered",
    "downstream_stalled_ms",
    "sample",
};

}  // namespace duplexd
