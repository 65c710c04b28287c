#include "core/net/address/address.hpp"
#include "core/net/address/network.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace duplexd {
namespace {

using namespace std::string_view_literals;

/// Bytes that have a meaning to the parsers, so that random texts get far, and a few others.
constexpr std::string_view alphabet = "0123456789abcdef:.[]%/-@*unixsystemd \n\0\xff\x80"sv;

class AddressRobustnessTest : public testing::Test {
 protected:
  std::string random_text() {
    static constexpr std::string_view seeds[] = {
        "",         "10.0.0.1:80", "[fe80::1%lo]:80", "unix:/x",    "unix:@",
        "systemd:", "10.0.0.0/8",  "[::1]:1-2",       "10.0.0.1:*", "srv:_s._tcp.test"};
    std::string text(seeds[pick(std::size(seeds))]);
    for (std::size_t edits = pick(6); edits > 0; --edits) {
      const char byte = alphabet[pick(alphabet.size())];
      const auto at = pick(text.size() + 1);
      if (at < text.size() && pick(2) == 0)
        text[at] = byte;
      else
        text.insert(at, 1, byte);
    }
    return text;
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  std::mt19937 random_{42};
};

constexpr int texts_tried = 50'000;

TEST_F(AddressRobustnessTest, RandomTextNeverBreaksParsers) {
  int accepted = 0;
  for (int i = 0; i < texts_tried; ++i) {
    const auto text = random_text();
    if (const auto address = SocketAddress::parse(text)) {
      ++accepted;
      EXPECT_EQ(*SocketAddress::parse(address->to_string()), *address) << text;
    } else {
      EXPECT_FALSE(address.error().what.empty()) << text;
    }
    if (const auto bind = parse_bind(text))
      EXPECT_EQ(parse_bind(bind->back().to_string())->front(), bind->back()) << text;
    else
      EXPECT_FALSE(bind.error().what.empty()) << text;
    if (const auto network = Network::parse(text))
      EXPECT_EQ(*Network::parse(network->to_string()), *network) << text;
    else
      EXPECT_FALSE(network.error().what.empty()) << text;
  }
  EXPECT_GT(accepted, texts_tried / 100);
}

/// A service has its name, a Unix socket its path, and anything else has port 0 only where "*" is written.
bool has_what_is_written(const EndpointAddress& endpoint, std::string_view text) {
  if (const auto* service = std::get_if<ServiceName>(&endpoint)) return text == "srv:" + service->name;
  const auto* address = std::get_if<SocketAddress>(&endpoint);
  if (address && address->is_unix()) return !address->unix_path().empty();
  const auto port = address ? address->port() : std::get<HostPort>(endpoint).port;
  return (port == 0) == text.ends_with(":*");
}

TEST_F(AddressRobustnessTest, AcceptedEndpointHasWhatIsWritten) {
  int services = 0, without_port = 0;
  for (int i = 0; i < texts_tried; ++i) {
    const auto text = random_text();
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) continue;
    EXPECT_TRUE(has_what_is_written(*endpoint, text)) << text;
    services += std::holds_alternative<ServiceName>(*endpoint);
    without_port += takes_port_of_listener(*endpoint);
  }
  EXPECT_GT(services, 0);
  EXPECT_GT(without_port, 0);
}

TEST_F(AddressRobustnessTest, LongTextGetsShortReason) {
  for (const char byte : {'0', 'a', ':', '[', ']', '/', '.', '%', '-'}) {
    const std::string text(1'000'000, byte);
    EXPECT_LT(SocketAddress::parse(text).error().what.size(), 1000U) << byte;
    EXPECT_LT(parse_bind(text).error().what.size(), 1000U) << byte;
    EXPECT_LT(parse_endpoint(text + ":80").error().what.size(), 1000U) << byte;
    EXPECT_LT(Network::parse(text).error().what.size(), 1000U) << byte;
  }
}

}  // namespace
}  // namespace duplexd
