#include "core/config/reading/sections.hpp"
#include "core/config/spelling/wording.hpp"

#include <utility>

namespace duplexd {
namespace {

/// One address or a range of ports, as written.
struct Bind {
  std::string text;
  std::vector<BindAddress> addresses;
};

Spelling<Bind> bind_address(std::size_t& left) {
  return {
      [&left](std::string_view text) -> Parsed<Bind> {
        auto addresses = parse_bind(text);
        if (!addresses) return addresses.error();
        if (addresses->size() > left) {
          left = 0;
          return ParseError{fmt::format("more than {} addresses to listen on in all", BoundAddresses::most)};
        }
        left -= addresses->size();
        return Bind{std::string(text), *std::move(addresses)};
      },
      [](const Bind& bind) { return yaml_scalar(bind.text); },
      "",
      {}};
}

/// The address as the kernel compares it. Port 0 never equals itself, since the kernel chooses another port
/// each time.
std::vector<std::string> occupied(const BindAddress& address) {
  const auto port = address.address.port();
  const bool inherited = address.kind == BindAddress::Kind::inherited;
  if (!inherited && !address.address.is_unix() && port == 0) return {};
  if (address.kind != BindAddress::Kind::dual_stack) return {address.to_string()};
  return {SocketAddress::any(AF_INET, port).to_string(), SocketAddress::any(AF_INET6, port).to_string()};
}

}  // namespace

std::vector<BindAddress> BoundAddresses::read(MapReader& listener) {
  std::vector<Placed<Bind>> binds;
  listener.list("bind", binds, bind_address(left_));
  if (listener.is_empty_list("bind"))
    listener.problem(listener.place("bind"), "bind", "at least one address is needed");

  std::vector<BindAddress> result;
  for (const auto& [bind, place] : binds) {
    for (const auto& address : bind.addresses) {
      add(address, place, listener);
      result.push_back(address);
    }
  }
  return result;
}

void BoundAddresses::add(const BindAddress& address, Place place, MapReader& listener) {
  for (const auto& key : occupied(address)) {
    const auto [first, added] = bound_.emplace(key, place);
    if (added) continue;
    listener.problem(place, "bind",
                     fmt::format("{} is bound already, at {}", in_quotes(address.to_string()),
                                 listener.reading().sources.origin(first->second)));
    return;
  }
}

}  // namespace duplexd
