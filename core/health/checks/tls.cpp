#include "core/health/checks/checks.hpp"

namespace duplexd {

Words check_tls(Conversation& peer, const PreparedCheck& check) {
  const auto version = co_await peer.secure(*check.tls);
  co_return "connected with " + version;
}

}  // namespace duplexd
