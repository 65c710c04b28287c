#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace duplexd {

/// Why a text was not accepted, as one sentence without a final stop that can follow "error: ".
struct ParseError {
  std::string what;
};

/// A parsed value or the reason why there is none. Test it with `if (result)`, read it with `*result`.
template <class T>
using Parsed = boost::system::result<T, ParseError>;

}  // namespace duplexd
