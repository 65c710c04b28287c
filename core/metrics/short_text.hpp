#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace duplexd {

/// Some words that an event carries with it, whatever becomes of their origin. Longer texts are cut.
class ShortText {
 public:
  static constexpr std::size_t most = 127;

  ShortText() noexcept = default;
  ShortText(std::string_view text) noexcept : size_(static_cast<std::uint8_t>(std::min(text.size(), most))) {
    std::copy_n(text.begin(), size_, bytes_.begin());
  }
  ShortText(const char* text) noexcept : ShortText(std::string_view(text)) {}

  std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  operator std::string_view() const noexcept { return view(); }

 private:
  std::array<char, most> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace duplexd
