#include "tests/integration/errno/faults.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <vector>

namespace duplexd::test {

namespace {

std::mutex mutex;
std::vector<Injection*> injections;
Hold* hold = nullptr;
std::condition_variable hold_is_over;

// Whose the sockets of workers are, by number. Every new one overwrites what its number was before.
std::array<std::atomic<On>, 4'096> owners;

// Workers name themselves before they do anything else.
bool on_worker() noexcept {
  thread_local const bool worker = [] {
    std::array<char, 16> name{};
    (void)::pthread_getname_np(::pthread_self(), name.data(), name.size());
    return std::string_view(name.data()).starts_with("worker-");
  }();
  return worker;
}

On owner_of(int socket) noexcept {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) return On::any;
  if (listens != 0) return On::listener;
  return static_cast<std::size_t>(socket) < owners.size() ? owners[static_cast<std::size_t>(socket)].load()
                                                          : On::any;
}

}  // namespace

std::string to_word(Call call) {
  constexpr std::array words{"Socket",   "Bind",         "Connect",        "Accept", "EpollAdd",
                             "EpollMod", "SpliceToPipe", "SpliceFromPipe", "Send",   "Recv",
                             "Peek",     "Shutdown",     "Setsockopt"};
  return words.at(static_cast<std::size_t>(call));
}

std::string to_word(On on) {
  constexpr std::array words{"", "OfListener", "OfClient", "OfEndpoint"};
  return words.at(static_cast<std::size_t>(on));
}

Injection::Injection(const Fault& fault) : fault_(fault) {
  const std::lock_guard lock(mutex);
  injections.push_back(this);
}

Injection::~Injection() {
  const std::lock_guard lock(mutex);
  std::erase(injections, this);
}

int Injection::judge(Call call, On on) noexcept {
  if (call != fault_.call || (fault_.on != On::any && fault_.on != on)) return 0;
  const unsigned number = ++calls_;
  if (number < fault_.first || number - fault_.first >= fault_.times) return 0;
  ++failed_;
  return fault_.error;
}

Hold::Hold(Call call, On on) : call_(call), on_(on) {
  const std::lock_guard lock(mutex);
  hold = this;
}

Hold::~Hold() {
  const std::lock_guard lock(mutex);
  hold = nullptr;
  hold_is_over.notify_all();
}

int injected_error(Call call, int socket) noexcept {
  if (!on_worker()) return 0;
  std::unique_lock lock(mutex);
  if (hold && hold->call_ == call && hold->on_ == owner_of(socket) && !hold->met_.exchange(true))
    hold_is_over.wait(lock, [] { return !hold; });
  for (Injection* const injection : injections) {
    if (const int error = injection->judge(call, owner_of(socket))) return error;
  }
  return 0;
}

void remember(int socket, On on) noexcept {
  if (!on_worker() || socket < 0) return;
  assert(static_cast<std::size_t>(socket) < owners.size());
  owners[static_cast<std::size_t>(socket)] = on;
}

}  // namespace duplexd::test
