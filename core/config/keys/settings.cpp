#include "core/config/keys/settings.hpp"

#include "core/config/keys/tables.hpp"

namespace duplexd {
namespace {

template <class T>
void print(const std::string& above, const Keys<T>& keys, const T& all, std::vector<Setting>& settings) {
  for (const auto& key : keys) {
    if (key.applies && !key.applies(all)) continue;
    const auto path = above + std::string(key.about.name);
    if (key.on.get && !key.on.get(all))
      settings.push_back({path, "off"});
    else if (key.print && key.about.needed.empty())
      settings.push_back({path, key.print(all)});
    else
      print(path + ".", key.below, all, settings);
  }
}

template <class T>
std::vector<Setting> settings_of(const Keys<T>& keys, const T& all) {
  std::vector<Setting> settings;
  print("", keys, all, settings);
  return settings;
}

}  // namespace

std::vector<Setting> settings(const ListenerConfig& listener) {
  return settings_of(listener_keys(), listener);
}

std::vector<Setting> settings(const UpstreamConfig& upstream) {
  return settings_of(upstream_keys(), upstream);
}

}  // namespace duplexd
