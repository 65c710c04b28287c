#include "daemon/metrics/metrics_response.hpp"

#include "core/metrics/exposition/metrics_json.hpp"
#include "core/metrics/exposition/prometheus_text.hpp"
#include "daemon/control/query.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string>

namespace duplexd {

namespace {

ControlResponse bad_query(const std::string& sentence) {
  return {400, boost::json::serialize(boost::json::object{{"error", sentence}})};
}

}  // namespace

ControlResponse metrics_response(std::string_view target, const std::function<Figures()>& read) {
  const Parsed<Query> query = parse_query(target, {"format"});
  if (!query) return bad_query(query.error().what);
  const auto format = query->find("format");
  if (format == query->end() || format->second == "prometheus")
    return {.body = prometheus_text(read()), .content_type = std::string(prometheus_content_type)};
  if (format->second != "json") return bad_query("format is prometheus or json");
  return {.body = boost::json::serialize(metrics_json(read()))};
}

}  // namespace duplexd
