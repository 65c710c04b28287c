#pragma once

#include "core/net/client_hello/client_hello.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd::hello_bytes {

using namespace std::string_view_literals;

/// A number of `size` bytes, the most significant first.
inline std::string number(std::size_t size, std::size_t value) {
  std::string bytes(size, '\0');
  for (; size > 0; value >>= 8) bytes[--size] = static_cast<char>(value & 0xff);
  return bytes;
}

/// `bytes` behind their length in `size` bytes.
inline std::string sized(std::size_t size, std::string_view bytes) {
  return number(size, bytes.size()).append(bytes);
}

inline std::string extension(std::size_t kind, std::string_view bytes) {
  return number(2, kind) + sized(2, bytes);
}

inline std::string name_entry(std::string_view name, std::size_t kind = 0) {
  return number(1, kind) + sized(2, name);
}

inline std::string asks_for(std::string_view name) { return extension(0, sized(2, name_entry(name))); }

inline std::string offering(std::initializer_list<std::string_view> protocols) {
  std::string list;
  for (const auto protocol : protocols) list += sized(1, protocol);
  return extension(16, sized(2, list));
}

/// A handshake message with a ClientHello of these extensions.
inline std::string message_with(std::string_view extensions) {
  const auto body = "\3\3" + std::string(32, 'r') + sized(1, std::string(32, 's')) +
                    sized(2, number(2, 0x1301) + number(2, 0x0a0a)) + sized(1, "\0"sv) + sized(2, extensions);
  return "\1" + sized(3, body);
}

inline std::string record_of(std::string_view bytes) { return "\x16\3\1" + sized(2, bytes); }

/// In records that carry `size` bytes each.
inline std::string records_of(std::string_view bytes, std::size_t size) {
  std::string records;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
    records += record_of(bytes.substr(0, size));
  return records;
}

inline std::string hello_with(std::string_view extensions) { return record_of(message_with(extensions)); }

inline std::span<const std::byte> as_seen(std::string_view text) { return std::as_bytes(std::span(text)); }

inline HelloReading reading_of(std::string_view text) { return read_client_hello(as_seen(text)); }

/// "hello www.example.com", "broken: it sends an empty record", "more", "not TLS", "too long".
inline std::string said_of(std::string_view text) {
  const auto reading = reading_of(text);
  switch (reading.state) {
    case HelloState::more:
      return "more";
    case HelloState::hello:
      return "hello " + std::string(reading.hello.server_name());
    case HelloState::not_tls:
      return "not TLS";
    case HelloState::broken:
      return "broken: " + std::string(reading.why);
    case HelloState::too_long:
      return "too long";
  }
  return "?";
}

/// What a client has sent, from the files that the fuzzer begins with.
inline std::string sent_by(const std::string& client) {
  std::ifstream file(std::filesystem::path(DUPLEXD_SOURCE_DIR) / "tests/fuzz/corpus/hello" / client,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace duplexd::hello_bytes
