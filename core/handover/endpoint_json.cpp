#include "core/handover/endpoint_json.hpp"

#include "core/handover/json_fields.hpp"

#include <string>
#include <string_view>

namespace duplexd {

// Each of these names the fields of a value once, for writing and for reading.

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, EndpointState::Check>& check) {
  fields("up", check.up);
  fields("against", check.against);
  fields("since_us", check.since);
  fields("passed", check.passed);
  fields("words", check.words);
  fields("took_us", check.took);
  fields("at_us", check.at);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Trust::State>& trust) {
  fields("ejected_until_ms", trust.ejected_until);
  fields("ejections", trust.ejections);
  fields("failures", trust.failures);
  fields("early_resets", trust.early_resets);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, EndpointState>& state) {
  fields("upstream", state.upstream);
  fields("endpoint", state.endpoint);
  fields("address", state.address);
  fields("since_us", state.since);
  fields("up_since_ms", state.up_since);
  fields("check", state.check);
  fields("trust", state.trust);
}

boost::json::array to_json(const std::vector<EndpointState>& endpoints) {
  boost::json::array all;
  std::string none;
  for (const EndpointState& each : endpoints) {
    FieldWriter writer(none);
    visit(writer, each);
    all.emplace_back(writer.take());
  }
  return all;
}

std::vector<EndpointState> endpoints_of(const boost::json::value& description) {
  std::vector<EndpointState> all;
  std::string_view none;
  for (const boost::json::value& each : description.as_array()) {
    FieldReader reader(each.as_object(), none);
    visit(reader, all.emplace_back());
  }
  return all;
}

}  // namespace duplexd
