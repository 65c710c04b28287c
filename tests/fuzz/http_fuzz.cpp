// Requests of the control socket. The requests do not depend on how the bytes arrive, each keeps its limits,
// and a refusal has a 4xx status. (The time of a refusal depends: a header in pieces is not parsed before its
// end.)
#include "core/control/http.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace duplexd;

constexpr ControlLimits limits{.header_bytes = 256, .body_bytes = 64};

struct Seen {
  std::vector<std::string> requests;
  bool refused = false;
};

void expect(bool holds) {
  if (!holds) std::abort();
}

void note(Seen& seen, const HttpRequest& request) {
  expect(request.body.size() <= limits.body_bytes && request.target.size() <= limits.header_bytes);
  seen.requests.push_back(request.method + ' ' + request.target + ' ' + request.body);
}

void note(Seen& seen, const ControlResponse& refusal) {
  expect(refusal.status >= 400 && refusal.status < 500);
  expect(to_wire(refusal, {.keep_alive = false, .head = false}).ends_with(refusal.body));
  seen.refused = true;
}

void note(Seen&, std::monostate) {}

void take_all(HttpReader& reader, Seen& seen) {
  while (!seen.refused) {
    const HttpInput input = reader.next();
    std::visit([&](const auto& what) { note(seen, what); }, input);
    if (std::holds_alternative<std::monostate>(input)) return;
  }
}

std::vector<std::string> requests_in_pieces(std::span<const std::byte> bytes, std::size_t size) {
  HttpReader reader(limits);
  Seen seen;
  for (std::size_t at = 0; at < bytes.size() && !seen.refused; at += size) {
    reader.append(bytes.subspan(at, std::min(size, bytes.size() - at)));
    take_all(reader, seen);
  }
  return seen.requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto whole = requests_in_pieces(bytes, size);
  expect(requests_in_pieces(bytes, 1) == whole);
  expect(requests_in_pieces(bytes, 7) == whole);
  return 0;
}
