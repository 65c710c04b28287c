#pragma once

#include <algorithm>
#include <cstddef>
#include <streambuf>
#include <string_view>

namespace duplexd {

/// Feeds a text to yaml-cpp in small pieces, and throws once the scanner is too far ahead of the last event.
/// While the scanner looks for the ':' that would make "[..." a key, it queues every token, which takes more
/// than 200 bytes of memory for each byte of text.
class BoundedInput final : public std::streambuf {
 public:
  struct TooFarAhead {};

  BoundedInput(std::string_view text, std::size_t look_ahead) : rest_(text), look_ahead_(look_ahead) {}

  /// yaml-cpp has made an event of the text read so far.
  void event() noexcept { since_event_ = 0; }

 protected:
  int_type underflow() override {
    if (since_event_ > look_ahead_) throw TooFarAhead{};
    const auto size = std::min(rest_.size(), sizeof piece_);
    if (size == 0) return traits_type::eof();
    rest_.copy(piece_, size);
    rest_.remove_prefix(size);
    for (std::size_t i = 0; i < size; ++i) count(piece_[i]);
    setg(piece_, piece_, piece_ + size);
    return traits_type::to_int_type(*piece_);
  }

 private:
  // Comments and empty lines make no tokens, so they do not count.
  void count(char c) noexcept {
    if (c == '\n') {
      line_ = Line::empty;
    } else if (line_ == Line::empty && c == '#') {
      line_ = Line::comment;
    } else if (line_ != Line::comment && c != ' ' && c != '\r') {
      line_ = Line::text;
      ++since_event_;
    }
  }

  enum class Line : unsigned char { empty, comment, text };

  std::string_view rest_;
  std::size_t look_ahead_;
  std::size_t since_event_ = 0;
  Line line_ = Line::empty;
  char piece_[2048];
};

}  // namespace duplexd
