#pragma once

#include "core/tls/endpoint_tls.hpp"
#include "core/tls/listener_tls.hpp"
#include "tests/support/tls/certificate.hpp"
#include "tests/unit/net/sockets.hpp"
#include "tests/unit/net/tls/tls_pair.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace duplexd::tls_test {

using net_test::receive_all;
using net_test::send_all;
using test::Certificate;

inline std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// An authority, files that it signed, and configurations of both sides that fit together.
struct TlsWorld {
  TlsWorld() {
    listener.enabled = endpoint.enabled = true;
    listener.certificates = {file("db.pem", issue("db.example"))};
    endpoint.peer.ca_file = write("ca.pem", authority.certificate);
  }

  Certificate issue(const std::string& name, bool rsa = false) const {
    return test::issue({.names = {name}, .issuer = &authority, .rsa = rsa});
  }
  std::string write(std::string_view name, const std::string& text) const {
    std::ofstream(directory.file(name), std::ios::binary) << text;
    return directory.file(name);
  }
  /// Certificate and key in one file.
  CertificateConfig file(std::string_view name, const Certificate& certificate) const {
    return {write(name, certificate.certificate + certificate.key), "", ""};
  }

  std::shared_ptr<const ListenerTls> make_listener() {
    auto made = ListenerTls::make(listener, "web", tickets, now());
    problems = std::move(made.problems);
    return made.tls;
  }
  std::shared_ptr<const EndpointTls> make_endpoint() {
    auto made = EndpointTls::make(endpoint, now());
    problems = std::move(made.problems);
    return made.tls;
  }
  /// "KEY: WHAT", with DIR for the directory of the files.
  std::string problem() const {
    std::string text;
    for (const auto& each : problems) text += (text.empty() ? "" : "\n") + each.key + ": " + each.what;
    for (auto at = text.find(path()); at != text.npos; at = text.find(path()))
      text.replace(at, path().size(), "DIR");
    return text;
  }
  std::string path() const { return directory.path().string(); }

  net_test::TemporaryDirectory directory;
  const Certificate authority = test::issue({.names = {"Authority"}, .authority = true});
  ListenerTlsConfig listener;
  EndpointTlsConfig endpoint;
  std::shared_ptr<TicketKeys> tickets = TicketKeys::make(now());
  TlsProblems problems;
};

/// A handshake of both sides, and "hello" for the client, which takes its tickets with it.
struct Meeting {
  using Prepare = std::function<void(SSL& client, SSL& peer)>;

  Meeting(const ListenerTls& listener, const EndpointTls& endpoint, KeptSession& kept,
          const std::string& host = "db.example", const Prepare& prepare = {});

  net_test::Pair sockets;  // "ours" connects
  std::unique_ptr<TlsStream> client, peer;
  bool met = false;
};

/// A listener and those that connect to it, whose sessions are kept.
struct ListenerTlsWorld : TlsWorld {
  Meeting meet(const std::string& host = "db.example", const Meeting::Prepare& prepare = {}) {
    kept_alive = make_listener();
    if (!kept_alive) throw std::runtime_error(problem());
    const auto theirs = make_endpoint();
    if (!theirs) throw std::runtime_error(problem());
    return Meeting(*kept_alive, *theirs, kept, host, prepare);
  }

  KeptSession kept;
  std::shared_ptr<const ListenerTls> kept_alive;
};

}  // namespace duplexd::tls_test
