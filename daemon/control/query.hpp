#pragma once

#include "core/net/address/parsed.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// The parameters of a request, by name.
using Query = std::map<std::string, std::string, std::less<>>;

/// The part of `target` behind its question mark: name=value&name=value, percent-encoded (RFC 3986, 2.1 and
/// 3.4). A name that is not `known`, or that comes twice, is a mistake.
Parsed<Query> parse_query(std::string_view target, const std::vector<std::string_view>& known);

/// The value of a name that may be left out (""). One that is given but empty is a mistake: whoever wrote it
/// had a variable that is not set, and did not mean all.
Parsed<std::string> name_parameter(const Query& query, std::string_view name);

/// `value` as a value of a query.
std::string percent_encoded(std::string_view value);

}  // namespace duplexd
