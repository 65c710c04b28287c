#include "core/worker/worker.hpp"

#include <gtest/gtest.h>

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

struct NobodyListens final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice&) noexcept override {}
};

WorkerPlan empty_plan() {
  return {.config = std::make_shared<const Config>(), .upstreams = {}, .listeners = {}};
}

class WorkerTest : public testing::Test {
 protected:
  ~WorkerTest() override {
    worker_.abort();
    worker_.join();
  }

  void start() {
    worker_.start([this] { stopped_.set_value(); });
  }
  Worker::Done note(int number) {
    return [this, number] { order_.push_back(number); };
  }

  NobodyListens sink_;
  ProcessLimits process_{.sessions = SessionLimit(0), .gate = {}};
  Worker worker_{7, sink_, process_, PipeLimits{.pipes = 0, .size = 0}};
  std::promise<void> stopped_;
  std::vector<int> order_;  // of the worker's thread
};

/// The signals that the thread with this name blocks, as proc(5) shows them.
std::string blocked_by(const std::string& thread) {
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm") >> std::ws, name);
    if (name != thread) continue;
    std::ifstream status(task.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("SigBlk:")) return line.substr(line.find_first_not_of(" \t", 7));
    }
  }
  return "no such thread";
}

TEST_F(WorkerTest, TasksAreDoneInOrder) {
  start();
  worker_.apply(empty_plan(), note(1));
  worker_.pause(note(2));
  worker_.apply(empty_plan(), note(3));
  worker_.drain(Worker::Backlog::leave, note(4));
  stopped_.get_future().wait();
  EXPECT_EQ(order_, (std::vector{1, 2, 3, 4}));
}

TEST_F(WorkerTest, TasksBeforeTheStartAreDone) {
  worker_.apply(empty_plan(), note(1));
  start();
  worker_.drain(Worker::Backlog::leave, note(2));
  stopped_.get_future().wait();
  EXPECT_EQ(order_, (std::vector{1, 2}));
}

TEST_F(WorkerTest, UnstartedWorkersForgetTheirTasks) {
  worker_.apply(empty_plan(), note(1));
  worker_.drain(Worker::Backlog::leave, note(2));
  EXPECT_TRUE(order_.empty());
}

TEST_F(WorkerTest, IdleWorkersTick) {
  start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (worker_.counters().ticks.value() < 3 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_GE(worker_.counters().ticks.value(), 3u);
}

TEST_F(WorkerTest, ThreadsBlockAllSignals) {
  start();
  std::promise<std::string> blocked;
  worker_.apply(empty_plan(), [&] { blocked.set_value(blocked_by("worker-7")); });
  const unsigned long long signals = std::stoull(blocked.get_future().get(), nullptr, 16);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGPIPE})
    EXPECT_TRUE(signals >> (signal - 1) & 1) << signal;
  EXPECT_EQ(std::stoull(blocked_by("unit_tests"), nullptr, 16) >> (SIGTERM - 1) & 1, 0u)
      << "the thread that starts it takes them";
}

}  // namespace
}  // namespace duplexd
