// Variables of map, geo and split_clients.
#include "daemon/import/nginx/translation.hpp"

#include <algorithm>
#include <array>

namespace duplexd::importing::nginx {
namespace {

using By = Variable::By;

struct Known {
  std::string_view variable;
  By by;
};
constexpr std::array known{Known{"$ssl_preread_server_name", By::name}, Known{"$ssl_server_name", By::name},
                           Known{"$ssl_preread_protocol", By::protocol}, Known{"$remote_addr", By::source},
                           Known{"$server_port", By::port}};

By by_of(std::string_view variable) {
  const auto* const found = std::ranges::find(known, variable, &Known::variable);
  return found == known.end() ? By::unknown : found->by;
}

}  // namespace

Variables variables_of(const Block& stream) {
  Variables all;
  for (const Block* const map : stream.all("map"))
    all[std::string(map->head.arg(1))] = {map, by_of(map->head.arg(0))};
  for (const Block* const geo : stream.all("geo")) {
    const bool of_other = geo->head.args.size() > 1;  // geo $address $variable
    all[std::string(geo->head.arg(of_other ? 1 : 0))] = {geo,
                                                         of_other ? by_of(geo->head.arg(0)) : By::source};
  }
  for (const Block* const shares : stream.all("split_clients"))
    all[std::string(shares->head.arg(1))] = {shares, By::share};
  return all;
}

}  // namespace duplexd::importing::nginx
