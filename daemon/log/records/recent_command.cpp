#include "daemon/log/records/recent_command.hpp"

#include "core/config/spelling/spelling.hpp"
#include "daemon/control/json_text.hpp"
#include "daemon/control/query.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace duplexd {
namespace {

constexpr std::size_t most_asked = 10'000;

Parsed<RecentRecords::Query> recent_query(std::string_view target) {
  auto query = parse_query(target, {"listener", "limit"});
  if (!query) return query.error();
  auto listener = name_parameter(*query, "listener");
  if (!listener) return listener.error();
  RecentRecords::Query asked{.listener = *std::move(listener)};
  const auto given = query->find("limit");
  if (given == query->end()) return asked;
  const Spelling<std::size_t> spelling = number(std::size_t{1}, most_asked);
  const auto most = spelling.parse(given->second);
  if (!most)
    return ParseError{fmt::format("limit {} {}: write {}", in_quotes(given->second), most.error().what,
                                  spelling.form.range)};
  asked.most = *most;
  return asked;
}

ControlResponse recent_response(const RecentRecords& records, std::string_view target) {
  const auto query = recent_query(target);
  if (query) return {200, records.to_json(*query)};
  return {400, boost::json::serialize(boost::json::object{{"error", text(query.error().what)}})};
}

}  // namespace

ControlCommand recent_command(const RecentRecords& records) {
  return {"GET", "/v1/recent",
          [&records](const ControlRequest& request, const ControlServer::Respond& respond) {
            respond(recent_response(records, request.target));
          }};
}

}  // namespace duplexd
