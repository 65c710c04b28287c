#include "daemon/systemd/stop_job.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <systemd/sd-bus.h>

namespace duplexd {
namespace {

constexpr std::uint64_t bus_patience = 1'000'000;  // microseconds
constexpr const char* bus_name = "org.freedesktop.systemd1";

struct Unref {
  void operator()(sd_bus* bus) const noexcept { sd_bus_flush_close_unref(bus); }
  void operator()(sd_bus_message* message) const noexcept { sd_bus_message_unref(message); }
  void operator()(char* text) const noexcept { std::free(text); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using BusMessage = std::unique_ptr<sd_bus_message, Unref>;
using BusText = std::unique_ptr<char, Unref>;

Bus open_bus() noexcept {
  sd_bus* bus = nullptr;
  if (sd_bus_open_system(&bus) < 0) return nullptr;
  sd_bus_set_method_call_timeout(bus, bus_patience);
  return Bus(bus);
}

// Null, if it is of no unit.
BusMessage ask_unit(sd_bus* bus) noexcept {
  sd_bus_message* answer = nullptr;
  const int result =
      sd_bus_call_method(bus, bus_name, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
                         "GetUnitByPID", nullptr, &answer, "u", static_cast<std::uint32_t>(::getpid()));
  return BusMessage(result < 0 ? nullptr : answer);
}

BusMessage ask_job(sd_bus* bus, const char* unit) noexcept {
  sd_bus_message* answer = nullptr;
  const int result = sd_bus_get_property(bus, bus_name, unit, "org.freedesktop.systemd1.Unit", "Job", nullptr,
                                         &answer, "(uo)");
  return BusMessage(result < 0 ? nullptr : answer);
}

BusText ask_type(sd_bus* bus, const char* job) noexcept {
  char* type = nullptr;
  const int result = sd_bus_get_property_string(bus, bus_name, job, "org.freedesktop.systemd1.Job", "JobType",
                                                nullptr, &type);
  return BusText(result < 0 ? nullptr : type);
}

}  // namespace

bool is_being_restarted() noexcept {
  const Bus bus = open_bus();
  if (!bus) return false;
  const BusMessage of_unit = ask_unit(bus.get());
  const char* unit = nullptr;
  if (!of_unit || sd_bus_message_read(of_unit.get(), "o", &unit) < 0) return false;
  const BusMessage of_job = ask_job(bus.get(), unit);
  std::uint32_t number = 0;
  const char* job = nullptr;
  if (!of_job || sd_bus_message_read(of_job.get(), "(uo)", &number, &job) < 0 || number == 0) return false;
  const BusText type = ask_type(bus.get(), job);
  return type && std::string_view(type.get()) == "restart";
}

}  // namespace duplexd
