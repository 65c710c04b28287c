#include "core/config/spelling/wording.hpp"
#include "daemon/cli/text_units.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/table.hpp"

#include <fmt/format.h>

#include <utility>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

std::string text(const json::value& object, std::string_view key) {
  return printable(object.at(json::string_view(key.data(), key.size())).as_string());
}

std::uint64_t number(const json::value& object, std::string_view key) {
  return object.at(json::string_view(key.data(), key.size())).to_number<std::uint64_t>();
}

std::string count(const json::value& object, std::string_view key) {
  return fmt::to_string(number(object, key));
}

std::string uptime_text(std::uint64_t seconds) {
  return seconds == 0 ? "0s" : to_text(std::chrono::seconds(seconds));
}

std::string reload_line(const json::value& reload) {
  return reload.is_null() ? "none" : fmt::format("{}, {}", text(reload, "result"), text(reload, "time"));
}

/// "": there is no admin listener. An older duplexd does not say.
std::string admin_text(const json::value& status) {
  const json::value* const admin = status.as_object().if_contains("admin");
  const std::string addresses = admin ? joined(admin->at("addresses")) : "";
  return addresses.empty() ? "" : fmt::format("{}, {} requests", addresses, count(*admin, "requests"));
}

std::string process_text(const json::value& status) {
  Table table({"pid", count(status, "pid")});
  table.add({"uptime", uptime_text(number(status, "uptime_seconds"))});
  table.add({"configuration",
             fmt::format("{} (generation {})", text(status, "config"), count(status, "generation"))});
  table.add({"last reload", reload_line(status.at("last_reload"))});
  const std::string pending = joined(status.at("pending_restart"));
  if (!pending.empty()) table.add({"next restart", pending});
  table.add({"workers", count(status, "workers")});
  const json::value& sessions = status.at("sessions");
  table.add({"sessions", fmt::format("{} of {}", count(sessions, "live"), count(sessions, "limit"))});
  const std::string admin = admin_text(status);
  if (!admin.empty()) table.add({"admin", admin});
  return fmt::format("duplexd {}, {}\n{}", text(status, "version"), text(status, "state"), table.to_string());
}

std::string name_text(const json::value& item) {
  return text(item, "name") + (item.at("removed").as_bool() ? " (removed)" : "");
}

void add_listener(Table& table, const json::value& listener) {
  const json::array& addresses = listener.at("addresses").as_array();
  const auto address = [&](std::size_t i) { return printable(addresses.at(i).as_string()); };
  table.add({name_text(listener), addresses.empty() ? "-" : address(0), count(listener, "live"),
             count(listener, "accepted"), bytes_text(number(listener, "upstream_bytes")),
             bytes_text(number(listener, "downstream_bytes"))});
  for (std::size_t i = 1; i < addresses.size(); ++i) table.add({"", address(i)});
}

std::string listeners_text(const json::array& listeners) {
  Table table({"LISTENER", "ADDRESS", ">LIVE", ">ACCEPTED", ">UPSTREAM", ">DOWNSTREAM"});
  for (const json::value& listener : listeners) add_listener(table, listener);
  return table.to_string();
}

/// "": no limit is tried. An older duplexd does not say.
std::string dry_run_text(const json::array& listeners) {
  Table table({"DRY RUN OF", "LIMIT (NOT ENFORCED)", ">BEYOND"});
  bool is_empty = true;
  for (const json::value& listener : listeners) {
    const json::value* const tried = listener.as_object().if_contains("dry_run");
    if (!tried) continue;
    for (const auto& [limit, beyond] : tried->as_object())
      table.add({name_text(listener), printable(limit), fmt::to_string(beyond.to_number<std::uint64_t>())});
    is_empty &= tried->as_object().empty();
  }
  return is_empty ? "" : "\n" + table.to_string();
}

/// An older duplexd does not say why a name has failed.
std::string address_text(const json::value& endpoint) {
  std::string addresses = text(endpoint, "address");
  const json::value* const failure = endpoint.as_object().if_contains("resolve_failure");
  if (!failure || failure->is_null()) return addresses;
  return fmt::format("{} ({} at {})", addresses, text(*failure, "msg"), text(*failure, "time"));
}

// An older duplexd does not say these.
std::string state_of(const json::value& endpoint) {
  return endpoint.as_object().contains("state") ? text(endpoint, "state") : "";
}
std::string waiting_at(const json::value& upstream) {
  return upstream.as_object().contains("waiting") ? count(upstream, "waiting") : "";
}

void add_upstream(Table& table, const json::value& upstream) {
  Table::Row first{text(upstream, "name"), count(upstream, "connected"), waiting_at(upstream)};
  for (const json::value& endpoint : upstream.at("endpoints").as_array()) {
    Table::Row row = std::exchange(first, Table::Row(3));
    row.insert(row.end(), {name_text(endpoint), address_text(endpoint), state_of(endpoint),
                           count(endpoint, "weight"), count(endpoint, "live")});
    table.add(std::move(row));
  }
  if (first[0].empty()) return;
  first.emplace_back("(no endpoint)");
  table.add(std::move(first));
}

std::string upstreams_text(const json::array& upstreams) {
  Table table({"UPSTREAM", ">CONNECTED", ">WAITING", "ENDPOINT", "ADDRESS", "STATE", ">WEIGHT", ">LIVE"});
  for (const json::value& upstream : upstreams) add_upstream(table, upstream);
  return table.to_string();
}

std::string state_of_source(const json::value& source) {
  const auto& failure = source.at("failure");
  const auto& left_out = source.at("left_out");
  if (!failure.is_null()) return text(source, "failure");
  if (!left_out.is_null()) return "left out: " + text(source, "left_out");
  return "followed";
}

std::string text_or_hyphen(const json::value& object, json::string_view key) {
  return object.at(key).is_null() ? "-" : printable(object.at(key).as_string());
}

void add_source(Table& table, const json::value& upstream, const json::value& source) {
  table.add({text(upstream, "name"), text(source, "name"),
             source.at("endpoints").is_null() ? "-" : count(source, "endpoints"),
             text_or_hyphen(source, "last_success"), text_or_hyphen(source, "last_failure"),
             state_of_source(source)});
}

/// "": no upstream has a source. An older duplexd does not say.
std::string sources_text(const json::array& upstreams) {
  Table table({"UPSTREAM", "SOURCE", ">ENDPOINTS", "LAST ANSWER", "LAST FAILURE", "STATE"});
  bool is_empty = true;
  for (const json::value& upstream : upstreams) {
    const json::value* const sources = upstream.as_object().if_contains("sources");
    if (!sources) continue;
    for (const json::value& source : sources->as_array()) add_source(table, upstream, source);
    is_empty &= sources->as_array().empty();
  }
  return is_empty ? "" : "\n" + table.to_string();
}

std::string first_name(const json::value& certificate) {
  const json::array& names = certificate.at("names").as_array();
  return names.empty() ? "-" : printable(names.front().as_string());
}

/// "": no listener ends TLS. An older duplexd does not say.
std::string certificates_text(const json::array& listeners) {
  Table table({"LISTENER", "CERTIFICATE", "NAME", "EXPIRES", ">DAYS LEFT"});
  bool is_empty = true;
  for (const json::value& listener : listeners) {
    const json::value* const certificates = listener.as_object().if_contains("certificates");
    if (!certificates) continue;
    for (const json::value& each : certificates->as_array())
      table.add({text(listener, "name"), text(each, "file"), first_name(each), text(each, "expires"),
                 fmt::to_string(each.at("days_left").to_number<std::int64_t>())});
    is_empty &= certificates->as_array().empty();
  }
  return is_empty ? "" : "\n" + table.to_string();
}

}  // namespace

std::string status_text(const json::value& answer) {
  const json::array& listeners = answer.at("listeners").as_array();
  const json::array& upstreams = answer.at("upstreams").as_array();
  return fmt::format("{}\n{}{}\n{}{}{}", process_text(answer), listeners_text(listeners),
                     dry_run_text(listeners), upstreams_text(upstreams), sources_text(upstreams),
                     certificates_text(listeners));
}

}  // namespace duplexd::duplexctl
