// What a client sends first, all at once and one byte at a time: what is said once is said for good. A name
// is that of a host, and what is offered has lengths that add up.
#include "core/net/client_hello/client_hello.hpp"
#include "core/net/client_hello/ssl_request.hpp"

#include <cstdint>
#include <cstdlib>
#include <span>

namespace {

using namespace duplexd;
using Bytes = std::span<const std::byte>;

void expect(bool holds) {
  if (!holds) std::abort();
}

bool same(const HelloReading& one, const HelloReading& other) {
  return one.state == other.state && one.why == other.why && one.wanted == other.wanted &&
         one.hello.server_name() == other.hello.server_name() &&
         one.hello.protocols() == other.hello.protocols();
}

void check(const HelloReading& reading) {
  const bool failed = reading.state == HelloState::broken || reading.state == HelloState::too_long;
  expect(failed != reading.why.empty());
  if (reading.state != HelloState::hello) return;
  const auto name = reading.hello.server_name();
  expect(name.empty() || (is_host_name(name) && !is_ip_literal(name)));
  for (auto rest = reading.hello.protocols(); !rest.empty();) {
    const auto protocol = rest.substr(1, static_cast<unsigned char>(rest.front()));
    expect(!protocol.empty() && reading.hello.offers(protocol));
    rest.remove_prefix(1 + protocol.size());
  }
}

void feed_hello(Bytes all) {
  const auto whole = read_client_hello(all);
  check(whole);
  bool is_told = false;
  for (std::size_t size = 0; size <= all.size(); size += is_told ? 32 : 1) {
    const auto reading = read_client_hello(all.first(size));
    if (reading.state != HelloState::more) is_told = true;
    expect(is_told ? same(reading, whole)
                   : reading.wanted > size && reading.wanted <= HelloLimits::sent_bytes);
    if (!is_told && whole.state == HelloState::hello) expect(reading.wanted <= all.size());
  }
}

void feed_request(Bytes all) {
  const auto whole = read_ssl_request(all);
  for (std::size_t size = 0; size < all.size(); ++size) {
    const auto request = read_ssl_request(all.first(size));
    const bool may_change = request == EncryptionRequest::more || size == ssl_request_bytes;
    expect(may_change || request == whole);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  feed_hello(bytes);
  feed_request(bytes.first(size < 16 ? size : 16));
  return 0;
}
