// Descriptions of sessions from another process: the text, a zero byte, then the bytes that are held.
// Whatever is taken comes back alike when it is described again.
#include "core/handover/session_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace duplexd;

struct Described {
  std::string text;
  std::string bytes;
};

Described describe(const SessionState& state) {
  Described described;
  described.text = boost::json::serialize(to_json(state, described.bytes));
  return described;
}

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  std::string_view bytes = input.substr(std::min(end + 1, size));
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(input.substr(0, end), error);
  if (error) return 0;
  const auto state = session_of(parsed, bytes);
  if (!state) return 0;
  const Described once = describe(*state);
  std::string_view left = once.bytes;
  const auto again = session_of(boost::json::parse(once.text), left);
  expect(again && left.empty());
  const Described twice = describe(*again);
  expect(twice.text == once.text && twice.bytes == once.bytes);
  return 0;
}
