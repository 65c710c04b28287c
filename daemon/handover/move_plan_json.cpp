#include "daemon/handover/move_plan_json.hpp"

#include "daemon/control/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace duplexd {
namespace {

namespace json = boost::json;

json::object fate_json(const MovePlan::Fate& fate) {
  json::array stays;
  for (std::size_t i = 0; i < stay_reason_count; ++i) {
    if (fate.stays[i] == 0) continue;
    const auto reason = static_cast<StayReason>(i);
    stays.push_back(json::object{{"reason", text(to_word(reason))},
                                 {"words", text(to_sentence(reason))},
                                 {"sessions", fate.stays[i]}});
  }
  return {{"moves", fate.moves}, {"stays", std::move(stays)}};
}

}  // namespace

json::value to_json(const MovePlan& plan) {
  return json::object{{"upgrade", fate_json(plan.upgrade)}, {"restart", fate_json(plan.restart)}};
}

}  // namespace duplexd
