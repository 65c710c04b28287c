#pragma once

#include <openssl/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

/// The keys that tickets of TLS sessions are sealed with (RFC 5077, RFC 8446), for all workers and snapshots.
/// A ticket is accepted as long as its key is kept: for two changes, which is at least as long as it lives.
///
/// Workers use them at any time without a lock; the control thread changes them.
class TicketKeys {
 public:
  using Time = std::chrono::sys_seconds;

  static constexpr std::chrono::seconds period{3'600};           ///< from one change to the next
  static constexpr std::chrono::seconds ticket_life{2 * 3'600};  ///< for SSL_CTX_set_timeout()

  /// Null: OpenSSL has no random bytes.
  static std::shared_ptr<TicketKeys> make(Time now);
  /// Those of a process before. Null: `state` is none of its states, or its keys are out of date.
  static std::shared_ptr<TicketKeys> restored(std::string_view state, Time now);
  /// Goes on with those, unless they are of no use. Nobody uses these keys meanwhile.
  void take_over(std::string_view state, Time now);
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// Makes a new key when the last one has been used for a period. To be called often enough.
  void change_if_due(Time now);

  /// The keys as bytes, for the next process. They are secret: who has them reads recorded sessions.
  std::string state() const;

  /// Lets the tickets of a context have these keys. They outlive its handshakes.
  void use_in(SSL_CTX& context);

 private:
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> mac;
  };
  static constexpr std::size_t kept = 3;   // keys that tickets are accepted with
  static constexpr std::size_t slots = 4;  // one more: nobody reads the one that is written

  TicketKeys() = default;
  static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* start, EVP_CIPHER_CTX* cipher,
                       EVP_MAC_CTX* mac, int sealing);
  const Key* find(std::span<const unsigned char, 16> name) const noexcept;
  const Key& newest(std::size_t age = 0) const noexcept;
  void change(Time now);

  std::array<Key, slots> keys_{};
  std::atomic<std::size_t> changes_ = 0;  // the newest key is at this place, modulo the slots
  std::size_t oldest_ = 0;                // of those that there have been
  Time changed_{};
};

}  // namespace duplexd
