#include "core/net/client_hello/client_hello.hpp"

#include "core/net/client_hello/handshake_bytes.hpp"

namespace duplexd {
namespace {

constexpr std::size_t version_and_random = 2 + 32;
constexpr std::size_t longest_session_id = 32;
constexpr std::size_t server_name_extension = 0;
constexpr std::size_t alpn_extension = 16;
constexpr std::size_t kind_host_name = 0;

constexpr std::string_view bad_lengths = "the lengths in its ClientHello do not add up";

}  // namespace

ClientHello::ClientHello(std::string_view server_name, std::string_view protocol) noexcept {
  for (const char c : server_name) (void)server_name_.append(to_lower_case(c));
  if (server_name_.view().ends_with('.')) server_name_.shorten(server_name_.view().size() - 1);
  if (!is_host_name(server_name_.view()) || is_ip_literal(server_name_.view())) server_name_.shorten(0);
  if (protocol.empty() || protocol.size() > 255) return;
  (void)protocols_.append(static_cast<char>(protocol.size()));
  for (const char c : protocol) (void)protocols_.append(c);
}

bool ClientHello::offers(std::string_view protocol) const noexcept {
  for (auto rest = protocols(); !rest.empty();) {
    const std::size_t size = static_cast<unsigned char>(rest.front());
    if (rest.substr(1, size) == protocol) return true;
    rest.remove_prefix(1 + size);
  }
  return false;
}

/// Its functions return the fault, or "".
class ClientHelloReader {
 public:
  explicit ClientHelloReader(ClientHello& hello) noexcept : hello_(hello) {}

  std::string_view read(HandshakeBytes message) noexcept {
    message.skip(handshake_header_bytes + version_and_random);
    const auto session_id = message.vector(1), ciphers = message.vector(2), compressions = message.vector(1);
    if (message.failed() || session_id.left() > longest_session_id) return bad_lengths;
    if (ciphers.left() == 0 || ciphers.left() % 2 != 0) return "its ClientHello has no list of ciphers";
    if (compressions.left() == 0) return "its ClientHello has no list of compressions";
    if (message.left() == 0) return {};  // a client of TLS 1.2 or before may have no extensions
    const auto extensions = message.vector(2);
    return message.failed() || message.left() != 0 ? bad_lengths : read_extensions(extensions);
  }

 private:
  std::string_view read_extensions(HandshakeBytes extensions) noexcept {
    while (extensions.left() > 0) {
      const std::size_t kind = extensions.number(2);
      const auto extension = extensions.vector(2);
      if (extensions.failed()) return bad_lengths;
      if (const auto why = read_extension(kind, extension); !why.empty()) return why;
    }
    return {};
  }

  std::string_view read_extension(std::size_t kind, HandshakeBytes extension) noexcept {
    if (kind != server_name_extension && kind != alpn_extension) return {};
    bool& is_known = kind == alpn_extension ? has_protocols_ : has_names_;
    if (is_known) return "its ClientHello has an extension twice";
    is_known = true;
    const auto list = extension.vector(2);
    if (extension.failed() || extension.left() != 0 || list.left() == 0) return bad_lengths;
    return kind == alpn_extension ? read_protocols(list) : read_names(list);
  }

  /// Names of other kinds have a length, too (RFC 6066, section 3).
  std::string_view read_names(HandshakeBytes names) noexcept {
    for (bool has_name = false; names.left() > 0;) {
      const std::size_t kind = names.number(1);
      const auto name = names.vector(2);
      if (names.failed()) return bad_lengths;
      if (kind != kind_host_name) continue;
      if (has_name) return "it asks for several names at once";
      if (!take_name(name)) return "it asks for a name that is none of a host";
      has_name = true;
    }
    return {};
  }

  bool take_name(HandshakeBytes name) noexcept {
    auto& text = hello_.server_name_;
    while (name.left() > 0)
      if (!text.append(to_lower_case(static_cast<char>(name.number(1))))) return false;
    if (text.view().ends_with('.')) text.shorten(text.view().size() - 1);
    const bool is_address = is_ip_literal(text.view());
    if (!is_address && !is_host_name(text.view())) return false;
    if (is_address) text.shorten(0);
    return true;
  }

  std::string_view read_protocols(HandshakeBytes protocols) noexcept {
    while (protocols.left() > 0) {
      const auto protocol = protocols.vector(1);
      if (protocols.failed() || protocol.left() == 0) return bad_lengths;
      if (!take_protocol(protocol)) return "it offers too many protocols";
    }
    return {};
  }

  bool take_protocol(HandshakeBytes protocol) noexcept {
    if (!hello_.protocols_.append(static_cast<char>(protocol.left()))) return false;
    while (protocol.left() > 0)
      if (!hello_.protocols_.append(static_cast<char>(protocol.number(1)))) return false;
    return true;
  }

  ClientHello& hello_;
  bool has_names_ = false;
  bool has_protocols_ = false;
};

HelloReading read_client_hello(std::span<const std::byte> seen) noexcept {
  const HelloRecords records = read_hello_records(seen);
  HelloReading reading{.state = records.state, .why = records.why, .wanted = records.wanted};
  if (records.state != HelloState::hello) return reading;
  reading.why = ClientHelloReader(reading.hello).read({seen, records.length});
  if (!reading.why.empty()) reading.state = HelloState::broken;
  return reading;
}

}  // namespace duplexd
