#include "core/health/checks/checks.hpp"

namespace duplexd {

Words check_tcp(Conversation&, const PreparedCheck&) { co_return "connected"; }

}  // namespace duplexd
