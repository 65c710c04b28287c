#include "daemon/admin/admin_check.hpp"

#include "core/control/admin_limits.hpp"
#include "daemon/admin/admin_gate.hpp"
#include "daemon/cli/key_place.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace duplexd {

std::string admin_problems(const LoadedConfig& loaded) {
  const auto gate = AdminGate::make(loaded.config->admin);
  if (gate) return "";
  const auto& [kind, what, path] = gate.error();
  return fmt::format("{}: error: {}\n", place_of(path, loaded.effective), what);
}

std::string admin_text(const AdminConfig& admin) {
  if (admin.bind.empty()) return "off";
  std::vector<std::string> addresses;
  for (const BindAddress& bind : admin.bind) addresses.push_back(bind.to_string());
  return fmt::format("{}, {} clients at once at each address, {} from one", fmt::join(addresses, ", "),
                     admin_limits.clients, admin_limits.clients_per_address);
}

}  // namespace duplexd
