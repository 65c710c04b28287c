#include "tests/unit/tls/tls_world.hpp"

#include <fcntl.h>

namespace duplexd::tls_test {
namespace {

using Progress = TlsStream::Progress;

/// Until both are done. A side that fails lets the other one know.
bool meet(TlsStream& client, TlsStream& peer) {
  Progress of_client{}, of_peer{};
  for (int i = 0; i < 100; ++i) {
    of_client = client.handshake();
    of_peer = peer.handshake();
    if (of_client == Progress::failed || of_peer == Progress::failed) break;
    if (of_client == Progress::done && of_peer == Progress::done) return true;
  }
  (void)client.handshake();
  return false;
}

}  // namespace

Meeting::Meeting(const ListenerTls& listener, const EndpointTls& endpoint, KeptSession& kept,
                 const std::string& host, const Prepare& prepare)
    : sockets(net_test::connected_pair("127.0.0.1:0")),
      client(endpoint.connect(sockets.ours.get(), host, kept)),
      peer(listener.accept(sockets.peer.get())) {
  ::fcntl(sockets.ours.get(), F_SETFL, O_NONBLOCK);
  if (prepare) prepare(client->native(), peer->native());
  met = meet(*client, *peer);
  if (!met) return;
  // In TLS 1.3 a client is done before its certificate is looked at.
  met = send_all(*peer, sockets.peer.get(), "hello") == 0 &&
        receive_all(*client, sockets.ours.get(), 5).text == "hello";
}

}  // namespace duplexd::tls_test
