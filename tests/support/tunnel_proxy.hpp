#pragma once

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace duplexd::test {

inline constexpr std::string_view socks_yes{"\5\0\0\1\0\0\0\0\0\0", 10};
inline constexpr std::string_view connect_yes = "HTTP/1.1 200 Connection established\r\n\r\n";

/// What SOCKS5 asks for the name of an endpoint.
inline std::string socks_request(std::string_view host, unsigned port) {
  std::string request("\5\1\0\3", 4);
  request += static_cast<char>(host.size());
  request += host;
  request += static_cast<char>(port >> 8);
  request += static_cast<char>(port & 0xff);
  return request;
}

inline std::string connect_request(std::string_view target) {
  return "CONNECT " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(target) + "\r\n\r\n";
}

/// Hears who asks a SOCKS5 proxy for this endpoint, without a login, and owes it the answer.
inline void hear_socks(Peer& asking, std::string_view host, unsigned port) {
  EXPECT_EQ(asking.receive(3), std::string("\5\1\0", 3));
  asking.send(std::string_view("\5\0", 2));
  const std::string request = socks_request(host, port);
  EXPECT_EQ(asking.receive(request.size()), request);
}

/// The same of an HTTP proxy.
inline void hear_connect(Peer& asking, std::string_view target) {
  const std::string request = connect_request(target);
  EXPECT_EQ(asking.receive(request.size()), request);
}

}  // namespace duplexd::test
