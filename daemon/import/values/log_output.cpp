#include "daemon/import/values/log_output.hpp"

#include "daemon/import/values/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace duplexd::importing {
namespace {

constexpr std::string_view outputs_key = "log.output";

std::array<std::pair<std::string_view, std::string_view>, 4> keys_of(const LogOutput& output) {
  return {{{"to", output.to}, {"syntax", output.syntax}, {"facility", output.facility}, {"tag", output.tag}}};
}

bool is_same(const Node& item, const LogOutput& output) {
  return std::ranges::all_of(keys_of(output), [&](const auto& key) {
    const Node* const value = item.find(key.first);
    return (value ? std::string_view(value->text) : std::string_view()) == key.second;
  });
}

}  // namespace

std::string syslog_server(std::string_view address) {
  if (address.starts_with("unix:")) return std::string(address);
  if (address.starts_with('/')) return fmt::format("unix:{}", address);
  const HostPort server = split_address(address);
  const std::string host = server.host == "localhost" ? "127.0.0.1" : server.host;
  return fmt::format("udp://{}", join_address(host, server.port.empty() ? "514" : server.port));
}

void carry_output(const Target& process, const LogOutput& output, const Setting& from) {
  const auto& outputs = process.node().at(outputs_key).children;
  if (std::ranges::any_of(outputs, [&](const Node& item) { return is_same(item, output); }))
    return process.carry(from);
  const Target item = process.item(outputs_key);
  for (const auto& [key, text] : keys_of(output))
    if (!text.empty()) item.set(key, text, from);
}

}  // namespace duplexd::importing
