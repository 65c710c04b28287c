#include "daemon/log/line/error_name.hpp"

#include <netdb.h>
#include <string.h>

namespace duplexd {

std::string errno_name(int error) {
  const char* const name = ::strerrorname_np(error);
  return name ? name : std::to_string(error);
}

std::string resolver_error_name(int error) {
  switch (error) {
    case EAI_NONAME:
      return "EAI_NONAME";
    case EAI_AGAIN:
      return "EAI_AGAIN";
    case EAI_FAIL:
      return "EAI_FAIL";
    case EAI_NODATA:
      return "EAI_NODATA";
    case EAI_FAMILY:
      return "EAI_FAMILY";
    case EAI_MEMORY:
      return "EAI_MEMORY";
    case EAI_SYSTEM:
      return "EAI_SYSTEM";
    case EAI_BADFLAGS:
      return "EAI_BADFLAGS";
    case EAI_SERVICE:
      return "EAI_SERVICE";
    case EAI_SOCKTYPE:
      return "EAI_SOCKTYPE";
    default:
      return std::to_string(error);
  }
}

}  // namespace duplexd
