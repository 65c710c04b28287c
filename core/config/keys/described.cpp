#include "core/config/keys/described.hpp"

#include "core/config/keys/tables.hpp"

namespace duplexd {
namespace {

template <class T>
void describe(Owner owner, const std::string& above, const Keys<T>& keys, std::vector<DescribedKey>& all) {
  for (const auto& key : keys) {
    const auto path = above + std::string(key.about.name);
    all.push_back({owner, path, &key.about});
    describe(owner, path + ".", key.below, all);
  }
}

std::vector<DescribedKey> describe_all() {
  std::vector<DescribedKey> all;
  describe(Owner::process, "", head_keys(), all);
  describe(Owner::listener, "", listener_keys(), all);
  describe(Owner::upstream, "", upstream_keys(), all);
  describe(Owner::endpoint, "", endpoint_keys(), all);
  describe(Owner::route, "", route_keys(), all);
  return all;
}

}  // namespace

const std::vector<DescribedKey>& described_keys() {
  static const auto all = describe_all();
  return all;
}

}  // namespace duplexd
