#include "daemon/duplexctl/top/top_options.hpp"

#include "core/config/spelling/spelling.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace duplexd::duplexctl {
namespace {

namespace po = boost::program_options;

std::string text_of(const po::variables_map& given, const char* key) { return given[key].as<std::string>(); }

std::optional<std::chrono::milliseconds> seconds_in(const std::string& text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= 0.1 && seconds <= 3600)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::chrono::milliseconds interval_of(const std::string& text) {
  if (const auto seconds = seconds_in(text)) return *seconds;
  const auto spelling = duration(std::chrono::milliseconds(100), std::chrono::hours(1));
  if (const auto interval = spelling.parse(text)) return *interval;
  throw po::error(fmt::format("--interval '{}' is not from 0.1 to 3600 seconds", text));
}

top::View view_of(const std::string& word) {
  if (const auto view = top::view_named(word)) return *view;
  throw po::error(fmt::format("--view '{}' is none of {}", word, fmt::join(top::view_words, ", ")));
}

std::size_t column_of(top::View view, const std::string& key) {
  if (const auto column = top::column_named(view, key)) return *column;
  std::vector<std::string_view> keys;
  for (const top::Column& column : top::columns_of(view)) keys.push_back(column.key);
  throw po::error(fmt::format("--sort '{}' is none of {}", key, fmt::join(keys, ", ")));
}

}  // namespace

void add_top_options(po::options_description& all) {
  auto add = all.add_options();
  add("interval", po::value<std::string>())("batch,b", po::bool_switch());
  add("view", po::value<std::string>())("sort", po::value<std::string>())("filter", po::value<std::string>());
}

TopRequest top_request(const po::variables_map& given) {
  TopRequest request;
  request.json = given["json"].as<bool>();
  request.batch = given["batch"].as<bool>() || request.json;
  if (given.count("interval") != 0) request.interval = interval_of(text_of(given, "interval"));
  if (given.count("view") != 0) request.controls.view = view_of(text_of(given, "view"));
  if (given.count("sort") != 0)
    top::sort_by(request.controls, column_of(request.controls.view, text_of(given, "sort")));
  if (given.count("filter") != 0) request.controls.filter = text_of(given, "filter");
  return request;
}

void refuse_top_options(const po::variables_map& given) {
  for (const char* const name : {"interval", "view", "sort", "filter"}) {
    if (given.count(name) != 0) throw po::error(fmt::format("--{} belongs to top", name));
  }
  if (given["batch"].as<bool>()) throw po::error("--batch belongs to top");
}

}  // namespace duplexd::duplexctl
