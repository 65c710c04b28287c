#pragma once

#include "core/net/address/address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

/// A name of at most 255 octets, as DNS has them (RFC 1035). A longer one is cut.
class WireName {
 public:
  static constexpr std::size_t most = 255;

  WireName() noexcept = default;
  explicit WireName(std::string_view name) noexcept
      : size_(static_cast<std::uint8_t>(std::min(name.size(), most))) {
    std::copy_n(name.begin(), size_, bytes_.begin());
  }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, most> bytes_{};
  std::uint8_t size_ = 0;
};

/// What a session has learnt from its client in its first stage, for as long as it lives.
struct Known {
  PeerAddress via{};        ///< who said in a PROXY header who the client is; none: nobody
  PeerAddress came_to{};    ///< where the client came to, as `via` says; none: it does not
  WireName server_name{};   ///< that the client asked for in TLS
  bool starts_tls = false;  ///< it asked for TLS by PostgreSQL's SSLRequest, and was told yes

  bool has_said_anything() const noexcept {
    return via != PeerAddress{} || starts_tls || !server_name.view().empty();
  }
};

/// The fields of a PROXY header of version 2, until the endpoint was told them.
class ReceivedFields {
 public:
  static constexpr std::size_t most = 4096;

  ReceivedFields() noexcept = default;
  /// Of more than `most` bytes, none.
  explicit ReceivedFields(std::span<const std::byte> fields) noexcept
      : size_(fields.size() <= most ? fields.size() : 0) {
    std::copy_n(fields.begin(), size_, bytes_.begin());
  }
  std::span<const std::byte> view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<std::byte, most> bytes_;
  std::size_t size_ = 0;
};

}  // namespace duplexd
