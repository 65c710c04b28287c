#pragma once

#include "core/net/address/parsed.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace duplexd {

// What a catalog has answered in JSON. It may be anything: what is of another kind than expected is absent.

/// The error continues "its answer".
Parsed<boost::json::value> parse_json(std::string_view text);

/// The member of an object; null: there is none.
const boost::json::value* member(const boost::json::value* value, std::string_view key);
/// A member that is a text; "": there is none.
std::string_view text_member(const boost::json::value* value, std::string_view key);
/// A member that is a whole number from 0, or a text of one, as gRPC gateways spell 64 bits.
std::optional<std::uint64_t> number_member(const boost::json::value* value, std::string_view key);
/// The items of a member that is a list; an empty list: there is none.
const boost::json::array& list_member(const boost::json::value* value, std::string_view key);

}  // namespace duplexd
