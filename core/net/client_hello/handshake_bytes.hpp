#pragma once

#include <cstddef>
#include <span>

namespace duplexd {

/// What every TLS record begins with: its kind, a version, and its length (RFC 8446, section 5.1).
inline constexpr std::size_t record_header_bytes = 5;

/// The length that the header of a record states.
std::size_t record_length(std::span<const std::byte> header) noexcept;

/// Some bytes of a handshake message, or of a vector in it, over the records that carry them. A view of bytes
/// that are all there. Taking more than is left gives zeros, and failed().
class HandshakeBytes {
 public:
  /// The first `count` bytes that the records carry.
  HandshakeBytes(std::span<const std::byte> records, std::size_t count) noexcept
      : records_(records), left_(count) {}

  std::size_t left() const noexcept { return left_; }
  bool failed() const noexcept { return failed_; }

  /// A number of so many bytes, the most significant first.
  std::size_t number(unsigned bytes) noexcept;
  void skip(std::size_t count) noexcept;
  /// A vector (RFC 8446, section 3.4): its length in so many bytes, and what it holds.
  HandshakeBytes vector(unsigned bytes_of_length) noexcept;

 private:
  std::size_t next() noexcept;
  void begin_record() noexcept;
  void fail() noexcept;

  std::span<const std::byte> records_;
  std::size_t in_record_ = 0;  // bytes at the front of `records_` until the next header
  std::size_t left_;
  bool failed_ = false;
};

}  // namespace duplexd
