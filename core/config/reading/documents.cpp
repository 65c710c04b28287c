#include "core/config/reading/documents.hpp"

#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t most_files = 1000;

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), allowed);
}

bool is_pattern(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

Spelling<std::string> file_pattern() {
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty()) return ParseError{"is no file name"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          "a file or a pattern such as conf.d/*.yaml",
          {}};
}

}  // namespace

const YamlEntry* Documents::add(std::string name, std::string text) {
  const bool too_large = text.size() > bytes_left_;
  bytes_left_ -= std::min(text.size(), bytes_left_);
  const auto file = reading_.sources.add(std::move(name), too_large ? "" : std::move(text));
  if (too_large) {
    fail({file, 1, 1}, fmt::format("more than {} bytes, in all files together", TreeLimits::bytes));
    return nullptr;
  }
  auto root = read_tree(reading_.sources, file, reading_.problems);
  if (!root) {
    incomplete_ = true;
    return nullptr;
  }
  roots_.push_back({"", {file, 1, 1}, *std::move(root)});
  return &roots_.back();
}

void Documents::include(MapReader& top) {
  for (const auto& included : included_files(top)) include_file(included);
}

std::vector<Documents::Included> Documents::included_files(MapReader& top) {
  std::vector<Placed<std::string>> patterns;
  top.list("include", patterns, file_pattern());
  const auto folder = System::Path(reading_.sources.name(0)).parent_path();

  std::vector<Included> files;
  std::set<System::Path> known;
  for (const auto& [pattern, place] : patterns) {
    const auto found =
        is_pattern(pattern) ? reading_.system.find(folder, pattern) : std::vector{folder / pattern};
    for (const auto& file : found)
      if (known.insert(file.lexically_normal()).second) files.push_back({file, place});
  }
  if (files.size() <= most_files) return files;
  top.problem(top.place("include"), "include", fmt::format("more than {} files", most_files));
  return {};
}

void Documents::include_file(const Included& included) {
  auto text = reading_.system.read_included(included.file, bytes_left_ + 1);
  if (!text)
    return fail(included.place,
                fmt::format("include: {} {}", in_quotes(included.file.string()), text.error().what));
  if (const auto* root = add(included.file.string(), *std::move(text)))
    MapReader::read_map(reading_, root, "", "", [this](MapReader& top) { take_names(top); });
}

void Documents::take_names(MapReader& top) {
  take(top, "listeners", listeners_);
  take(top, "upstreams", upstreams_);
}

void Documents::take(MapReader& top, std::string_view key, Names& names) {
  const auto* map = top.map(key);
  if (!map) return;
  for (const auto& entry : map->value.entries) {
    const auto [first, is_new] = names.places.emplace(entry.key, entry.place);
    if (!is_name(entry.key)) {
      top.problem(entry.place, key,
                  fmt::format("{} is no name; write 1 to {} letters, digits, '_', '.' or '-'",
                              in_quotes(entry.key), longest_name));
    } else if (is_new) {
      names.all.push_back({entry.key, &entry});
    } else if (first->second.file != entry.place.file) {  // the tree reports duplicates within one file
      top.problem(entry.place, key,
                  fmt::format("{} is here twice; the first is at {}", in_quotes(entry.key),
                              reading_.sources.origin(first->second)));
    }
  }
}

void Documents::fail(Place place, const std::string& what) {
  reading_.problems.add(place, what);
  incomplete_ = true;
}

}  // namespace duplexd
