#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

enum class HelloState : std::uint8_t {
  more,      ///< the hello is not complete
  hello,     ///< complete
  not_tls,   ///< the client speaks something else; SSL 2.0 is something else, too
  broken,    ///< TLS, but no valid hello
  too_long,  ///< TLS, but the hello is above the limits
};

struct HelloLimits {
  static constexpr std::size_t message_bytes = 16 * 1024;  ///< of the handshake message
  /// What a client sends until its hello is there: 16 KiB and one record.
  static constexpr std::size_t sent_bytes = 16 * 1024 + 5 + 16 * 1024;
};

/// How much of the first handshake message of a client is there.
struct HelloRecords {
  HelloState state = HelloState::more;
  std::string_view why = {};  ///< of broken and too_long: a sentence that lasts
  std::size_t wanted = 0;     ///< of more: the hello is not there before so many bytes are, in all
  std::size_t length = 0;     ///< of hello: of the whole message, its header of four bytes included
};

/// `seen` is all that the client has sent so far. One record may have a part of the message, or more.
HelloRecords read_hello_records(std::span<const std::byte> seen) noexcept;

inline constexpr std::size_t handshake_header_bytes = 4;  ///< kind and length (RFC 8446, section 4)

}  // namespace duplexd
