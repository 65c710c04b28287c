#include "core/names/dns/cares_channel.hpp"

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
  std::string hosts_file_only = "f";  // the name servers are asked for each family by itself
  ares_options options{};
  options.timeout = first_timeout_ms;
  options.tries = tries;
  options.lookups = hosts_file_only.data();
  options.resolvconf_path = file.data();
  options.sock_state_cb = &CaresChannel::on_sockets_changed;
  options.sock_state_cb_data = this;
  status_ = ::ares_init_options(
      &channel_, &options,
      ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB);
  if (status_ == ARES_SUCCESS && !servers.instead.empty())
    status_ = ::ares_set_servers_ports_csv(channel_, servers.instead.c_str());
  if (status_ == ARES_SUCCESS) status_ = read_search_list();
  if (status_ == ARES_SUCCESS) return;
  if (channel_) ::ares_destroy(channel_);
  if (status_ == ARES_ENOMEM) throw std::bad_alloc();
}

int CaresChannel::read_search_list() noexcept try {
  search_list_ = search_list_of(channel_);
  return ARES_SUCCESS;
} catch (const std::bad_alloc&) {
  return ARES_ENOMEM;
}

CaresChannel::~CaresChannel() {
  if (status_ == ARES_SUCCESS) ::ares_destroy(channel_);
}

// The hosts file answers within the call.
void CaresChannel::ask_host(const std::string& host, Number number) {
  std::vector<std::string> names = names_to_ask(host, search_list_);
  Question* const question = open(number);
  if (!question) return;
  question->names = std::move(names);
  ares_addrinfo_hints both_families{};
  both_families.ai_family = AF_UNSPEC;
  both_families.ai_flags = ARES_AI_NOSORT;  // sorting connects a socket to each address
  ::ares_getaddrinfo(channel_, host.c_str(), nullptr, &both_families, &CaresChannel::on_hosts_file, question);
}

void CaresChannel::ask_service(const std::string& name, Number number) {
  Question* const question = open(number);
  if (!question) return;
  ::ares_search(channel_, name.c_str(), ns_c_in, ns_t_srv, &CaresChannel::on_message, question);
}

/// Null: there is no channel, and it is answered already.
CaresChannel::Question* CaresChannel::open(Number number) {
  if (status_ != ARES_SUCCESS) {
    on_found_(number, {.status = status_});
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

void CaresChannel::on_hosts_file(void* argument, int status, int /*timeouts*/,
                                 ares_addrinfo* found) noexcept {
  auto& question = *static_cast<Question*>(argument);
  if (status == ARES_SUCCESS)
    on_answer(question, {.of_hosts_file = found});
  else if (question.names.empty())
    on_answer(question, {.status = ARES_ENOTFOUND});
  else
    ask_next_name(question);
  if (found) ::ares_freeaddrinfo(found);
}

// Either may be answered within the call: the question is over, or is about another name, after the second.
void CaresChannel::ask_next_name(Question& question) noexcept {
  const ares_channel channel = question.channel.channel_;
  const char* const name = question.names[question.next++].c_str();
  question.open_families = 2;
  ::ares_query(channel, name, ns_c_in, ns_t_a, &CaresChannel::on_family, &question.ipv4);
  ::ares_query(channel, name, ns_c_in, ns_t_aaaa, &CaresChannel::on_family, &question.ipv6);
}

void CaresChannel::on_family(void* argument, int status, int /*timeouts*/, unsigned char* message,
                             int size) noexcept {
  const auto& asked = *static_cast<FamilyQuestion*>(argument);
  try {
    const std::span bytes(message, message && size > 0 ? static_cast<std::size_t>(size) : 0);
    FamilyAnswer answer = family_answer(status, bytes, asked.family);
    const bool was_there = asked.answer.status == ARES_ENODATA && answer.status == ARES_ENOTFOUND;
    if (!was_there) asked.answer = std::move(answer);
  } catch (const std::bad_alloc&) {
    asked.answer = {.status = ARES_ENOMEM};
  }
  if (--asked.whole.open_families == 0) on_name(asked.whole, status);
}

// A channel that is being destroyed asks nothing more.
void CaresChannel::on_name(Question& question, int status) noexcept {
  const bool is_last = question.next == question.names.size() || !question.is_wanted;
  if (!is_last && status != ARES_EDESTRUCTION && question.found.say_nothing()) return ask_next_name(question);
  FamilyAnswers found = std::move(question.found);  // outlives the question
  on_answer(question, {.status = status, .of_servers = &found});
}

void CaresChannel::on_message(void* argument, int status, int /*timeouts*/, unsigned char* message,
                              int size) noexcept {
  const auto bytes = message && size > 0 ? static_cast<std::size_t>(size) : 0;
  on_answer(*static_cast<Question*>(argument), {.status = status, .message = {message, bytes}});
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
