#include "daemon/metrics/read_figures.hpp"

#include "daemon/metrics/process_figures.hpp"
#include "tests/unit/daemon/running_server.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>

namespace duplexd::test {
namespace {

class ReadFiguresTest : public RunningServer {
 protected:
  Figures figures() {
    return read_figures(server, reloader, {.state = ProcessState::paused, .log_dropped = 5}, look);
  }

  SourcePortLook look;
};

TEST_F(ReadFiguresTest, EachPartIsThere) {
  const Figures read = figures();
  ASSERT_EQ(read.totals.listeners.size(), 1u);
  EXPECT_EQ(read.totals.listeners[0].name, "web");
  ASSERT_EQ(read.workers.size(), 2u);
  EXPECT_TRUE(read.workers[0].runs);
  ASSERT_EQ(read.upstreams.size(), 1u);
  EXPECT_EQ(read.upstreams[0].name, "pool");
  ASSERT_EQ(read.endpoints.size(), 1u);
  EXPECT_EQ(read.endpoints[0].name, "127.0.0.1:9");
  EXPECT_EQ(read.endpoints[0].addresses[0], 1u) << "up";
  EXPECT_EQ(read.endpoints[0].weight, 1u);
  EXPECT_FALSE(read.endpoints[0].checked);
  EXPECT_EQ(read.process.state, "paused");
  EXPECT_EQ(read.process.log_dropped, 5u);
  EXPECT_GT(read.process.sessions_limit, 0u);
}

TEST_F(ReadFiguresTest, WorkersTick) {
  EXPECT_TRUE(run_until([&] { return figures().workers[1].ticks > 1; }));
  EXPECT_GT(figures().workers[1].lateness.count(), 0u);
}

TEST_F(ReadFiguresTest, OrdersOfTheOperatorAreShown) {
  ASSERT_TRUE(server.obey({"pool", "127.0.0.1:9"}, {.word = OperatorWord::drain}));
  const EndpointFigures endpoint = figures().endpoints.at(0);
  const auto drained =
      std::ranges::find(EndpointFigures::states, "drained") - EndpointFigures::states.begin();
  EXPECT_EQ(endpoint.addresses.at(static_cast<std::size_t>(drained)), 1u);
  EXPECT_EQ(endpoint.addresses[0], 0u);
}

TEST_F(ReadFiguresTest, ReloadsAreCountedByResult) {
  for (std::size_t i = 0; i < ProcessFigures::reload_results.size(); ++i)
    EXPECT_EQ(ProcessFigures::reload_results[i], to_word(static_cast<ReloadOutcome::Result>(i)));
  EXPECT_FALSE(figures().process.reloaded);
  (void)reload(with("workers: 2", "backlog: 100"));
  (void)reload(text);
  (void)reload(with("workers: none"));
  const ProcessFigures process = figures().process;
  EXPECT_EQ(process.reloads, (std::array<std::uint64_t, 3>{1, 1, 1}));
  EXPECT_EQ(process.generation, 2u);
  EXPECT_TRUE(process.reload_refused);
  EXPECT_TRUE(process.reloaded);
}

TEST(ProcessFiguresTest, KernelKnowsThisProcess) {
  ProcessFigures before;
  read_kernels_figures(before);
  EXPECT_GT(before.descriptors.used, 2u);
  EXPECT_GE(before.descriptors.limit, before.descriptors.used);
  EXPECT_GT(before.resident_bytes, 1u << 20);
  EXPECT_GT(before.virtual_bytes, before.resident_bytes);
  EXPECT_GT(before.cpu.count(), 0);
  const FileDescriptor one(::dup(0));
  ProcessFigures after;
  read_kernels_figures(after);
  EXPECT_EQ(after.descriptors.used, before.descriptors.used + 1);
}

}  // namespace
}  // namespace duplexd::test
