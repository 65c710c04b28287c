#include "tests/bench/load/exchange.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd::bench {
namespace {

// Each message begins somewhere else in these bytes, so a reply to another one differs.
constexpr std::size_t beginnings = 251;

const std::vector<char>& pattern() {
  static const std::vector<char> bytes = [] {
    std::vector<char> made(largest_message + beginnings);
    std::minstd_rand random;
    std::generate(made.begin(), made.end(), [&random] { return static_cast<char>(random() >> 8); });
    return made;
  }();
  return bytes;
}

std::span<const char> next_message(std::size_t size) {
  static std::size_t serial = 0;
  return std::span(pattern()).subspan(serial++ % beginnings, size);
}

[[noreturn]] void fail(const std::string& what, std::size_t received, std::size_t expected) {
  throw std::runtime_error(what + " after " + std::to_string(received) + " of " + std::to_string(expected) +
                           " bytes of a reply");
}

}  // namespace

Exchange::Exchange(std::size_t size) : message_(next_message(size)) {}

bool Exchange::advance(Stream& stream) {
  for (int round = 0; round < rounds_at_once; ++round) {
    if (sent_ < message_.size() && stream.writable()) sent_ += stream.send(message_.subspan(sent_));
    if (!stream.readable()) return false;
    receive(stream);
    if (received_ == message_.size()) {
      *this = Exchange(message_.size());
      return true;
    }
  }
  stream.rearm();
  return false;
}

// The buffer is larger than a short reply: a reply that fills it would have to be asked for once more.
void Exchange::receive(Stream& stream) {
  static std::array<char, 64 * 1024> buffer;
  const auto bytes = std::span(buffer).first(stream.receive(buffer));
  if (stream.ended()) fail("the end came early,", received_, message_.size());
  if (bytes.size() > sent_ - received_)
    fail("there are bytes that were never sent", received_, message_.size());
  if (!std::ranges::equal(bytes, message_.subspan(received_, bytes.size())))
    fail("a byte is wrong", received_, message_.size());
  received_ += bytes.size();
}

void expect_nothing_but_the_end(Stream& stream) {
  char byte = 0;
  if (stream.readable() && stream.receive({&byte, 1}) != 0)
    throw std::runtime_error("there is a byte after the reply");
}

}  // namespace duplexd::bench
