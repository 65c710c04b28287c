#pragma once

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

inline boost::json::string text(std::string_view value) {
  return boost::json::string(value.data(), value.size());
}

inline std::string to_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(time));
}

inline boost::json::array texts(const std::vector<std::string>& values) {
  boost::json::array all;
  for (const std::string& value : values) all.emplace_back(text(value));
  return all;
}

}  // namespace duplexd
