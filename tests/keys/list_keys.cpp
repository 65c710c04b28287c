// Prints the table of keys as JSON, for documents.py.
#include "core/config/keys/described.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
using duplexd::About;

constexpr std::array<std::string_view, 5> kinds{"value", "list", "section", "maps", "names"};
constexpr std::array<std::string_view, 5> owners{"process", "listener", "upstream", "endpoint", "route"};

json::array texts(const auto& all) {
  json::array result;
  for (const auto& each : all) result.emplace_back(json::string_view(each.data(), each.size()));
  return result;
}

json::array parsed(const std::vector<std::string>& schemas) {
  json::array result;
  for (const auto& each : schemas) result.push_back(json::parse(each));
  return result;
}

json::string text(std::string_view view) { return json::string(view.data(), view.size()); }

json::object described(const duplexd::DescribedKey& key) {
  const About& about = *key.about;
  return {{"owner", text(owners.at(static_cast<std::size_t>(key.owner)))},
          {"path", key.path},
          {"kind", text(kinds.at(static_cast<std::size_t>(about.kind)))},
          {"sentence", text(about.sentence)},
          {"more", text(about.more)},
          {"reload", about.reload_class ? text(to_word(*about.reload_class)) : json::string()},
          {"range", about.form.range},
          {"words", texts(about.form.words)},
          {"schema", parsed(about.form.schema)},
          {"default", about.preset},
          {"required", !about.needed.empty()},
          {"unless", texts(about.unless)},
          {"only_for", text(about.only_for)},
          {"short_for", text(about.short_for)},
          {"from_defaults", about.from_defaults}};
}

}  // namespace

int main() {
  json::array rows;
  for (const auto& key : duplexd::described_keys()) rows.push_back(described(key));
  std::puts(json::serialize(rows).c_str());
}
