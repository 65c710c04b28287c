#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/conversation/conversation.hpp"
#include "core/names/file_version.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// The certificates that conversations of one configuration trust and show.
class TlsContext {
 public:
  explicit TlsContext(TlsConfig config) : config_(std::move(config)) {}

  /// Reads the files again when one has changed. Throws a ConversationEnd if they cannot be used.
  boost::asio::ssl::context& current();
  const TlsConfig& config() const noexcept { return config_; }

 private:
  using Versions = std::array<FileVersion, 3>;

  Versions versions_now() const;
  void renew();
  void trust();
  void show();

  const TlsConfig config_;
  Versions versions_;
  std::optional<boost::asio::ssl::context> context_;
  std::string problem_;
};

/// TLS over the socket of a conversation, which outlives it.
class TlsConversation {
 public:
  using Error = boost::system::error_code;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  TlsConversation(Conversation::Socket& socket, TlsContext& context, const std::string& host);

  /// Returns why there is no TLS, "" if there is.
  Awaitable<std::pair<Error, std::string>> handshake();
  std::string version() { return SSL_get_version(stream_.native_handle()); }
  Awaitable<Error> write(std::string_view bytes);
  Awaitable<std::pair<Error, std::size_t>> read_some(boost::asio::mutable_buffer into);

 private:
  void expect(const std::string& name);
  std::string words_of(const Error& error);

  boost::asio::ssl::stream<Conversation::Socket&> stream_;
};

}  // namespace duplexd
