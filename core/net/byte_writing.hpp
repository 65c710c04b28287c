#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

/// Puts bytes one after the other, as long as there is room.
class ByteWriting {
 public:
  explicit ByteWriting(std::span<std::byte> into) noexcept : into_(into) {}

  void put(std::string_view bytes) noexcept {
    fits_ = fits_ && bytes.size() <= into_.size() - size_;
    if (!fits_) return;
    std::copy_n(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size(), into_.begin() + at());
    size_ += bytes.size();
  }
  /// In network order, in at most four bytes.
  void put_number(std::uint32_t number, std::size_t size) noexcept {
    for (std::size_t left = size; left > 0; --left) {
      const auto byte = static_cast<char>(number >> 8 * (left - 1) & 0xff);
      put({&byte, 1});
    }
  }

  std::string_view written() const noexcept {
    return {reinterpret_cast<const char*>(into_.data()), fits_ ? size_ : 0};
  }

 private:
  std::ptrdiff_t at() const noexcept { return static_cast<std::ptrdiff_t>(size_); }

  std::span<std::byte> into_;
  std::size_t size_ = 0;
  bool fits_ = true;
};

}  // namespace duplexd
