#pragma once

#include "core/net/socket/diag/listening_table.hpp"
#include "core/reload/sockets/listening.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// What else is listened on where an address is to be opened, by this process or by others. Two addresses of
/// this process may overlap, unless they are the same; none may overlap one of another process, which
/// SO_REUSEPORT alone would allow to processes of one user.
class Neighbours {
 public:
  /// An address of this process. `listener` is the one that binds it; null: it is about to be closed. Both
  /// outlive this.
  void add(const OpenAddress& address, const ListenerConfig* listener);
  /// A socket that was passed to the process.
  void add(int socket);

  /// The listener that binds this very address already; null: none does.
  const ListenerConfig* twin(const Claim& claim) const;
  const ListenerConfig* twin(const OpenAddress& address) const;
  /// Whether this process has a socket that overlaps.
  bool has_own(const Claim& claim) const;
  /// Lets the sockets of this process that overlap stand beside another (SO_REUSEPORT).
  void allow_sharing(const Claim& claim) const;

  /// Who else has the address, for an error message: " (a process of user 1000 listens on 0.0.0.0:80)".
  /// "": nobody is known.
  std::string stranger(const Claim& claim);

 private:
  struct Own {
    Claim claim;
    const ListenerConfig* listener;
    std::vector<int> sockets;
  };

  template <class Visit>
  void for_each_overlapping(const Claim& claim, Visit visit) const;
  void look_around();

  std::multimap<std::uint16_t, Own> own_;  // by port
  std::optional<std::multimap<std::uint16_t, ListeningSocket>> others_;
};

}  // namespace duplexd
