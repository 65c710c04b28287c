// What the reader of a map reports: values that it cannot read, keys that it does not know, and keys it
// misses.
#include "core/config/hints/advice.hpp"
#include "core/config/reading/map_reader.hpp"
#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using Kind = YamlNode::Kind;

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool contains(const MapReader::Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_value(const YamlNode& node) { return node.kind == Kind::scalar || node.kind == Kind::list; }

/// The problem of each kind of node where a single value is expected.
std::string_view not_a_value(Kind kind) {
  if (kind == Kind::null) return "the value is missing";
  return kind == Kind::list ? "a list where one value is expected" : "a map where one value is expected";
}

}  // namespace

std::optional<std::string> MapReader::text(const YamlEntry& entry, std::string_view key, const Form& form) {
  const YamlNode& node = entry.value;
  if (node.kind == Kind::broken) return std::nullopt;
  const auto refuse_text = [&](std::string_view what) {
    problem(node.place, key,
            form.expected.empty() ? std::string(what) : fmt::format("{}; write {}", what, form.expected));
    return std::nullopt;
  };
  if (node.kind != Kind::scalar) return refuse_text(not_a_value(node.kind));
  auto text = interpolate(node.text, reading_.system.environment);
  if (!text) {
    problem(node.place, key, text.error().what);
    return std::nullopt;
  }
  if (has_control_character(*text))
    return refuse_text(fmt::format("{} holds a control character", in_quotes(*text)));
  if (form.in_quotes && !node.quoted) return refuse_text(fmt::format("{} needs quotes", in_quotes(*text)));
  return *std::move(text);
}

void MapReader::refuse(const YamlEntry& entry, std::string_view key, const std::string& text,
                       const ParseError& error, const Form& form) {
  const bool whole_sentence = form.expected.empty();
  problem(entry.value.place, key,
          whole_sentence ? error.what
                         : fmt::format("{} {}; write {}{}", in_quotes(text), error.what, form.expected,
                                       reading_.problems.many() ? "" : advice_for_value(key, text, form)));
}

void MapReader::problem(Place place, std::string_view key, std::string_view what) {
  reading_.problems.add(place, fmt::format("{}: {}", path(key), what));
}

void MapReader::refuse_unless(std::string_view key, std::string_view owners) {
  if (!find(key)) return;
  const std::string name = paths_.file.substr(paths_.file.rfind('.') + 1);
  const bool has_index = name.ends_with(']');
  problem(place(key), key,
          fmt::format("only {} of type {} has it; remove it, or write another type",
                      has_index ? "an item" : "a " + name, owners));
}

bool MapReader::is_missing(const Required& required) {
  const auto is_there = [this](std::string_view key) { return find(key) != nullptr; };
  return !is_there(required.key) && std::none_of(required.unless.begin(), required.unless.end(), is_there);
}

MapReader::Names MapReader::missing_keys() {
  Names missing;
  for (const auto& each : required_) {
    if (!is_missing(each)) continue;
    missing.push_back(each.key);
    missing.insert(missing.end(), each.unless.begin(), each.unless.end());
  }
  return missing;
}

MapReader::Names MapReader::likely_keys() {
  Names likely = missing_keys(), present;
  for (const auto key : keys_) {
    if (contains(likely, key)) continue;
    (find(key) ? present : likely).push_back(key);
  }
  likely.insert(likely.end(), present.begin(), present.end());
  return likely;
}

void MapReader::report_unknown_keys() {
  if (!entry_) return;
  const YamlNode& node = entry_->value;
  if (is_value(node))
    reading_.problems.add(node.place, fmt::format("{}: keys are expected below it: {}{}", paths_.file,
                                                  fmt::join(keys_, ", "), advice_for_section(entry_->key)));
  if (node.kind != Kind::map) return;
  Names likely;
  for (const auto& entry : node.entries) {
    if (contains(keys_, entry.key)) continue;
    if (likely.empty()) likely = likely_keys();
    report_unknown_key(entry, likely);
  }
}

void MapReader::report_unknown_key(const YamlEntry& entry, const Names& likely) {
  const auto where = paths_.file.empty() ? "" : fmt::format(" in {}", paths_.file);
  const bool in_defaults = paths_.file.starts_with(Reading::defaults_key);
  const auto advice =
      reading_.problems.many() ? Advice() : advice_for(entry.key, missing_keys(), likely, in_defaults);
  const auto allowed = fmt::format("; allowed: {}", fmt::join(keys_, ", "));
  reading_.problems.add(entry.place, fmt::format("unknown key {}{}{}", in_quotes(entry.key), where,
                                                 advice.text.empty() ? allowed : advice.text));
  misspelt_.insert(misspelt_.end(), advice.meant.begin(), advice.meant.end());
}

bool MapReader::is_misspelt_section(const YamlEntry& entry, std::string_view key) {
  const auto meant = is_value(entry.value) ? nearest(key, missing_keys()) : "";
  if (meant.empty()) return false;
  problem(entry.value.place, key,
          fmt::format("keys are expected below it; did you mean {}?", in_quotes(meant)));
  misspelt_.push_back(meant);
  return true;
}

void MapReader::report_missing_keys() {
  const bool may_have_keys = entry_ && (entry_->value.kind == Kind::map || entry_->value.kind == Kind::null);
  if (!may_have_keys) return;
  const auto is_misspelt = [this](std::string_view key) { return contains(misspelt_, key); };
  for (const auto& each : required_)
    if (is_missing(each) && !is_misspelt(each.key) &&
        std::none_of(each.unless.begin(), each.unless.end(), is_misspelt))
      reading_.problems.add(
          place(), fmt::format("{}: '{}' is missing; write {}", paths_.file, each.key, each.example));
}

}  // namespace duplexd
