#include "daemon/systemd/patient_bus.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {
namespace {

constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

}  // namespace

PatientBus::PatientBus(const char* service, std::chrono::microseconds patience) noexcept
    : service_(service), deadline_(Clock::now() + patience) {
  sd_bus* bus = nullptr;
  if (sd_bus_open_system(&bus) < 0) return;
  bus_.reset(bus);
  if (!connect()) bus_.reset();
}

std::uint64_t PatientBus::left() const noexcept {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - Clock::now());
  return static_cast<std::uint64_t>(std::max(left.count(), std::chrono::microseconds::rep{0}));
}

// sd_bus_call() would do it, too, but for as long as the bus takes to authenticate this process.
bool PatientBus::connect() noexcept {
  while (left() > 0) {
    const int is_ready = sd_bus_is_ready(bus_.get());
    if (is_ready != 0) return is_ready > 0;
    const int progress = sd_bus_process(bus_.get(), nullptr);
    if (progress < 0) return false;
    const int waited = progress == 0 ? sd_bus_wait(bus_.get(), left()) : 0;
    if (waited < 0 && waited != -EINTR) return false;
  }
  return false;
}

BusMessage PatientBus::make_call(const Member& method) const noexcept {
  sd_bus_message* question = nullptr;
  if (!bus_) return nullptr;
  const int result = sd_bus_message_new_method_call(bus_.get(), &question, service_, method.path,
                                                    method.interface, method.name);
  return BusMessage(result < 0 ? nullptr : question);
}

// No time is none at all here; for sd_bus_call() it would be its own.
BusMessage PatientBus::answer_to(sd_bus_message* question) const noexcept {
  const std::uint64_t time = left();
  sd_bus_message* answer = nullptr;
  if (time == 0 || sd_bus_call(bus_.get(), question, time, nullptr, &answer) < 0) return nullptr;
  return BusMessage(answer);
}

BusMessage PatientBus::call(const Member& method, const char* type, std::uint32_t argument) const noexcept {
  const BusMessage question = make_call(method);
  if (!question || sd_bus_message_append(question.get(), type, argument) < 0) return nullptr;
  return answer_to(question.get());
}

BusMessage PatientBus::get(const Member& property, const char* type) const noexcept {
  const BusMessage question = make_call({property.path, properties_interface, "Get"});
  if (!question || sd_bus_message_append(question.get(), "ss", property.interface, property.name) < 0)
    return nullptr;
  BusMessage answer = answer_to(question.get());
  const bool is_as_told = answer && sd_bus_message_enter_container(answer.get(), 'v', type) >= 0;
  return is_as_told ? std::move(answer) : nullptr;
}

}  // namespace duplexd
