#include "daemon/log/line/event_kind.hpp"

#include <array>

namespace duplexd {
namespace {

constexpr std::array<EventTraits, event_kind_count> all_traits{{
    {"listening", LogLevel::info, "0ada1a3cc252401d9c12cd2a7885d03d"},
    {"admin_listening", LogLevel::info, "cfac55419822422a9da540ccbbb09da7"},
    {"ready", LogLevel::info, "6eddc5e600f643609ae03aa3ac46ca65", true},
    {"session", LogLevel::info, "8a92ba1f4f834530aeada9665fe15e69"},
    {"session_started", LogLevel::info, "a430853ea1b242f88515109b17066ab2"},
    {"session_interval", LogLevel::info, "e81b6e4b01d24e21ad2eed2df6c97970"},
    {"accept_backing_off", LogLevel::warning, "621785aaadd941ea970e35bf18912364"},
    {"accept_resumed", LogLevel::info, "a65635fe786a474ab310495613ed07bf"},
    {"sessions_exhausted", LogLevel::warning, "0a4f50eb54a348178bb684cf747deb48"},
    {"rate_exceeded", LogLevel::warning, "2d19655e6b1f4bdfb319c85a70333c36"},
    {"sources_forgotten", LogLevel::warning, "c892c5b8fce04efa8dd308bca2082f41"},
    {"handshakes_exhausted", LogLevel::warning, "8d050fe4a6254a2585f324dc585e4631"},
    {"limit_tried", LogLevel::warning, "4c681e03bd0c4b82b6addc5380071f15"},
    {"resolve_failed", LogLevel::warning, "f72d36665f9d46c6b69528d7dd2c359a"},
    {"resolve_changed", LogLevel::info, "93cbf61eff4b461dba164c509b4830d0"},
    {"certificates_replaced", LogLevel::info, "08f04a1d4a9747b590b615b1aa07ff10"},
    {"certificates_refused", LogLevel::error, "7227458759de4acca479478fe89b45e0"},
    {"certificate_expires", LogLevel::warning, "32a4045cea21402aad418a5f08960f8f"},
    {"endpoints_unverified", LogLevel::warning, "273088ff33c540d19531403edee6774e"},
    {"option_unavailable", LogLevel::warning, "46fcf9c4210a4c52aaa4bf173a85601c"},
    {"stop_incomplete", LogLevel::warning, "5bb1de31c2b845b49edeb336d468cb68"},
    {"reopened", LogLevel::info, "610938d04cca460c9e64042d4fad037c"},
    {"reopen_failed", LogLevel::warning, "bad31d9b8fda4bdfb1d023fb12ce4f11"},
    {"endpoint_down", LogLevel::warning, "bda7aea0d68346a5a1cc1b754342b20c"},
    {"endpoint_up", LogLevel::info, "3a44087155f048c2ae15656d505dcebe"},
    {"endpoint_ejected", LogLevel::warning, "26d0a0f5400440a4bfc78b29e107a424"},
    {"endpoint_readmitted", LogLevel::info, "e5edb9a8c2974329b92057ba882f1113"},
    {"endpoints_changed", LogLevel::info, "e5a386df3ab444a59aa568e43b6e982e"},
    {"endpoints_failed", LogLevel::warning, "1f584e94f30f415681f5acd44013b22e"},
    {"zero_copy_refused", LogLevel::warning, "2f9aed39c302448eacf09570013fad9e"},
    {"totals", LogLevel::info, "45ce4ac00da34528bce8a668f84a85ce"},
    {"dropped", LogLevel::warning, "e6504927d70a4779aedb7ed980921fcb"},
    {"output_failed", LogLevel::warning, "fe1e0f312b76406e8be45b34e2b0f485"},
    {"output_works", LogLevel::info, "eaff9f1d0e8e4593a9483c9eebf034f6"},
    {"reloaded", LogLevel::info, "0683b6b3e70045d7adc9bc845dc5c92a", true},
    {"changed", LogLevel::info, "8b91bb2c06774ac18695bd323f9335d1"},
    {"reload_refused", LogLevel::error, "420cc1b99526494b9fbcea0a419964f4"},
    {"paused", LogLevel::info, "80482251bcf14f3aa8f8105c54a0ae91", true},
    {"resumed", LogLevel::info, "d8c7bb7c67b4486195f897d239657a9b", true},
    {"control", LogLevel::info, "9e1dac5d8d26474cae12578038b6c83a"},
    {"worker_stuck", LogLevel::error, "f826f93ff5974ddb9bf01ea5dc489698", true},
    {"store_failed", LogLevel::warning, "fb3cf45b4c39403190a13c596b45d9bd", true},
    {"state_failed", LogLevel::warning, "a0f4102a897d43ca93175dbd9543abff"},
    {"endpoint_order", LogLevel::info, "c5dd79c8b6d947e38384b2dbd1cb3fb8"},
    {"upgrading", LogLevel::info, "7a76647a75cd45d89232ec5a6eaeece0", true},
    {"upgraded", LogLevel::info, "531fa7e952a24fe09d8c15f0819a6c63", true},
    {"upgrade_failed", LogLevel::error, "8370cdfb1aff47e1a907b5aee1576f66", true},
    {"parked", LogLevel::info, "82bfc07bf46a4d0b853a5cb831173f39", true},
    {"stopping", LogLevel::info, "d90b5b75d582447286576fb38e2da607", true},
    {"stopped", LogLevel::info, "76bff6340ac94063b52afa50ad49722f", true},
}};

}  // namespace

const EventTraits& traits_of(EventKind kind) noexcept { return all_traits[static_cast<std::size_t>(kind)]; }

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
