#pragma once

#include "tests/bench/load/client.hpp"

#include <memory>

namespace duplexd::bench {

/// Makes a client that begins to connect.
using MakeClient = std::unique_ptr<Client> (*)(const Surroundings&);

/// Sends each message after the reply to the last one. Counts replies.
std::unique_ptr<Client> round_trip(const Surroundings& around);
/// Sends one message and waits for the end, which the endpoint has to send first. Counts connections that end
/// so.
std::unique_ptr<Client> connection(const Surroundings& around);
/// Sends one message, and then nothing. Counts replies.
std::unique_ptr<Client> idler(const Surroundings& around);

/// These never end. They count bytes: received, sent, and both.
std::unique_ptr<Client> download(const Surroundings& around);
std::unique_ptr<Client> upload(const Surroundings& around);
std::unique_ptr<Client> both_ways(const Surroundings& around);

}  // namespace duplexd::bench
