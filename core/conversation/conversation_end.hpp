#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// Ends a conversation that comes to nothing. Only coroutines of conversations throw it.
class ConversationEnd : public std::exception {
 public:
  enum class Fault : std::uint8_t {
    peer,
    host,  ///< this one lacks something, such as a descriptor: it says nothing of the peer
  };
  ConversationEnd(Fault fault, std::string words) noexcept : fault_(fault), words_(std::move(words)) {}

  Fault fault() const noexcept { return fault_; }
  const char* what() const noexcept override { return words_.c_str(); }

 private:
  Fault fault_;
  std::string words_;
};

/// The peer does not serve: "refused".
[[noreturn]] void fail(std::string words);
/// It answered something else: "connected, but answered 503".
[[noreturn]] void fail_but_connected(std::string_view words);
/// This host could not ask: "no descriptor is free".
[[noreturn]] void fail_here(std::string_view why);
/// Why a connection was not made, by the errno of a socket, for either reason.
[[noreturn]] void fail_to_connect(int error);
/// Why a connection ended early, by the errno of a socket.
[[noreturn]] void fail_to_talk(int error);

}  // namespace duplexd
