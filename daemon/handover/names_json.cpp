#include "daemon/handover/names_json.hpp"

#include "core/handover/json_fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

/// A NameRecord as it is written.
struct WrittenName {
  std::vector<std::string> addresses{};
  std::optional<std::vector<ServiceTarget>> targets{};
};

// DNS may know link-local addresses, which are no addresses without an interface: they were of no use before.
NameRecord record_of(WrittenName written) {
  NameRecord record{.targets = std::move(written.targets)};
  for (const std::string& text : written.addresses)
    if (const auto address = SocketAddress::parse(text)) record.addresses.push_back(*address);
  return record;
}

}  // namespace

// Each of these names the fields of a value once, for writing and for reading.

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, ServiceTarget>& target) {
  fields("host", target.host);
  fields("port", target.port);
  fields("priority", target.priority);
  fields("weight", target.weight);
}

template <class Fields, class Name>
static void visit_name(Fields& fields, Name& name) {
  fields("addresses", name.addresses);
  fields("targets", name.targets);
}

boost::json::object to_json(const NameRecords& names) {
  boost::json::object all;
  std::string none;
  for (const auto& [name, record] : names) {
    FieldWriter writer(none);
    visit_name(writer, record);
    all[name] = writer.take();
  }
  return all;
}

NameRecords names_of(const boost::json::value& description) {
  NameRecords all;
  std::string_view none;
  for (const auto& [name, fields] : description.as_object()) {
    FieldReader reader(fields.as_object(), none);
    WrittenName written;
    visit_name(reader, written);
    all.emplace(std::string(name.data(), name.size()), record_of(std::move(written)));
  }
  return all;
}

}  // namespace duplexd
