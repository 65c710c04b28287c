// Figures as text that fits a narrow column.
#include "daemon/duplexctl/top/model/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace duplexd::duplexctl::top {
namespace {

std::string three_digits(double number) {
  return number < 99.95 ? fmt::format("{:.1f}", number) : fmt::format("{:.0f}", number);
}

/// The largest two units: "2d3h", "5m10s".
std::string short_time(std::uint64_t seconds) {
  struct Unit {
    std::uint64_t seconds;
    char name;
  };
  constexpr std::array units{Unit{86400, 'd'}, Unit{3600, 'h'}, Unit{60, 'm'}, Unit{1, 's'}};
  for (std::size_t i = 0; i + 1 < units.size(); ++i) {
    if (seconds < units[i].seconds) continue;
    const std::uint64_t rest = seconds % units[i].seconds / units[i + 1].seconds;
    return fmt::format("{}{}{}{}", seconds / units[i].seconds, units[i].name, rest, units[i + 1].name);
  }
  return fmt::format("{}s", seconds);
}

Cell unknown() { return {.text = "-"}; }

}  // namespace

std::string short_bytes(double bytes) {
  if (bytes < 1024) return fmt::format("{:.0f}", bytes);
  std::string_view units = "KMGTPE";
  for (bytes /= 1024; bytes >= 999.5 && units.size() > 1; bytes /= 1024) units.remove_prefix(1);
  return three_digits(bytes) + units.front();
}

Cell words(std::string text) { return {.text = std::move(text)}; }

Cell count(std::uint64_t number) { return {fmt::to_string(number), static_cast<double>(number)}; }

Cell each_second(std::optional<double> rate) { return rate ? Cell{three_digits(*rate), *rate} : unknown(); }

Cell bytes_each_second(std::optional<double> rate) {
  return rate ? Cell{short_bytes(*rate), *rate} : unknown();
}

Cell bytes(std::uint64_t number) {
  return {short_bytes(static_cast<double>(number)), static_cast<double>(number)};
}

Cell time_in_ms(double milliseconds) {
  if (milliseconds < 1000) return {fmt::format("{:.0f}ms", milliseconds), milliseconds};
  return {short_time(static_cast<std::uint64_t>(milliseconds / 1000)), milliseconds};
}

Cell latency(std::optional<double> seconds) {
  return seconds ? Cell{fmt::format("{:.2f} ms", *seconds * 1000), *seconds * 1000} : unknown();
}

Cell latency_bound(std::optional<double> seconds) {
  if (!seconds) return unknown();
  if (std::isinf(*seconds)) return {.text = "too long", .number = *seconds};
  return {fmt::format("< {:g} ms", *seconds * 1000), *seconds * 1000};
}

Lag lag_of(const Reading::Worker& now, const Reading::Worker* before) {
  if (!before || now.ticks <= before->ticks || now.buckets.size() != before->buckets.size()) return {};
  const std::uint64_t ticks = now.ticks - before->ticks;
  Lag lag{.mean = std::max(0.0, now.late - before->late) / static_cast<double>(ticks), .bound = INFINITY};
  for (std::size_t i = 0; i < now.buckets.size(); ++i) {
    if (now.buckets[i].count - before->buckets[i].count < ticks) continue;
    lag.bound = now.buckets[i].bound;
    break;
  }
  return lag;
}

}  // namespace duplexd::duplexctl::top
