#include "core/config/yaml/tree.hpp"

#include "core/config/yaml/problems.hpp"
#include "core/config/yaml/tree_builder.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>

namespace duplexd {
namespace {

/// Where a text ends too early, yaml-cpp may report the beginning of the file, the line behind its end, or no
/// place.
Place place_of(const YAML::Mark& mark, const Sources& sources, Place last_event) {
  if (mark.is_null()) return last_event;
  const Place place{last_event.file, static_cast<std::uint32_t>(mark.line + 1),
                    static_cast<std::uint32_t>(mark.column + 1)};
  return sources.line(place).empty() ? last_event : std::max(place, last_event);
}

YamlNode parse(const Sources& sources, std::uint32_t file, Problems& problems) {
  BoundedInput input(sources.text(file), TreeLimits::look_ahead);
  std::istream stream(&input);
  TreeBuilder builder(sources, file, problems, input);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    // Called once and not in a loop, because yaml-cpp never gets past a stray ','.
    if (parser) parser.HandleNextDocument(builder);
  } catch (const BoundedInput::TooFarAhead&) {
    throw StopReading{
        builder.last_event(),
        fmt::format("more than {} KiB that are not a complete value follow", TreeLimits::look_ahead / 1024)};
  } catch (const YAML::Exception& error) {
    const Place place = place_of(error.mark, sources, builder.last_event());
    throw StopReading{place, explain_syntax_error(error.msg, sources.line(place))};
  }
  return builder.take_root();
}

std::optional<YamlNode> parse_or_report(const Sources& sources, std::uint32_t file, Problems& problems) {
  try {
    return parse(sources, file, problems);
  } catch (const StopReading& stop) {
    problems.add(stop.place, stop.what);
    return std::nullopt;
  }
}

/// Whatever the file holds.
std::optional<YamlNode> read_any(const Sources& sources, std::uint32_t file, Problems& problems) {
  if (const auto flaw = find_flaw(sources.text(file))) {
    problems.add(sources.place(file, flaw->offset), flaw->what);
    return std::nullopt;
  }
  auto root = parse_or_report(sources, file, problems);
  return root && root->kind == YamlNode::Kind::broken ? std::nullopt : std::move(root);
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::optional<YamlNode> read_tree(const Sources& sources, std::uint32_t file, Problems& problems) {
  auto root = read_any(sources, file, problems);
  if (!root || root->kind == YamlNode::Kind::map || root->kind == YamlNode::Kind::null) return root;
  problems.add(root->place, "a configuration is a map of keys, such as 'listeners:'");
  return std::nullopt;
}

// A file that is empty is one that is being written, so it is no empty list.
std::optional<YamlNode> read_list(const Sources& sources, std::uint32_t file, Problems& problems) {
  auto root = read_any(sources, file, problems);
  if (!root || root->kind == YamlNode::Kind::list) return root;
  problems.add(root->place, root->kind == YamlNode::Kind::null
                                ? "the file is empty; write [] for no endpoints"
                                : "a list of endpoints is expected, such as '- 10.0.0.11:5432'");
  return std::nullopt;
}

}  // namespace duplexd
