#pragma once

#include <string>
#include <string_view>

namespace duplexd {

/// Appends `text` as a JSON string with its quotes. The result is valid UTF-8 on one line and steers no
/// terminal, whatever the text holds: control characters (also C1), line separators and changes of the
/// writing direction become \uXXXX, a byte that is no UTF-8 becomes the text \xXX.
void append_quoted(std::string& out, std::string_view text);

std::string errno_name(int error);  ///< "ECONNRESET"; the number if the C library knows no name

}  // namespace duplexd
