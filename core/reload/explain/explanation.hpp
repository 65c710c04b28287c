#pragma once

#include "core/config/config.hpp"
#include "core/listener/access_rule.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/reload/explain/explained_choice.hpp"
#include "core/session/routing/peer_role.hpp"
#include "core/session/routing/route_choice.hpp"
#include "core/session/stages/greeting.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// The client that is asked about.
struct ExplainQuestion {
  std::string listener;
  PeerAddress client{};  ///< of an IP address, or of a Unix socket
  /// In its ClientHello; "": it speaks TLS and names nobody. None: it does not speak TLS, unless TLS ends at
  /// the listener.
  std::optional<std::string> server_name{};
  std::optional<std::uint16_t> port{};  ///< that it comes to; none: the listener's first
  bool proxied = false;                 ///< a proxy that is believed says so of it in a PROXY header
};

/// A limit, and what it says of one more session.
struct ExplainedLimit {
  enum class Says : std::uint8_t {
    pass,
    wait,    ///< the client waits until there is a place
    refuse,  ///< the client is closed
    tried,   ///< it would not pass, but the limit is tried only
  };
  std::string path{};                   ///< of its key: "listeners.web.limits.rate"
  std::optional<std::uint64_t> used{};  ///< none: nobody counts it
  std::uint64_t most = 0;
  Says says = Says::pass;
  CloseReason reason{};  ///< if it refuses
};

struct ExplainedRoute {
  std::size_t index = 0;
  Mismatch mismatch = Mismatch::none;  ///< none: it is chosen
};

/// What becomes of the client.
struct ExplainedEnd {
  enum class Kind : std::uint8_t { served, waits, refused };
  enum class By : std::uint8_t { nobody, pause, limit, header, access, route, upstream };
  Kind kind = Kind::served;
  By by = By::nobody;
  std::optional<CloseReason> reason{};  ///< of a session that is refused
};

/// What would become of a client that came now. Each decision is the one that sessions are subject to, at one
/// moment.
struct Explanation {
  std::shared_ptr<const ListenerConfig> listener{};
  SocketAddress came_to{};
  PeerRole role{};
  std::vector<ExplainedLimit> limits{};  ///< in the order in which they are asked
  AccessRule access{};
  std::vector<Greeting::Step> greeting{};            ///< what is waited for, in this order
  bool hears_hello = false;                          ///< or it is taken for a client that does not speak TLS
  std::vector<ExplainedRoute> routes{};              ///< up to the one that is chosen
  std::shared_ptr<const UpstreamConfig> upstream{};  ///< null: none is chosen
  ExplainedChoice choice{};                          ///< if one is
  ExplainedEnd end{};
};

/// Why a question has no answer.
struct ExplainFailure {
  bool is_unknown = false;  ///< the listener: there is none of this name
  std::string sentence{};   ///< with the remedy
};
using ExplainResult = boost::system::result<Explanation, ExplainFailure>;

}  // namespace duplexd
