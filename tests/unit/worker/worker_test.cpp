#include "core/worker/worker.hpp"

#include "tests/support/peer.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
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

class WorkerTest : public testing::Test {
 protected:
  ~WorkerTest() override {
    worker_.abort();
    worker_.join();
  }

  void start() {
    worker_.start([this] { stopped_ = true; });
  }
  void tell(Task::Step step, int number) {
    worker_.tell(std::make_shared<Task>(std::move(step), [this, number] { order_.push_back(number); }));
  }
  Task::Step empty_plan() { return worker_.applying({}); }
  /// Runs the control thread until it has heard so.
  bool stops() {
    return test::eventually([this] {
      control_.poll();
      return stopped_;
    });
  }

  NobodyListens sink_;
  ProcessLimits process_{.sessions = SessionLimit(0), .gate = {}};
  boost::asio::io_context control_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{control_.get_executor()};
  Worker worker_{control_, 7, sink_, process_, PipeLimits{.pipes = 0, .size = 0}};
  bool stopped_ = false;
  std::vector<int> order_;
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
  tell(empty_plan(), 1);
  tell(worker_.pausing(), 2);
  tell(empty_plan(), 3);
  tell(worker_.draining(Worker::Backlog::leave), 4);
  EXPECT_TRUE(stops());
  EXPECT_EQ(order_, (std::vector{1, 2, 3, 4}));
}

TEST_F(WorkerTest, TasksBeforeTheStartAreDone) {
  tell(empty_plan(), 1);
  start();
  tell(worker_.draining(Worker::Backlog::leave), 2);
  EXPECT_TRUE(stops());
  EXPECT_EQ(order_, (std::vector{1, 2}));
}

TEST_F(WorkerTest, UnstartedWorkersForgetTheirTasks) {
  tell(empty_plan(), 1);
  tell(worker_.draining(Worker::Backlog::leave), 2);
  control_.poll();
  EXPECT_TRUE(order_.empty());
}

TEST_F(WorkerTest, TellingAndAnsweringAllocateNothing) {
  start();
  int answers = 0;
  std::vector<std::shared_ptr<Task>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(std::make_shared<Task>([] { return Progress::done; }, [&] { ++answers; }));
  for (const auto& task : tasks) worker_.tell(task);
  EXPECT_TRUE(test::eventually([&] {
    control_.poll();
    return answers == 3;
  }));
  for (const auto& task : tasks) EXPECT_EQ(task->fallbacks(), 0u);
}

TEST_F(WorkerTest, AbortIsTheLastTask) {
  start();
  worker_.abort();
  worker_.abort();
  EXPECT_TRUE(stops());
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
  tell([&] { return blocked.set_value(blocked_by("worker-7")), Progress::done; }, 1);
  const unsigned long long signals = std::stoull(blocked.get_future().get(), nullptr, 16);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGPIPE})
    EXPECT_TRUE(signals >> (signal - 1) & 1) << signal;
  EXPECT_EQ(std::stoull(blocked_by("unit_tests"), nullptr, 16) >> (SIGTERM - 1) & 1, 0u)
      << "the thread that starts it takes them";
}

}  // namespace
}  // namespace duplexd
