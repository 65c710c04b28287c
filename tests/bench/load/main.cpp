#include "tests/bench/load/crowd.hpp"
#include "tests/bench/load/plan.hpp"
#include "tests/bench/load/report.hpp"
#include "tests/bench/system.hpp"

#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace duplexd::bench {
namespace {

/// All sessions are open, and the warm-up is over.
void measure_steady(Crowd& crowd, Window& window, const Plan& plan) {
  crowd.run_until([&] { return crowd.were_all_open(); });
  crowd.run_for(plan.warm_up);
  window.open();
  crowd.run_until(
      [&] { return plan.count > 0 ? window.units() >= plan.count : window.since_opened() >= plan.seconds; });
  window.close();
}

void measure_opening(Crowd& crowd, Window& window, const Plan&) {
  window.open();
  crowd.run_until([&] { return crowd.were_all_open(); });
  window.close();
}

struct Work {
  std::string_view unit;
  MakeClient make;
  void (*measure)(Crowd&, Window&, const Plan&);
  bool then_holds = false;
};

const Work& find_work(std::string_view name) {
  static const std::map<std::string_view, Work> works{
      {"round-trip", {"round trip", round_trip, measure_steady}},
      {"connect", {"connection", connection, measure_steady}},
      {"download", {"byte", download, measure_steady}},
      {"upload", {"byte", upload, measure_steady}},
      {"both", {"byte", both_ways, measure_steady}},
      {"ramp", {"session", idler, measure_opening}},
      {"idle", {"session", idler, measure_opening, true}},
  };
  if (const auto found = works.find(name); found != works.end()) return found->second;
  throw std::runtime_error(
      "the first argument is round-trip, connect, download, upload, both, ramp or idle, not '" +
      std::string(name) + "'");
}

void load(std::string_view name, const Arguments& arguments) {
  const Work& work = find_work(name);
  const Plan plan = read_plan(arguments);
  Poller poller;
  Window window(CpuClocks(plan.cpu_of));
  const auto tls = plan.tls == Tls::none ? nullptr : std::make_unique<TlsClients>(plan.tls == Tls::resumed);
  Crowd crowd({poller, window, plan.to, plan.bytes, tls.get()}, work.make, plan.sessions, plan.rate);
  work.measure(crowd, window, plan);
  if (plan.tls == Tls::resumed) tls->expect_resumed(plan.sessions);
  std::cout << report(name, work.unit, plan.sessions, window) << std::endl;
  if (work.then_holds) crowd.hold_until_input_ends();
}

}  // namespace
}  // namespace duplexd::bench

int main(int argc, char** argv) {
  using namespace duplexd::bench;
  return run_program("bench_load", [&] {
    const std::string_view work = argc > 1 ? argv[1] : "";
    const int skipped = argc > 1 ? 1 : 0;
    load(work, Arguments(argc - skipped, argv + skipped,
                         {"--to", "--sessions", "--rate", "--seconds", "--warm-up", "--count", "--bytes",
                          "--cpu-of", "--tls"}));
  });
}
