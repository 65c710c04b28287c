#include "daemon/log/line/log_line.hpp"

#include <fmt/format.h>

#include <iterator>

namespace duplexd {
namespace {

// Enough for the end of a session.
constexpr std::size_t usual_text = 512;
constexpr std::size_t usual_fields = 24;

}  // namespace

LogLine::LogLine(EventKind kind, LogTime time) : kind_(kind), time_(time) {
  text_.reserve(usual_text);
  fields_.reserve(usual_fields);
}

template <class AppendValue>
LogLine& LogLine::add_field(std::string_view key, bool is_number, AppendValue append_value) {
  const std::size_t value = text_.append(key).size();
  append_value(text_);
  fields_.push_back({key.size(), text_.size() - value, is_number});
  return *this;
}

LogLine& LogLine::add(std::string_view key, std::string_view text) & {
  return add_field(key, false, [text](std::string& out) { out.append(text); });
}

LogLine& LogLine::add(std::string_view key, std::uint64_t number) & {
  return add_field(key, true, [number](std::string& out) { out.append(fmt::format_int(number).c_str()); });
}

LogLine& LogLine::add(std::string_view key, std::chrono::microseconds duration) & {
  const auto us = duration.count();
  return add_field(key, true, [us](std::string& out) {
    fmt::format_to(std::back_inserter(out), "{}.{:03}", us / 1000, us % 1000);
  });
}

void LogLine::add_as(const LogField& field) {
  add_field(field.key, field.is_number, [&](std::string& out) { out.append(field.value); });
}

LogLine& LogLine::add_unless_zero(std::string_view key, std::uint64_t number) & {
  return number == 0 ? *this : add(key, number);
}

LogLine& LogLine::add_unless_empty(std::string_view key, std::string_view text) & {
  return text.empty() ? *this : add(key, text);
}

LogLine& LogLine::add_peer(std::string_view key, const PeerAddress& address) & {
  return address.family() == PeerAddress::Family::none ? *this : add(key, address.to_string());
}

std::optional<std::string_view> LogLine::find(std::string_view key) const noexcept {
  std::optional<std::string_view> found;
  for_each_field([&](const LogField& field) {
    if (!found && field.key == key) found = field.value;
  });
  return found;
}

}  // namespace duplexd
