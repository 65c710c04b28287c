#include "core/catalog/catalog.hpp"

#include "core/catalog/consul_catalog.hpp"
#include "core/catalog/etcd_catalog.hpp"
#include "core/config/secrets/secret.hpp"
#include "core/conversation/conversation_end.hpp"

#include <fmt/format.h>

#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t largest_secret = 4'096;

constexpr ConversationLimits limits{.bytes = 8 << 20, .pieces = 65'536};

CatalogServer server_here(std::uint16_t port) {
  return {fmt::format("http://127.0.0.1:{}", port), *SocketAddress::parse(fmt::format("127.0.0.1:{}", port))};
}

std::string with(std::string_view what, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {} {}", what, value);
}

}  // namespace

std::unique_ptr<Catalog> make_catalog(const CatalogQuestion& question) {
  if (const auto* const etcd = std::get_if<EtcdConfig>(&question))
    return std::make_unique<EtcdCatalog>(*etcd);
  return std::make_unique<ConsulCatalog>(std::get<ConsulConfig>(question));
}

const CatalogAccess& access_of(const CatalogQuestion& question) {
  return std::visit([](const auto& config) -> const CatalogAccess& { return config.access; }, question);
}

std::vector<CatalogServer> servers_of(const CatalogQuestion& question) {
  constexpr std::uint16_t etcd = 2'379, consul = 8'500;
  const auto& servers = access_of(question).servers;
  if (!servers.empty()) return servers;
  return {server_here(std::holds_alternative<EtcdConfig>(question) ? etcd : consul)};
}

std::string name_of(const CatalogQuestion& question) {
  if (const auto* const etcd = std::get_if<EtcdConfig>(&question)) return "etcd " + etcd->prefix;
  const auto& consul = std::get<ConsulConfig>(question);
  return "consul " + consul.service + with("tag", consul.tag) + with("filter", consul.filter) +
         with("datacenter", consul.datacenter);
}

CatalogCall::CatalogCall(const CatalogVisit& visit)
    : visit_(visit), peer_(visit.executor, visit.target, limits) {}

Conversation::Awaitable<unsigned> CatalogCall::ask(HttpQuestion request) {
  return ask(std::move(request), std::chrono::milliseconds(0));
}

Conversation::Awaitable<unsigned> CatalogCall::ask(HttpQuestion request, std::chrono::milliseconds patience) {
  request.host = visit_.target.name;
  peer_.give(visit_.access.timeout);
  co_await peer_.connect();
  if (visit_.tls) co_await peer_.secure(*visit_.tls);
  co_await peer_.send(request.text());
  if (patience.count() > 0) peer_.give(patience + visit_.access.timeout);
  const unsigned status = co_await answer_.status();
  co_return status;
}

std::string secret_in(const std::string& file) {
  auto secret = read_secret(file, largest_secret);
  if (!secret) fail_here(fmt::format("{} {}", file, secret.error().what));
  return *std::move(secret);
}

}  // namespace duplexd
