#include "daemon/probe/probe_process.hpp"

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/admin/admin_gate.hpp"
#include "daemon/probe/dial_probe.hpp"
#include "daemon/probe/judgements.hpp"
#include "daemon/probe/probe_bind.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

namespace duplexd {
namespace {

using Result = ProbeVerdict::Result;

constexpr Duration patience_with_log_server{5'000};

int try_append(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  return file ? 0 : errno;
}

/// A file that is not there is made.
ProbeVerdict probe_log_file(std::string item, const std::string& path) {
  const int error = try_append(path);
  return error == ENOENT ? judge_folder(std::move(item), try_write_folder(path))
                         : judge_file(std::move(item), error);
}

ProbeVerdict probe_log_socket(std::string item, const SocketAddress& server) {
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const bool is_there = socket && ::connect(socket.get(), server.data(), server.size()) == 0;
  return judge_log_server(std::move(item), is_there ? 0 : errno);
}

ProbeVerdict dial_log_server(std::string item, const SocketAddress& server) {
  boost::asio::io_context io;
  DialProbe dial(io);
  ConversationTarget target;
  target.address = server.with_todays_interface();
  const DialProbe::Job& job = dial.add(std::move(target), dialling(patience_with_log_server));
  dial.run();
  return judge_log_server(std::move(item), job.result);
}

ProbeVerdict probe_output(const LogTarget& to) {
  std::string item = "log " + to_text(to);
  switch (to.kind) {
    case LogTarget::Kind::file:
      return probe_log_file(std::move(item), to.path);
    case LogTarget::Kind::datagrams:
      return probe_log_socket(std::move(item), to.address);
    case LogTarget::Kind::tcp:
      return dial_log_server(std::move(item), to.address);
    case LogTarget::Kind::udp:
    case LogTarget::Kind::standard_error:
      break;
  }
  return {Result::ok, std::move(item), "is not tried: nothing would tell whether lines arrive"};
}

void add_admin(std::vector<ProbeVerdict>& all, const AdminConfig& admin, std::chrono::sys_seconds now) {
  for (const BindAddress& bind : admin.bind) all.push_back(probe_bind("admin " + bind.to_string(), bind, {}));
  const auto gate = AdminGate::make(admin);
  if (!gate) return;  // the check has said so
  for (const CertificateReport& each : gate->certificates())
    all.push_back(judge_certificate({.item = "certificate of admin " + each.file,
                                     .names = each.names,
                                     .days_left = each.days_left(now)}));
}

void add_control(std::vector<ProbeVerdict>& all, const ControlConfig& control) {
  if (control.socket == ControlConfig::Socket::path)
    if (const auto address = SocketAddress::parse("unix:" + control.path))
      all.push_back(probe_unix("control socket " + control.path, *address));
  if (!control.state_file.empty())
    all.push_back(judge_folder("state file " + control.state_file, try_write_folder(control.state_file)));
}

}  // namespace

std::vector<ProbeVerdict> probe_process(const Config& config, std::chrono::sys_seconds now) {
  std::vector<ProbeVerdict> all;
  add_admin(all, config.admin, now);
  add_control(all, config.control);
  for (const LogOutputConfig& output : config.log.outputs) all.push_back(probe_output(output.to));
  return all;
}

}  // namespace duplexd
