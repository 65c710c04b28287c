#include "daemon/systemd/stop_job.hpp"

#include "daemon/systemd/patient_bus.hpp"

#include <unistd.h>

#include <chrono>
#include <string_view>

namespace duplexd {
namespace {

constexpr std::chrono::seconds bus_patience{1};
constexpr const char* systemd_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
constexpr const char* job_interface = "org.freedesktop.systemd1.Job";

StopJob job_of_type(std::string_view type) noexcept {
  if (type == "restart") return StopJob::restart;
  return type == "stop" ? StopJob::stop : StopJob::unknown;
}

}  // namespace

// A number of 0 says that there is no job.
StopJob find_stop_job() noexcept {
  const PatientBus bus("org.freedesktop.systemd1", bus_patience);
  const BusMessage of_unit = bus.call({systemd_path, manager_interface, "GetUnitByPID"}, "u",
                                      static_cast<std::uint32_t>(::getpid()));
  const char* unit = nullptr;
  if (!of_unit || sd_bus_message_read(of_unit.get(), "o", &unit) < 0) return StopJob::unknown;
  const BusMessage of_job = bus.get({unit, unit_interface, "Job"}, "(uo)");
  std::uint32_t number = 0;
  const char* job = nullptr;
  if (!of_job || sd_bus_message_read(of_job.get(), "(uo)", &number, &job) < 0 || number == 0)
    return StopJob::unknown;
  const BusMessage of_type = bus.get({job, job_interface, "JobType"}, "s");
  const char* type = nullptr;
  if (!of_type || sd_bus_message_read(of_type.get(), "s", &type) < 0) return StopJob::unknown;
  return job_of_type(type);
}

}  // namespace duplexd
