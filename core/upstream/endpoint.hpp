#pragma once

#include "core/health/check_result.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/metrics/counter.hpp"
#include "core/metrics/totals.hpp"
#include "core/net/address/address.hpp"
#include "core/tls/kept_session.hpp"
#include "core/upstream/standing.hpp"
#include "core/upstream/trust.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace duplexd {

/// One address to dial. It is the same for all workers, pools and snapshots that have it. Made and destroyed
/// on the control thread by its EndpointAccount, which destroys it only when no pool and no session has it.
/// What changes may be read on any thread.
class Endpoint {
 public:
  /// `endpoint_name` and `of_name` outlive it. No other endpoint of the process has had the `number`.
  Endpoint(std::string_view endpoint_name, const NameStanding& of_name, const SocketAddress& at,
           std::uint64_t number) noexcept
      : name(endpoint_name), address(at), peer(at), serial(number), of_name_(of_name) {}
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const std::string_view name;  ///< as configured: what logs and metrics call it
  /// Its own, or that of a proxy that leads to it. Port 0: see has_clients_port(); AF_UNSPEC: see
  /// is_original_destination().
  const SocketAddress address;
  const PeerAddress peer;
  const std::uint64_t serial;

  /// It is where the client wanted to go, another address for each: what one session finds out there says
  /// nothing about others, and trust() is not asked.
  bool is_original_destination() const noexcept { return address.size() == 0; }
  bool is_tcp() const noexcept { return !address.is_unix(); }
  /// Its port is that which the client came to.
  bool has_clients_port() const noexcept { return peer.is_ip() && peer.port() == 0; }
  SocketAddress with_port(std::uint16_t port) const noexcept {
    SocketAddress at = address;
    at.set_port(port);
    return at;
  }

  /// The configuration has it no more. An address that its name no longer resolves to is not removed.
  bool removed() const noexcept { return of_name_.removed.load(std::memory_order_relaxed); }

  /// Why it takes no new sessions, what the sessions say apart.
  Standing standing() const noexcept;
  /// The same with what the sessions say.
  Standing standing_in_all() const noexcept;
  SeenStanding& seen() const noexcept { return seen_; }

  /// Its checks say so; written by the control thread. An endpoint without checks is up. `since` counts for
  /// slow start; 0: it has been up from the beginning.
  void set_up(bool up, Millis since) const noexcept {
    up_since_.store(since, std::memory_order_relaxed);
    found_down_.store(!up, std::memory_order_relaxed);
  }
  Millis up_since() const noexcept { return up_since_.load(std::memory_order_relaxed); }

  /// Of TLS with it, for all workers.
  KeptSession& kept_session() const noexcept { return kept_session_; }

  /// What sessions say.
  Trust& trust() const noexcept { return trust_; }

  // What became of attempts to connect.
  static constexpr std::size_t first_failure = static_cast<std::size_t>(CloseReason::connect_refused);
  static constexpr std::size_t failure_count =
      static_cast<std::size_t>(CloseReason::endpoint_tls_failed) + 1 - first_failure;
  void count_connection() const noexcept { connected_.fetch_add(1, std::memory_order_relaxed); }
  /// One of the connect_* reasons; others are not about an endpoint.
  void count_failure(CloseReason reason) const noexcept {
    const std::size_t index = static_cast<std::size_t>(reason) - first_failure;
    if (index < failure_count) failed_[index].fetch_add(1, std::memory_order_relaxed);
  }
  /// Of its checks. On the control thread.
  void count_check(CheckResult::Outcome outcome) const noexcept {
    checks_[static_cast<std::size_t>(outcome)].add();
  }
  /// Adds the counts to those of its name.
  void add_to(Totals::Endpoint& row) const noexcept;

  /// Its account keeps it, the next time that it forgets others. On the control thread.
  void keep() const noexcept { kept_ = true; }
  bool take_kept() const noexcept { return std::exchange(kept_, false); }

  /// How many sessions have taken it, and how many have it now.
  struct Sessions {
    std::uint64_t taken = 0;
    std::uint64_t live = 0;
  };
  Sessions sessions() const noexcept {
    // Left first: a session that leaves in between then counts as live, never as less than none. In one order
    // with WaitingLine::size(): who has joined the line sees the room, or whoever left sees it in the line.
    const std::uint64_t left = left_.load(std::memory_order_seq_cst);
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    return {taken, taken - left};
  }

 private:
  friend class EndpointHold;

  const NameStanding& of_name_;
  mutable std::atomic<bool> found_down_{false};
  mutable std::atomic<Millis> up_since_{0};
  mutable SeenStanding seen_;
  // Written by all workers, on cache lines that choosing does not write.
  alignas(64) mutable std::atomic<std::uint64_t> taken_{0};
  mutable std::atomic<std::uint64_t> left_{0};
  alignas(64) mutable Trust trust_;
  mutable std::atomic<std::uint64_t> connected_{0};
  mutable std::array<std::atomic<std::uint64_t>, failure_count> failed_{};
  mutable std::array<Counter, 3> checks_;  // by CheckResult::Outcome
  mutable bool kept_ = false;
  mutable KeptSession kept_session_;
};

/// One session's share of an endpoint, which counts it as live and lives at least as long. Move-only.
class EndpointHold {
 public:
  EndpointHold() noexcept = default;
  /// `endpoint` is in a pool at this moment. Takes it only while it has fewer than `most` sessions, of all
  /// workers together, if that is not `any`.
  explicit EndpointHold(const Endpoint& endpoint, std::uint64_t most = any) noexcept;
  EndpointHold(EndpointHold&& other) noexcept : endpoint_(std::exchange(other.endpoint_, nullptr)) {}
  EndpointHold& operator=(EndpointHold&& other) noexcept {
    std::swap(endpoint_, other.endpoint_);
    other.reset();
    return *this;
  }
  ~EndpointHold() { reset(); }

  static constexpr std::uint64_t any = 0;

  const Endpoint* get() const noexcept { return endpoint_; }  ///< null: none
  const Endpoint* operator->() const noexcept { return endpoint_; }
  explicit operator bool() const noexcept { return endpoint_ != nullptr; }

  /// The session's accesses to the endpoint happen before its destruction on the control thread.
  void reset() noexcept {
    if (endpoint_) std::exchange(endpoint_, nullptr)->left_.fetch_add(1, std::memory_order_seq_cst);
  }

 private:
  const Endpoint* endpoint_ = nullptr;
};

}  // namespace duplexd
