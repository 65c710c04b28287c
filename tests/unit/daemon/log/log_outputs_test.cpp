// Several outputs at once, and one that loses lines.
#include "daemon/log/output/reporting_output.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

/// Takes lines only while it works.
class FailingOutput final : public LogOutput {
 public:
  struct State {
    std::atomic<bool> works{false};
    std::atomic<std::uint64_t> reported{0};  // as dropped
    std::atomic<std::uint64_t> taken{0};     // other lines
  };
  explicit FailingOutput(State& state) : state_(state) {}

  std::size_t put(const LogLine& line) override {
    if (!state_.works) return 1;
    const bool is_report = line.kind() == EventKind::dropped;
    is_report ? state_.reported += std::stoull(std::string(*line.find("count"))) : ++state_.taken;
    return 0;
  }
  std::size_t flush() override { return 0; }

 private:
  State& state_;
};

LogLine any_line() { return LogLine(EventKind::ready); }

TEST(ReportingOutputTest, LossesAreToldOnceItWorks) {
  FailingOutput::State state;
  ReportingOutput output("test", std::make_unique<FailingOutput>(state));
  EXPECT_EQ(output.put(any_line()), 1u);
  EXPECT_EQ(output.tell_dropped(5), 0u);
  EXPECT_EQ(output.tell_dropped(5), 0u);
  state.works = true;
  EXPECT_EQ(output.tell_dropped(7), 0u);
  EXPECT_EQ(state.reported, 8u);
  EXPECT_EQ(output.tell_dropped(7), 0u);
  EXPECT_EQ(state.reported, 8u);
}

TEST(ReportingOutputTest, OthersAreToldOfEpisodeOnce) {
  FailingOutput::State state;
  ReportingOutput output("disk", std::make_unique<FailingOutput>(state));
  EXPECT_FALSE(output.change());
  (void)output.put(any_line());
  const auto change = output.change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind(), EventKind::output_failed);
  EXPECT_EQ(change->find("output"), "disk");
  EXPECT_EQ(change->find("count"), "1");
  (void)output.put(any_line());
  EXPECT_FALSE(output.change());
}

TEST(LogOutputsTest, OneThatFailsLeavesOthersWhole) {
  LogPipe pipe = make_log_pipe();
  FailingOutput::State state;
  const auto open = [&](const Patience& patience) {
    auto outputs = open_log(LogFormat::logfmt, pipe.writer.get())(patience);
    outputs.push_back({"disk", std::make_unique<FailingOutput>(state)});
    return outputs;
  };
  LogWriter log(open, LogLevel::info, 1);
  for (int i = 0; i < 10; ++i) log.write(any_line());
  EXPECT_TRUE(eventually([&] { return log.dropped() >= 10; }));
  state.works = true;
  log.write(any_line());
  log.stop();
  pipe.writer.reset();
  std::size_t ready = 0, failed = 0;
  for (const std::string& line : lines_of(read_all(pipe.reader.get()))) {
    ready += line.find("event=ready") != line.npos ? 1 : 0;
    failed += line.find("event=output_failed output=disk") != line.npos ? 1 : 0;
    EXPECT_EQ(line.find("event=dropped"), line.npos);
  }
  EXPECT_EQ(ready, 11u);
  EXPECT_EQ(failed, 1u);
  EXPECT_GE(state.reported, 10u);
  EXPECT_EQ(state.reported, log.dropped());
}

TEST(RecentRecordsTest, LastOnesAreKept) {
  RecentRecords records;
  records.limit(3);
  for (std::uint64_t i = 1; i <= 5; ++i) {
    LogLine line(EventKind::session);
    line.add("listener", i == 4 ? "other" : "main").add("n", i);
    records.keep(std::move(line), i == 2);
  }
  const auto numbers = [&](const RecentRecords::Query& query) {
    const std::string text = records.to_json(query);
    std::string found;
    for (std::size_t at = 0; (at = text.find("\"n\":", at)) != text.npos; at += 4) found += text[at + 4];
    return found;
  };
  EXPECT_EQ(numbers({}), "3452");
  EXPECT_EQ(numbers({.most = 1}), "52");
  EXPECT_EQ(numbers({.listener = "main"}), "352");
  EXPECT_EQ(numbers({.listener = "main", .most = 1}), "52");
  records.limit(1);
  EXPECT_EQ(numbers({}), "52");
  EXPECT_EQ(RecentRecords().to_json({}), R"({"ends":[],"slow_connects":[]})");
}

TEST(RecentRecordsTest, NoneAreLeftWithoutLimit) {
  RecentRecords records;
  records.limit(512);
  for (int i = 0; i < 5; ++i) records.keep(LogLine(EventKind::session), true);
  records.limit(0);
  EXPECT_EQ(records.to_json({}), R"({"ends":[],"slow_connects":[]})");
  records.keep(LogLine(EventKind::session), true);
  EXPECT_EQ(records.to_json({}), R"({"ends":[],"slow_connects":[]})");
}

}  // namespace
}  // namespace duplexd
