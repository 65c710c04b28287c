#include "daemon/control/json_object.hpp"

#include "daemon/control/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace duplexd {
namespace {

bool is_plain(char c) noexcept { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

}  // namespace

// Almost every text is plain; the rules for the others are the library's.
void JsonOutput::put_string(std::string_view value) {
  if (!std::ranges::all_of(value, is_plain)) return put(boost::json::serialize(text(value)));
  put_word(value);
}

void JsonOutput::flush() {
  text_.append(pieces_.data(), size_);
  size_ = 0;
}

void JsonOutput::put_apart(std::string_view piece) {
  flush();
  text_ += piece;
}

}  // namespace duplexd
