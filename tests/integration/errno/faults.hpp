#pragma once

#include <atomic>
#include <limits>
#include <string>

namespace duplexd::test {

/// The system calls of a worker that can be made to fail.
enum class Call {
  socket,
  bind,
  connect,
  accept4,
  epoll_add,
  epoll_mod,
  splice_to_pipe,
  splice_from_pipe,
  send,
  recv,
  peek,  ///< recv(2) that takes nothing
  shutdown,
  setsockopt,
};
std::string to_word(Call call);

/// Whose socket a call is made for.
enum class On { any, listener, client, endpoint };
std::string to_word(On on);

inline constexpr unsigned for_ever = std::numeric_limits<unsigned>::max();

/// Calls that fail: those of a kind, from the `first` one that is made, so many `times`.
struct Fault {
  Call call{};
  On on = On::any;
  int error = 0;  ///< errno
  unsigned first = 1;
  unsigned times = 1;
};

/// Makes calls of the workers' threads fail for as long as it lives. Those of other threads never fail. Any
/// number may live at once; the oldest that fits decides.
class Injection {
 public:
  explicit Injection(const Fault& fault);
  ~Injection();
  Injection(const Injection&) = delete;
  Injection& operator=(const Injection&) = delete;

  unsigned calls() const noexcept { return calls_; }  ///< of that kind since it began
  unsigned failed() const noexcept { return failed_; }

  /// errno for a call that is about to be made; 0: it is made. For the interposed calls.
  int judge(Call call, On on) noexcept;

 private:
  const Fault fault_;
  std::atomic<unsigned> calls_{0};
  std::atomic<unsigned> failed_{0};
};

/// Holds the first such call that a worker makes for as long as it lives. One at a time.
class Hold {
 public:
  Hold(Call call, On on);
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  bool met() const noexcept { return met_; }

 private:
  friend int injected_error(Call call, int socket) noexcept;

  const Call call_;
  const On on_;
  std::atomic<bool> met_ = false;
};

// For the interposed calls, on any thread.

/// errno for a call that is about to be made; 0: it is made.
int injected_error(Call call, int socket) noexcept;
/// A worker has got a new socket for `on`.
void remember(int socket, On on) noexcept;

}  // namespace duplexd::test
