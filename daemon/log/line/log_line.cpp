#include "daemon/log/line/log_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {

LogLine& LogLine::add(std::string_view key, std::string_view text) & {
  fields_.push_back({std::string(key), std::string(text), false});
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::uint64_t number) & {
  fields_.push_back({std::string(key), fmt::to_string(number), true});
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::chrono::microseconds duration) & {
  const auto us = duration.count();
  fields_.push_back({std::string(key), fmt::format("{}.{:03}", us / 1000, us % 1000), true});
  return *this;
}

LogLine& LogLine::add_unless_zero(std::string_view key, std::uint64_t number) & {
  return number == 0 ? *this : add(key, number);
}

LogLine& LogLine::add_unless_empty(std::string_view key, std::string_view text) & {
  return text.empty() ? *this : add(key, text);
}

const std::string* LogLine::find(std::string_view key) const noexcept {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](auto& field) { return field.key == key; });
  return found == fields_.end() ? nullptr : &found->value;
}

}  // namespace duplexd
