#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <systemd/sd-bus.h>

namespace duplexd {

struct BusRelease {
  void operator()(sd_bus* bus) const noexcept { sd_bus_close_unref(bus); }  // what was not sent stays so
  void operator()(sd_bus_message* message) const noexcept { sd_bus_message_unref(message); }
};
using BusMessage = std::unique_ptr<sd_bus_message, BusRelease>;

/// Asks one service on the system bus and waits for its answers, but for all of them together, with the bus's
/// own, no longer than it was told: a bus may accept connections and then say nothing.
class PatientBus {
 public:
  struct Member {
    const char* path;
    const char* interface;
    const char* name;
  };

  /// `service` outlives this. The time begins now.
  PatientBus(const char* service, std::chrono::microseconds patience) noexcept;

  // Null: the service did not answer in time, or with an error.

  /// What a method returns that takes one argument of this type (sd_bus_message_append(3)).
  BusMessage call(const Member& method, const char* type, std::uint32_t argument) const noexcept;
  /// A property; what is to be read next in the message is of this type.
  BusMessage get(const Member& property, const char* type) const noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t left() const noexcept;  // microseconds
  bool connect() noexcept;
  BusMessage make_call(const Member& method) const noexcept;
  BusMessage answer_to(sd_bus_message* question) const noexcept;

  const char* const service_;
  const Clock::time_point deadline_;
  std::unique_ptr<sd_bus, BusRelease> bus_;  // null: it cannot be asked
};

}  // namespace duplexd
