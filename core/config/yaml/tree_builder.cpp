#include "core/config/yaml/tree_builder.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

/// Whether the quoted scalar at the beginning of `text` is closed. yaml-cpp lets the end of the file close
/// it.
bool quote_is_closed(std::string_view text) {
  const char quote = text.front();
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 == text.size() || text[at + 1] != quote) return true;
      ++at;
    }
  }
  return false;
}

void report_duplicates(const YamlNode& map, const Sources& sources, Problems& problems) {
  std::vector<const YamlEntry*> sorted;
  for (const auto& entry : map.entries) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const YamlEntry* a, const YamlEntry* b) { return a->key < b->key; });
  const YamlEntry* first = nullptr;
  for (const YamlEntry* entry : sorted) {
    if (first && first->key == entry->key) {
      problems.add(entry->place, fmt::format("{} is here twice; the first is at {}", in_quotes(entry->key),
                                             sources.origin(first->place)));
    } else {
      first = entry;
    }
  }
}

/// The problem of a key that is not a scalar.
std::string_view broken_key(YamlNode::Kind kind) {
  if (kind == YamlNode::Kind::list)
    return R"(a list cannot be a key; write an IPv6 address in quotes: "[::1]:80")";
  if (kind == YamlNode::Kind::null) return "a key is missing here";
  return R"(a map cannot be a key; write a reference in quotes: "${NAME}")";
}

}  // namespace

TreeBuilder::TreeBuilder(const Sources& sources, std::uint32_t file, Problems& problems, BoundedInput& input)
    : sources_(sources),
      file_(file),
      problems_(problems),
      input_(input),
      text_(sources.text(file)),
      last_event_{file, 1, 1} {}

YamlNode TreeBuilder::make(YamlNode::Kind kind, const YAML::Mark& mark) {
  input_.event();
  last_event_ = {file_, static_cast<std::uint32_t>(mark.line + 1),
                 static_cast<std::uint32_t>(mark.column + 1)};
  if (++nodes_ > TreeLimits::nodes)
    throw StopReading{last_event_, fmt::format("more than {} values in one file", TreeLimits::nodes)};
  YamlNode node;
  node.kind = kind;
  node.place = last_event_;
  return node;
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  const Place place = make(YamlNode::Kind::null, mark).place;
  if (++documents_ == 1) return;
  const bool marked = sources_.line(place).starts_with("---");
  throw StopReading{place, marked ? "a second document begins here; a file holds one"
                                  : "this does not belong to the YAML above it"};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t) { add(make(YamlNode::Kind::null, mark)); }

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  YamlNode node = make(YamlNode::Kind::broken, mark);
  problems_.add(node.place, "aliases (*name) are not supported; write the value out");
  add(std::move(node));
}

void TreeBuilder::OnAnchor(const YAML::Mark& mark, const std::string& name) {
  problems_.add(make(YamlNode::Kind::broken, mark).place,
                fmt::format("anchors (&{}) are not supported", printable(name.substr(0, 64))));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                           const std::string& value) {
  YamlNode node = make(YamlNode::Kind::scalar, mark);
  refuse_tag(mark, tag);
  node.quoted = tag == "!";
  if (node.quoted) refuse_open_quote(mark);
  node.text = value;
  add(std::move(node));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                                  YAML::EmitterStyle::value) {
  open(YamlNode::Kind::list, mark, tag);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                             YAML::EmitterStyle::value) {
  open(YamlNode::Kind::map, mark, tag);
}

void TreeBuilder::OnMapEnd() {
  report_duplicates(open_.back().node, sources_, problems_);
  close();
}

void TreeBuilder::open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
  YamlNode node = make(kind, mark);
  refuse_tag(mark, tag);
  if (open_.size() == TreeLimits::depth)
    throw StopReading{node.place, fmt::format("nested more than {} levels deep", TreeLimits::depth)};
  open_.push_back({std::move(node), std::nullopt});
}

void TreeBuilder::close() {
  YamlNode node = std::move(open_.back().node);
  open_.pop_back();
  add(std::move(node));
}

void TreeBuilder::add(YamlNode node) {
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (Open& top = open_.back(); top.node.kind == YamlNode::Kind::list) {
    const Place place = node.place;
    top.node.entries.push_back({"", place, std::move(node)});
  } else if (top.key || top.key_broken) {
    add_value(top, std::move(node));
  } else {
    add_key(top, std::move(node));
  }
}

void TreeBuilder::add_key(Open& map, YamlNode node) {
  if (node.kind == YamlNode::Kind::scalar) {
    map.key = YamlEntry{std::move(node.text), node.place, {}};
  } else {
    if (node.kind != YamlNode::Kind::broken) problems_.add(node.place, std::string(broken_key(node.kind)));
    map.key_broken = true;
  }
}

void TreeBuilder::add_value(Open& map, YamlNode node) {
  if (!std::exchange(map.key_broken, false)) {
    if (node.kind == YamlNode::Kind::null)
      node.place = map.key->place;  // yaml-cpp gives it the place of the next key
    map.key->value = std::move(node);
    map.node.entries.push_back(std::move(*map.key));
  }
  map.key.reset();
}

void TreeBuilder::refuse_tag(const YAML::Mark& mark, const std::string& tag) {
  if (tag.empty() || tag == "?") return;
  const auto at = static_cast<std::size_t>(mark.pos);
  // yaml-cpp gives quoted and block scalars the tag "!". A written tag also begins with it.
  if (tag == "!" && at < text_.size() && text_[at] != '!') return;
  problems_.add(last_event_, "tags (!name) are not supported");
}

void TreeBuilder::refuse_open_quote(const YAML::Mark& mark) {
  const auto rest = text_.substr(std::min(static_cast<std::size_t>(mark.pos), text_.size()));
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'') || quote_is_closed(rest)) return;
  throw StopReading{last_event_, "this quote is never closed"};
}

}  // namespace duplexd
