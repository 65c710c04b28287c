// split_clients: endpoints with weights.
#include "core/net/address/decimal.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace duplexd::importing::nginx {
namespace {

constexpr std::uint64_t whole = 10'000;  // hundredths of a percent

/// "0.5%" in hundredths of a percent; none: it is no share.
std::optional<std::uint64_t> share_of(std::string_view text) {
  const auto before = take_number(text);
  if (!before || *before > 100) return std::nullopt;
  std::uint64_t share = *before * 100;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    for (std::uint64_t place : {std::uint64_t{10}, std::uint64_t{1}}) {
      if (text.empty() || !is_digit(text[0])) break;
      share += static_cast<std::uint64_t>(text[0] - '0') * place;
      text.remove_prefix(1);
    }
  }
  return text == "%" ? std::optional(share) : std::nullopt;
}

/// The only server of the upstream of that name, or the address itself; "": there are several, or settings.
std::string only_address(const std::string& pass, const Block& stream) {
  for (const Block* const upstream : stream.all("upstream")) {
    if (upstream->head.arg(0) != pass) continue;
    const auto servers = upstream->all("server");
    return servers.size() == 1 && servers[0]->head.args.size() == 1 ? std::string(servers[0]->head.arg(0))
                                                                    : "";
  }
  return split_address(pass).port.empty() ? "" : pass;
}

struct Share {
  const Setting* line;
  std::string address;
  std::uint64_t part;
};

/// None: it is refused.
std::optional<std::vector<Share>> shares_of(const Block& block, const Block& stream, const Target& target) {
  std::vector<Share> shares;
  std::uint64_t left = whole;
  for (const Block& line : block.inside) {
    const auto part = line.word() == "*" ? std::optional(left) : share_of(line.word());
    const std::string address = only_address(std::string(line.head.arg(0)), stream);
    if (!part || *part > left || address.empty()) {
      target.refuse(line.head, "its parts cannot be endpoints of one upstream");
      return std::nullopt;
    }
    left -= *part;
    shares.push_back({&line.head, address, *part});
  }
  return shares;
}

}  // namespace

std::string carry_shares(const Block& block, const Setting& line, const Scope& server, Stream& stream) {
  std::string name = free_name(stream.draft, "upstreams", block.head.arg(1).substr(1));
  const Target target = upstream_of(stream.draft, name);
  const auto shares = shares_of(block, stream.block, target);
  if (!shares) {
    target.refuse(line, "what it stands for cannot be carried");
    return "";
  }
  // nginx asks each for a certificate of its own upstream's name.
  const auto is_named = [](const Share& share) { return share.address != share.line->arg(0); };
  if (is_on(server.last("proxy_ssl")) && !server.last("proxy_ssl_name") &&
      std::ranges::any_of(*shares, is_named)) {
    target.refuse(line, "duplexd asks all endpoints of an upstream for one name, or each for its own");
    return "";
  }
  target.carry(block.head);
  const bool by_source = block.head.arg(0) == "$remote_addr" || block.head.arg(0) == "${remote_addr}";
  if (by_source) target.set("balance", "source_hash", block.head);
  if (!by_source) target.remark(block.head, "endpoints take turns by their weights, whatever the text is");
  for (const Share& share : *shares) {
    const Target endpoint = target.item("endpoints");
    endpoint.set("address", plain(share.address), *share.line);
    endpoint.set("weight", fmt::format("{}", (share.part + 9) / 10), *share.line);
  }
  for (const Block* const upstream : stream.block.all("upstream"))
    for (const Share& share : *shares)
      if (upstream->head.arg(0) == share.line->arg(0))
        for (const SettingId id : ids_of(*upstream)) stream.draft.ledger.carry(id);
  carry_proxy(server, "", target);
  return name;
}

}  // namespace duplexd::importing::nginx
