#pragma once

#include "tests/bench/load/client.hpp"

#include <memory>

namespace duplexd::bench {

/// Makes a client that begins to connect.
using MakeClient = std::unique_ptr<Client> (*)(const Surroundings&);

/// One message after the other, each when the last was answered. Counts replies.
std::unique_ptr<Client> round_trip(const Surroundings& around);
/// One message, and then the end, which the endpoint has to send first. Counts connections that came to it.
std::unique_ptr<Client> connection(const Surroundings& around);
/// One message, and then silence. Counts replies.
std::unique_ptr<Client> idler(const Surroundings& around);

/// Without end. They count bytes: those received, those that could be sent, and both.
std::unique_ptr<Client> download(const Surroundings& around);
std::unique_ptr<Client> upload(const Surroundings& around);
std::unique_ptr<Client> both_ways(const Surroundings& around);

}  // namespace duplexd::bench
