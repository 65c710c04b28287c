#pragma once

#include <string>

namespace duplexd {

std::string errno_name(int error);           ///< "ECONNRESET"; the number if the C library knows no name
std::string resolver_error_name(int error);  ///< "EAI_NONAME", for what getaddrinfo(3) returns

}  // namespace duplexd
