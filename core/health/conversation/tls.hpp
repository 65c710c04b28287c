#pragma once

#include "core/config/check_config.hpp"
#include "core/health/conversation/conversation.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// The certificates that checks of one configuration trust; read once.
class TlsContext {
 public:
  /// A problem of the file is told by each check, as one that was not made.
  explicit TlsContext(const TlsCheck& config);

  /// Throws a CheckEnd if there is no usable context.
  boost::asio::ssl::context& get() const;
  const TlsCheck& config() const noexcept { return config_; }

 private:
  void trust();

  const TlsCheck config_;
  mutable boost::asio::ssl::context context_;
  std::string problem_;
};

/// TLS over the socket of a conversation, which outlives it.
class TlsStream {
 public:
  using Error = boost::system::error_code;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  TlsStream(Conversation::Socket& socket, const TlsContext& context, const std::string& host);

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
