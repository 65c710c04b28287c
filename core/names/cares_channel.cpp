#include "core/names/cares_channel.hpp"

#include <arpa/nameser.h>

#include <new>
#include <string_view>

namespace duplexd {
namespace {

// With one name server a question ends after 7 s, with three after 21 s: within NameTable::patience.
constexpr int first_timeout_ms = 1'000;  // doubled whenever all name servers have had it
constexpr int tries = 3;                 // of each name server

}  // namespace

CaresChannel::CaresChannel(boost::asio::io_context& io, const Servers& servers, OnFound on_found)
    : io_(io), on_found_(std::move(on_found)) {
  std::string file = servers.resolv_conf;
  std::string hosts_then_dns = "fb";
  ares_options options{};
  options.timeout = first_timeout_ms;
  options.tries = tries;
  options.lookups = hosts_then_dns.data();
  options.resolvconf_path = file.data();
  options.sock_state_cb = &CaresChannel::on_sockets_changed;
  options.sock_state_cb_data = this;
  status_ = ::ares_init_options(
      &channel_, &options,
      ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB);
  if (status_ == ARES_SUCCESS && !servers.instead.empty())
    status_ = ::ares_set_servers_ports_csv(channel_, servers.instead.c_str());
  if (status_ == ARES_SUCCESS) return;
  if (channel_) ::ares_destroy(channel_);
  if (status_ == ARES_ENOMEM) throw std::bad_alloc();
}

CaresChannel::~CaresChannel() {
  if (status_ == ARES_SUCCESS) ::ares_destroy(channel_);
}

void CaresChannel::ask_host(const std::string& host, Number number) {
  Question* const question = open(number);
  if (!question) return;
  ares_addrinfo_hints both_families{};
  both_families.ai_family = AF_UNSPEC;
  both_families.ai_flags = ARES_AI_NOSORT;  // sorting connects a socket to each address
  asking_ = true;
  ::ares_getaddrinfo(channel_, host.c_str(), nullptr, &both_families, &CaresChannel::on_addresses, question);
  asking_ = false;
}

void CaresChannel::ask_service(const std::string& name, Number number) {
  Question* const question = open(number);
  if (!question) return;
  ::ares_search(channel_, name.c_str(), ns_c_in, ns_t_srv, &CaresChannel::on_message, question);
}

/// Null: there is no channel, and it is answered already.
CaresChannel::Question* CaresChannel::open(Number number) {
  if (status_ != ARES_SUCCESS) {
    on_found_(number, {.status = status_, .addresses = nullptr, .message = {}});
    return nullptr;
  }
  Question& question = open_.try_emplace(number, *this, number).first->second;
  ++asked_;
  ++wanted_;
  return &question;
}

bool CaresChannel::forget(Number number) noexcept {
  const auto question = open_.find(number);
  if (question == open_.end()) return false;
  if (std::exchange(question->second.is_wanted, false)) --wanted_;
  return true;
}

void CaresChannel::pass_time() noexcept {
  if (open() > 0) ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

// Only the hosts file answers within the call.
void CaresChannel::on_addresses(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) noexcept {
  const auto& question = *static_cast<Question*>(argument);
  on_answer(question, {status, found, {}, question.channel.asking_});
  if (found) ::ares_freeaddrinfo(found);
}

void CaresChannel::on_message(void* argument, int status, int /*timeouts*/, unsigned char* message,
                              int size) noexcept {
  const auto bytes = message && size > 0 ? static_cast<std::size_t>(size) : 0;
  on_answer(*static_cast<Question*>(argument), {status, nullptr, {message, bytes}});
}

void CaresChannel::on_answer(const Question& question, const CaresAnswer& answer) noexcept {
  CaresChannel& channel = question.channel;
  const Number number = question.number;
  const bool is_wanted = question.is_wanted && answer.status != ARES_EDESTRUCTION;
  if (question.is_wanted) --channel.wanted_;
  channel.open_.erase(number);
  if (is_wanted) channel.on_found_(number, answer);
}

// A socket that cannot be watched for want of memory stays silent until its questions have timed out.
void CaresChannel::on_sockets_changed(void* argument, int socket, int read, int write) noexcept {
  auto& channel = *static_cast<CaresChannel*>(argument);
  try {
    channel.watch(socket, read != 0, write != 0);
  } catch (const std::bad_alloc&) {
    channel.unwatch(socket);
  }
}

void CaresChannel::watch(int socket, bool read, bool write) {
  if (!read && !write) return unwatch(socket);
  auto& watch = watches_[socket];
  if (!watch) watch = std::make_shared<CaresWatch>(io_, channel_, socket);
  watch->want(read, write);
}

void CaresChannel::unwatch(int socket) noexcept {
  const auto watch = watches_.find(socket);
  if (watch == watches_.end()) return;
  if (watch->second) watch->second->stop();
  watches_.erase(watch);
}

}  // namespace duplexd
