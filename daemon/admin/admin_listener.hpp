#pragma once

#include "core/config/admin/admin_config.hpp"
#include "core/control/control_server.hpp"
#include "core/reload/sockets/listening.hpp"
#include "daemon/admin/admin_answers.hpp"
#include "daemon/admin/admin_gate.hpp"
#include "daemon/handover/preparation.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// The sockets where programs read over HTTP what the process does. A change of its configuration is a
/// transaction: what prepare() has opened counts from commit() on. On the control thread.
class AdminListener {
 public:
  AdminListener(boost::asio::io_context& control, AdminAnswers answers);
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

  /// Opens the addresses of `config` that are not open, or takes them from `passed`, and reads files. Nothing
  /// else changes, and what was prepared before is dropped.
  StartResult<void> prepare(const AdminConfig& config, InheritedSockets passed = {});
  /// Serves as was prepared last, if anything was, and returns the addresses that are new. Closes the clients
  /// of those that are no more.
  std::vector<std::string> commit();
  void drop_prepared() noexcept { prepared_.reset(); }

  /// Whether prepare() would read something else of the same configuration now.
  bool files_changed() const { return !open_.empty() && gate_.files_changed(); }

  /// By the names that prepare() takes them by.
  std::vector<NamedSocket> sockets() const;
  std::vector<std::string> addresses() const;  ///< with the ports that the kernel chose
  ControlStats stats() const noexcept;         ///< of all addresses
  std::vector<CertificateReport> certificates() const { return gate_.certificates(); }

  /// Another process has the sockets. Clients end as soon as they have their answers.
  void leave() noexcept;
  bool has_left() const noexcept { return left_; }

 private:
  struct Open {
    int socket;  // belongs to the server
    std::string address;
    std::unique_ptr<ControlServer> server;
  };
  struct Prepared {
    AdminGate gate;
    std::vector<std::string> names;                // of all addresses
    std::map<std::string, FileDescriptor> opened;  // of new ones
  };

  void serve(const std::string& name, FileDescriptor listening, std::vector<std::string>& added) noexcept;
  void answer(const ControlRequest& request, const ControlServer::Respond& respond) const;

  boost::asio::io_context& control_;
  const AdminAnswers answers_;
  AdminGate gate_;
  std::optional<Prepared> prepared_;
  std::map<std::string, Open> open_;  // by name
  bool left_ = false;                 // what is open belongs to another process
};

}  // namespace duplexd
