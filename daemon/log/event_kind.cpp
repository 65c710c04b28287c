#include "daemon/log/event_kind.hpp"

#include <array>

namespace duplexd {
namespace {

constexpr std::array<EventTraits, event_kind_count> table{{
    {"listening", LogLevel::info, "0ada1a3cc252401d9c12cd2a7885d03d"},
    {"ready", LogLevel::info, "6eddc5e600f643609ae03aa3ac46ca65"},
    {"session", LogLevel::info, "8a92ba1f4f834530aeada9665fe15e69"},
    {"accept_backing_off", LogLevel::warning, "621785aaadd941ea970e35bf18912364"},
    {"accept_resumed", LogLevel::info, "a65635fe786a474ab310495613ed07bf"},
    {"sessions_exhausted", LogLevel::warning, "0a4f50eb54a348178bb684cf747deb48"},
    {"resolve_failed", LogLevel::warning, "f72d36665f9d46c6b69528d7dd2c359a"},
    {"resolve_changed", LogLevel::info, "93cbf61eff4b461dba164c509b4830d0"},
    {"stop_incomplete", LogLevel::warning, "5bb1de31c2b845b49edeb336d468cb68"},
    {"totals", LogLevel::info, "45ce4ac00da34528bce8a668f84a85ce"},
    {"dropped", LogLevel::warning, "e6504927d70a4779aedb7ed980921fcb"},
    {"reload_unsupported", LogLevel::warning, "f2fcdedd50634bcdb2a1323c93ef8c18"},
    {"stopping", LogLevel::info, "d90b5b75d582447286576fb38e2da607"},
    {"stopped", LogLevel::info, "76bff6340ac94063b52afa50ad49722f"},
}};

}  // namespace

const EventTraits& traits_of(EventKind kind) noexcept { return table[static_cast<std::size_t>(kind)]; }

std::string_view to_word(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::error:
      return "error";
    case LogLevel::warning:
      return "warning";
    case LogLevel::info:
      return "info";
    case LogLevel::debug:
      return "debug";
  }
  return "info";
}

}  // namespace duplexd
