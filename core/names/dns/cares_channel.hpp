#pragma once

#include "core/names/dns/cares_watch.hpp"
#include "core/names/dns/family_answers.hpp"
#include "core/names/dns/search_list.hpp"
#include "core/names/name_source.hpp"

#include <boost/asio/io_context.hpp>

#include <ares.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duplexd {

/// What c-ares says to a question. Lives as long as the call that brings it.
struct CaresAnswer {
  int status = ARES_SUCCESS;                     ///< of c-ares
  const ares_addrinfo* of_hosts_file = nullptr;  ///< null: it does not have the name
  FamilyAnswers* of_servers = nullptr;           ///< about a host, to be taken; null: they were not asked
  /// Of a service: the answer as RFC 1035 has it. Empty: there is none.
  std::span<const unsigned char> message = {};
};

/// A channel of c-ares, whose sockets Asio watches. It reads /etc/hosts first. Then it asks the name servers
/// of resolv.conf as that was when the channel was made, or those that it was given. About a host it asks two
/// questions, one for each family: c-ares does not say which half of a common answer failed. Used by one
/// thread. Not destroyed within an answer.
class CaresChannel {
 public:
  using Number = NameSource::Number;
  using OnFound = std::function<void(Number question, const CaresAnswer& answer)>;  ///< does not throw
  /// Whom to ask.
  struct Servers {
    std::string resolv_conf;  ///< a file, whose search domains count in any case
    std::string instead;      ///< "10.0.0.2:53,[::1]:5353"; "": those of the file
  };

  /// `io` outlives it. Throws std::bad_alloc; after other errors there is no channel.
  CaresChannel(boost::asio::io_context& io, const Servers& servers, OnFound on_found);
  ~CaresChannel();  ///< open questions end without an answer
  CaresChannel(const CaresChannel&) = delete;
  CaresChannel& operator=(const CaresChannel&) = delete;

  // `on_found` is called within the call or later. May throw std::bad_alloc, and then it is not called.
  void ask_host(const std::string& host, Number question);
  void ask_service(const std::string& name, Number question);
  /// The answer will not be passed on. False if no such question is open.
  bool forget(Number question) noexcept;
  /// Questions are repeated and given up. To be called every so often while any is open.
  void pass_time() noexcept;

  std::size_t asked() const noexcept { return asked_; }  ///< since it was made
  std::size_t open() const noexcept { return open_.size(); }
  std::size_t wanted() const noexcept { return wanted_; }  ///< of the open ones

 private:
  struct Question;
  /// What c-ares is asked about one family of a host.
  struct FamilyQuestion {
    Question& whole;
    FamilyAnswer& answer;
    const int family;
  };
  struct Question {
    Question(CaresChannel& of, Number called) noexcept : channel(of), number(called) {}
    CaresChannel& channel;
    const Number number;
    bool is_wanted = true;
    std::vector<std::string> names{};  // of a host, in turn
    std::size_t next = 0;
    FamilyAnswers found{};
    FamilyQuestion ipv4{*this, found.ipv4, AF_INET};
    FamilyQuestion ipv6{*this, found.ipv6, AF_INET6};
    int open_families = 0;
  };

  static void on_sockets_changed(void* channel, int socket, int read, int write) noexcept;
  static void on_hosts_file(void* question, int status, int timeouts, ares_addrinfo* found) noexcept;
  static void on_family(void* question, int status, int timeouts, unsigned char* message, int size) noexcept;
  static void on_message(void* question, int status, int timeouts, unsigned char* message, int size) noexcept;
  static void on_answer(const Question& question, const CaresAnswer& answer) noexcept;
  static void ask_next_name(Question& question) noexcept;
  static void on_name(Question& question, int status) noexcept;
  int read_search_list() noexcept;
  Question* open(Number question);
  void watch(int socket, bool read, bool write);
  void unwatch(int socket) noexcept;

  boost::asio::io_context& io_;
  const OnFound on_found_;
  std::unordered_map<int, std::shared_ptr<CaresWatch>> watches_;  // by socket
  std::unordered_map<Number, Question> open_;
  std::size_t wanted_ = 0;
  std::size_t asked_ = 0;
  ares_channel channel_ = nullptr;
  SearchList search_list_;
  int status_ = ARES_SUCCESS;  // of making the channel
};

}  // namespace duplexd
