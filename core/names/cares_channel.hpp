#pragma once

#include "core/names/cares_watch.hpp"
#include "core/names/name_source.hpp"

#include <boost/asio/io_context.hpp>

#include <ares.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace duplexd {

/// A channel of c-ares: it asks the name servers of resolv.conf as that was when the channel was made, and
/// reads /etc/hosts before. Asio watches its sockets. Used by one thread, and not destroyed within an answer.
class CaresChannel {
 public:
  using Number = NameSource::Number;
  /// `status` is of c-ares; `found` is null if there is nothing. Does not throw.
  using OnFound = std::function<void(Number question, int status, const ares_addrinfo* found)>;

  /// `io` and `resolv_conf` outlive it. Throws std::bad_alloc; after other errors there is no channel.
  CaresChannel(boost::asio::io_context& io, const std::string& resolv_conf, OnFound on_found);
  ~CaresChannel();  ///< open questions end without an answer
  CaresChannel(const CaresChannel&) = delete;
  CaresChannel& operator=(const CaresChannel&) = delete;

  /// `on_found` is called within the call or later. May throw std::bad_alloc, and then it is not called.
  void ask(const std::string& host, Number question);
  /// The answer will not be passed on. False if no such question is open.
  bool forget(Number question) noexcept;
  /// Questions are repeated and given up. To be called every so often while any is open.
  void pass_time() noexcept;

  std::size_t asked() const noexcept { return asked_; }  ///< since it was made
  std::size_t open() const noexcept { return open_.size(); }
  std::size_t wanted() const noexcept { return wanted_; }  ///< of the open ones

 private:
  struct Question {
    Question(CaresChannel& of, Number called) noexcept : channel(of), number(called) {}
    CaresChannel& channel;
    const Number number;
    bool is_wanted = true;
  };

  static void on_sockets_changed(void* channel, int socket, int read, int write) noexcept;
  static void on_answer(void* question, int status, int timeouts, ares_addrinfo* found) noexcept;
  void watch(int socket, bool read, bool write);
  void unwatch(int socket) noexcept;

  boost::asio::io_context& io_;
  const OnFound on_found_;
  std::unordered_map<int, std::shared_ptr<CaresWatch>> watches_;  // by socket
  std::unordered_map<Number, Question> open_;
  std::size_t wanted_ = 0;
  std::size_t asked_ = 0;
  ares_channel channel_ = nullptr;
  int status_ = ARES_SUCCESS;  // of making the channel
};

}  // namespace duplexd
