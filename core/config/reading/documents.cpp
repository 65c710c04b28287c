#include "core/config/reading/documents.hpp"

#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t most_files = 1000;

bool is_document_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), allowed);
}

bool is_pattern(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

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

Head Documents::read(std::string name, std::string text) {
  Head head;
  const auto* root = add(std::move(name), std::move(text));
  if (!root) return head;
  take(*root, head_keys(), head);
  head.upstream.etcd.enabled = head.upstream.consul.enabled =
      false;  // an upstream says whether, they say how
  for (const auto& file : included_files(head.include)) include(file);
  return head;
}

void Documents::take(const YamlEntry& root, const Keys<Head>& keys, Head& head) {
  const auto misspelt =
      MapReader::read_map(reading_, &root, "", "", [&](MapReader& top) { read_keys(top, keys, head); });
  for (const auto& key : names_keys()) {
    const auto* entry = root.value.find(key.about.name);
    const bool refused =
        entry && entry->value.kind != YamlNode::Kind::map && entry->value.kind != YamlNode::Kind::null;
    if (refused || std::find(misspelt.begin(), misspelt.end(), key.about.name) != misspelt.end())
      incomplete_ = true;
  }
  take_names("listeners", head.listeners, listeners_);
  take_names("upstreams", head.upstreams, upstreams_);
}

void Documents::take_names(std::string_view key, const YamlEntry* map, Names& names) {
  if (!map) return;
  const auto refuse = [&](Place place, std::string_view what) {
    reading_.problems.add(place, fmt::format("{}: {}", key, what));
  };
  for (const auto& entry : map->value.entries) {
    const auto [first, is_new] = names.places.emplace(entry.key, entry.place);
    if (!is_document_name(entry.key)) {
      refuse(entry.place, fmt::format("{} is no name; write 1 to {} letters, digits, '_', '.' or '-'",
                                      in_quotes(entry.key), longest_name));
    } else if (is_new) {
      names.all.push_back({entry.key, &entry});
    } else if (first->second.file != entry.place.file) {  // the tree reports duplicates within one file
      refuse(entry.place, fmt::format("{} is here twice; the first is at {}", in_quotes(entry.key),
                                      reading_.sources.origin(first->second)));
    }
  }
}

std::vector<Documents::Included> Documents::included_files(const std::vector<Placed<std::string>>& patterns) {
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
  fail(patterns.front().place, fmt::format("include: more than {} files", most_files));
  return {};
}

void Documents::include(const Included& file) {
  auto text = reading_.system.read_included(file.file, bytes_left_ + 1);
  if (!text)
    return fail(file.place, fmt::format("include: {} {}", in_quotes(file.file.string()), text.error().what));
  Head part;
  if (const auto* root = add(file.file.string(), *std::move(text))) take(*root, names_keys(), part);
}

void Documents::fail(Place place, const std::string& what) {
  reading_.problems.add(place, what);
  incomplete_ = true;
}

}  // namespace duplexd
