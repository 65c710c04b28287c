#pragma once

#include "core/server.hpp"
#include "daemon/control/control_plane.hpp"
#include "daemon/control/state_file.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// What duplexctl endpoint tells the server, and how that is kept over a restart, with what catalogs say. On
/// the control thread.
class EndpointControl {
 public:
  using OnProblem = std::function<void(std::string_view)>;

  /// `server` and `catalogs` outlive this. `state_file` is its path; "": there is none. `on_problem` hears
  /// why it could not be read or written.
  EndpointControl(Server& server, const CatalogService& catalogs, std::string state_file,
                  OnProblem on_problem)
      : server_(server),
        catalogs_(catalogs),
        file_(std::move(state_file)),
        on_problem_(std::move(on_problem)) {}

  /// The server does what was kept. Before Server::start().
  void restore();
  /// Keeps what catalogs say now.
  void keep();

  /// They refer to this, and so do orders().
  std::vector<ControlCommand> commands();
  /// Those commands that change what the next process is told.
  std::vector<ControlCommand> orders();

 private:
  ControlResponse list(const ControlRequest& request) const;
  ControlResponse say(const ControlRequest& request, OperatorWord word);
  ControlResponse weigh(const ControlRequest& request);
  ControlResponse check(const ControlRequest& request);
  ControlResponse obey(const Orders::Name& endpoint, const Order& order);

  Server& server_;
  const CatalogService& catalogs_;
  const StateFile file_;
  const OnProblem on_problem_;
};

}  // namespace duplexd
