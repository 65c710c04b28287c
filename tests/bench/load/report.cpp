#include "tests/bench/load/report.hpp"

#include <iomanip>
#include <sstream>

namespace duplexd::bench {

std::string report(std::string_view work, std::string_view unit, std::size_t sessions, const Window& window) {
  std::ostringstream json;
  json << std::fixed << std::setprecision(6) << R"({"work":")" << work << R"(","sessions":)" << sessions
       << R"(,"units":)" << window.units() << R"(,"unit":")" << unit << R"(","seconds":)" << window.seconds();
  if (window.has_cpu()) json << R"(,"cpu_seconds":)" << window.cpu_seconds();
  const Histogram& latency = window.nanoseconds();
  const auto microseconds = [&latency](double share) { return latency.percentile(share) / 1000; };
  json << std::setprecision(3);
  if (latency.count() > 0)
    json << R"(,"p50_us":)" << microseconds(0.5) << R"(,"p99_us":)" << microseconds(0.99) << R"(,"p999_us":)"
         << microseconds(0.999);
  json << '}';
  return json.str();
}

}  // namespace duplexd::bench
