// The text of the last records of sessions.
#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/table.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

/// A field that not every record has.
std::string field_of(const json::value& record, const char* key) {
  const json::value* const field = record.as_object().if_contains(key);
  if (!field) return "-";
  return field->is_string() ? printable(field->as_string()) : json::serialize(*field);
}

std::string number_in(const json::value& record, const char* key) {
  return fmt::format("{:.0f}", record.at(key).to_number<double>());
}

Table table_of(const json::value& records) {
  Table table({"TIME", "LISTENER", "CLIENT", "ENDPOINT", "REASON", ">CONNECT ms", ">DURATION ms", ">UPSTREAM",
               ">DOWNSTREAM", "ID"});
  for (const json::value& record : records.as_array())
    table.add({field_of(record, "time"), field_of(record, "listener"), field_of(record, "client"),
               field_of(record, "endpoint"), field_of(record, "reason"), number_in(record, "connect_ms"),
               number_in(record, "duration_ms"), number_in(record, "upstream_bytes"),
               number_in(record, "downstream_bytes"), field_of(record, "id")});
  return table;
}

}  // namespace

std::string recent_text(const json::value& answer) {
  std::string ends = table_of(answer.at("ends")).to_string();
  const json::value& slow = answer.at("slow_connects");
  if (slow.as_array().empty()) return ends;
  return ends + "\nwaited a second or more for their endpoint:\n" + table_of(slow).to_string();
}

}  // namespace duplexd::duplexctl
