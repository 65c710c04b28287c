// What the reader of a map reports: values that it cannot read, keys that it does not know, and keys it
// misses.
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
                                       reading_.problems.many() ? "" : did_you_mean(text, form.words)));
}

void MapReader::problem(Place place, std::string_view key, std::string_view what) {
  reading_.problems.add(place, fmt::format("{}: {}", path(key), what));
}

void MapReader::refuse_unless(std::string_view key, std::string_view owners) {
  if (find(key))
    problem(place(key), key,
            fmt::format("only a {} of type {} has it; remove it, or write another type",
                        path_.substr(path_.rfind('.') + 1), owners));
}

MapReader::Names MapReader::likely_keys() {
  Names likely, optional, present;
  for (const auto key : keys_) {
    const bool required = std::any_of(required_.begin(), required_.end(),
                                      [&](const Required& each) { return each.key == key; });
    (find(key) ? present : required ? likely : optional).push_back(key);
  }
  for (const auto* others : {&optional, &present})
    likely.insert(likely.end(), others->begin(), others->end());
  return likely;
}

MapReader::Names MapReader::report_unknown_keys() {
  if (!entry_) return {};
  const YamlNode& node = entry_->value;
  if (node.kind == Kind::scalar || node.kind == Kind::list)
    reading_.problems.add(node.place,
                          fmt::format("{}: keys are expected below it: {}", path_, fmt::join(keys_, ", ")));
  if (node.kind != Kind::map) return {};
  Names likely, misspelt;
  for (const auto& entry : node.entries) {
    if (std::find(keys_.begin(), keys_.end(), entry.key) != keys_.end()) continue;
    if (likely.empty()) likely = likely_keys();
    const auto meant = reading_.problems.many() ? "" : nearest(entry.key, likely);
    report_unknown_key(entry, meant);
    if (!meant.empty()) misspelt.push_back(meant);
  }
  return misspelt;
}

void MapReader::report_unknown_key(const YamlEntry& entry, std::string_view meant) {
  const auto where = path_.empty() ? "" : fmt::format(" in {}", path_);
  const auto advice = meant.empty() ? fmt::format("; allowed: {}", fmt::join(keys_, ", "))
                                    : fmt::format("; did you mean {}?", in_quotes(meant));
  reading_.problems.add(entry.place, fmt::format("unknown key {}{}{}", in_quotes(entry.key), where, advice));
}

void MapReader::report_missing_keys(const Names& misspelt) {
  const bool may_have_keys = entry_ && (entry_->value.kind == Kind::map || entry_->value.kind == Kind::null);
  if (!may_have_keys) return;
  for (const auto& [key, example] : required_)
    if (!find(key) && std::find(misspelt.begin(), misspelt.end(), key) == misspelt.end())
      reading_.problems.add(place(), fmt::format("{}: '{}' is missing; write {}", path_, key, example));
}

}  // namespace duplexd
