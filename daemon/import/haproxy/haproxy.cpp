// haproxy.cfg: what speaks TCP is carried, section by section.
#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/translate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing {
namespace {

using haproxy::Global;
using haproxy::Names;
using haproxy::Section;

constexpr const char* http_mode =
    "it is of mode http, and duplexd relays TCP without reading HTTP; a section of mode tcp can be carried";

class Haproxy {
 public:
  Haproxy(const std::vector<Section>& sections, Draft& draft) : sections_(sections), draft_(draft) {}

  void run() {
    for (const Section& section : sections_)
      if (section.kind() == "global") global_ = carry_global(section, draft_);
    carry_resolvers(sections_, draft_);
    for (const Section& section : sections_) refuse_others(section);
    carry_log(sections_, draft_);
    for (const Section& section : sections_)
      if (is_carried(section) && section.kind() != "frontend") carry_backend(section);
    for (const Section& section : sections_)
      if (is_carried(section) && section.listens())
        carry_listeners(section, backend_of(section), global_, upstreams_, draft_);
    for (const Section& section : sections_) explain(section);
  }

 private:
  static bool is_carried(const Section& section) { return section.is_proxy() && !section.speaks_http(); }

  void refuse_others(const Section& section) {
    const auto kind = section.kind();
    if (section.is_proxy() && section.speaks_http()) draft_.ledger.refuse_all(ids_of(section), http_mode);
    const bool known = section.is_proxy() || kind == "global" || kind == "defaults" || kind == "resolvers";
    if (!known) draft_.ledger.refuse_all(ids_of(section), "duplexd has no such section");
  }

  void carry_backend(const Section& section) {
    const bool only_listens = section.kind() == "listen" && servers_of(section).empty();
    if (only_listens) return;
    const std::string name = free_name(draft_, "upstreams", section.name());
    carry_upstream(section, global_, upstream_of(draft_, name));
    upstreams_.emplace(section.name(), name);
  }

  /// The section whose time-outs count for the sessions of a frontend.
  const Section& backend_of(const Section& frontend) const {
    if (frontend.kind() == "listen" && upstreams_.contains(frontend.name())) return frontend;
    const Setting* use = frontend.all.last("default_backend");
    const auto all = frontend.all.all("use_backend");
    if (!use && !all.empty()) use = all.front();
    const auto found = std::ranges::find_if(sections_, [&](const Section& section) {
      return use && section.is_proxy() && section.kind() != "frontend" && section.name() == use->arg(0);
    });
    return found == sections_.end() ? frontend : *found;
  }

  /// Says of what is left why it is not carried, in the part that the section became.
  void explain(const Section& section) {
    const std::string path = path_of(section);
    for (const Setting& setting : section.own.settings) {
      explain_one(setting, path);
      for (const Setting& option : setting.options) explain_one(option, path);
    }
  }
  void explain_one(const Setting& setting, const std::string& path) {
    Ledger& ledger = draft_.ledger;
    if (!ledger.is_open(setting.id)) return;
    if (setting.key == "mode" && setting.arg(0) == "tcp") return ledger.carry(setting.id);
    ledger.place(setting.id, path);
    ledger.refuse(setting.id, haproxy::reason_against(setting));
  }
  std::string path_of(const Section& section) const {
    if (!is_carried(section)) return "";
    const auto upstream = upstreams_.find(section.name());
    if (section.kind() == "backend")
      return upstream == upstreams_.end() ? "" : "upstreams." + upstream->second;
    return fmt::format("listeners.{}", section.name());
  }

  const std::vector<Section>& sections_;
  Draft& draft_;
  Global global_{};
  Names upstreams_{};
};

}  // namespace

std::optional<ParseError> translate_haproxy(const std::string& name, const std::string& text, Draft& draft) {
  const auto sections = haproxy::sections_of(name, text, draft.ledger);
  if (!sections) return sections.error();
  Haproxy(*sections, draft).run();
  return std::nullopt;
}

}  // namespace duplexd::importing
