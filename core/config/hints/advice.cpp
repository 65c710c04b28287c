#include "core/config/hints/advice.hpp"

#include "core/config/hints/foreign.hpp"
#include "core/config/keys/described.hpp"

#include <algorithm>
#include <array>

namespace duplexd {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::size_t shortest_part = 3;  // of a key, that is taken for it

bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_from_defaults(const ForeignKey& row) {
  const auto& keys = described_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const DescribedKey& each) {
    return each.owner == row.owner && each.path == row.key && each.about->from_defaults;
  });
}

/// The path of our key below a map with `keys`; "": it is not below that map.
std::string_view path_below(std::string_view path, const Names& keys) {
  while (!is_among(keys, path.substr(0, path.find('.')))) {
    const auto dot = path.find('.');
    if (dot == path.npos) return "";
    path.remove_prefix(dot + 1);
  }
  return path;
}

std::string_view place_of(Owner owner) {
  static constexpr std::array<std::string_view, 5> places{"at the top", "in a listener", "in an upstream",
                                                          "in an endpoint", "in a route"};
  return places[static_cast<std::size_t>(owner)];
}

std::string instead_write(const Names& paths) { return fmt::format("; write {} instead", either_of(paths)); }

Advice keys_of_map(const Names& paths) {
  Advice advice{instead_write(paths), {}};
  for (const auto path : paths) advice.meant.push_back(path.substr(0, path.find('.')));
  return advice;
}

/// Keys of this map or below it that the word stands for.
Names keys_here(std::string_view word, const Names& keys, bool in_defaults) {
  Names here;
  for (const auto& row : foreign_keys()) {
    if (!has_word(row.words, word) || (in_defaults && !is_from_defaults(row))) continue;
    const auto path = path_below(row.key, keys);
    if (!path.empty() && !is_among(here, path)) here.push_back(path);
  }
  return here;
}

/// All keys that the word stands for, with their places.
std::string keys_elsewhere(std::string_view word) {
  std::vector<std::string> keys;
  for (const auto& row : foreign_keys())
    if (has_word(row.words, word)) keys.push_back(fmt::format("{} {}", row.key, place_of(row.owner)));
  return keys.empty() ? "" : instead_write({keys.begin(), keys.end()});
}

/// The key that is a part of the word, or the word a part of it: "bind_address", "addr".
std::string_view sharing(std::string_view word, const Names& keys) {
  const auto shares = [word](std::string_view key) {
    const bool long_enough = std::min(word.size(), key.size()) >= shortest_part;
    return long_enough && (word.starts_with(key) || word.ends_with(key) || key.starts_with(word));
  };
  const auto found = std::find_if(keys.begin(), keys.end(), shares);
  return found == keys.end() ? "" : *found;
}

/// As our keys are written.
std::string in_our_letters(std::string_view word) {
  std::string result(word);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-' || c == ' ') c = '_';
  }
  return result;
}

}  // namespace

Advice advice_for(std::string_view word, const Names& missing, const Names& likely, bool in_defaults) {
  const auto ours = in_our_letters(word);
  if (const auto here = keys_here(ours, likely, in_defaults); !here.empty()) return keys_of_map(here);
  auto meant = nearest(ours, likely);
  if (meant.empty()) meant = sharing(ours, missing);
  if (meant.empty()) return {keys_elsewhere(ours), {}};
  return {fmt::format("; did you mean {}?", in_quotes(meant)), {meant}};
}

std::string advice_for_section(std::string_view word) { return keys_elsewhere(word); }

std::string advice_for_value(std::string_view key, std::string_view text, const Form& form) {
  for (const auto& row : foreign_values()) {
    if (row.key == key && has_word(row.words, text)) return fmt::format("; here it is {}", row.ours);
  }
  return did_you_mean(text, form.words);
}

}  // namespace duplexd
