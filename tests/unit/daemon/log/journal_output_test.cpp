#include "daemon/log/output/journal_output.hpp"

#include "daemon/log/output/open_log.hpp"
#include "tests/unit/daemon/log/datagram_receiver.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace duplexd {
namespace {

class JournalOutputTest : public testing::Test {
 protected:
  DatagramReceiver journal_;
  Patience patience_;
  JournalOutput output_{patience_, journal_.name()};
};

TEST_F(JournalOutputTest, LineIsOneDatagram) {
  LogLine line(EventKind::stopping);
  line.add("signal", "SIGTERM");
  EXPECT_EQ(output_.put(line), 0u);
  const std::string datagram = journal_.receive();
  EXPECT_NE(datagram.find("MESSAGE=event=stopping signal=SIGTERM\nPRIORITY=6\n"), std::string::npos);
  EXPECT_NE(datagram.find("\nDUPLEXD_SIGNAL=SIGTERM\n"), std::string::npos);
}

TEST_F(JournalOutputTest, RestartedJournalIsFound) {
  journal_.close();
  journal_.bind_again();
  EXPECT_EQ(output_.put(LogLine(EventKind::ready)), 0u);
  EXPECT_NE(journal_.receive().find("DUPLEXD_EVENT=ready\n"), std::string::npos);
}

TEST_F(JournalOutputTest, LineWithoutJournalIsLost) {
  journal_.close();
  EXPECT_EQ(output_.put(LogLine(EventKind::ready)), 1u);
  EXPECT_EQ(output_.put(LogLine(EventKind::ready)), 1u);
}

TEST_F(JournalOutputTest, PatienceLimitsWaitForFullJournal) {
  patience_.end_in(std::chrono::milliseconds(200));
  std::size_t sent = 0;
  while (sent < 100'000 && output_.put(LogLine(EventKind::ready)) == 0) ++sent;
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, 100'000u);
  EXPECT_TRUE(patience_.is_over());
}

TEST_F(JournalOutputTest, FullJournalThatReadsGetsEverything) {
  std::thread reader([this] {
    for (int i = 0; i < 2'000; ++i) ASSERT_FALSE(journal_.receive().empty());
  });
  std::size_t lost = 0;
  for (int i = 0; i < 2'000; ++i) lost += output_.put(LogLine(EventKind::ready));
  reader.join();
  EXPECT_EQ(lost, 0u);
}

TEST(LogFormatChoiceTest, JournalStreamSelectsJournal) {
  const LogPipe pipe = make_log_pipe();
  struct stat status {};
  ASSERT_EQ(::fstat(pipe.writer.get(), &status), 0);
  const std::string stream = fmt::format("{}:{}", status.st_dev, status.st_ino);
  const auto choice = [&](LogFormat asked, std::optional<std::string> variable) {
    return choose_format(asked, variable, pipe.writer.get());
  };
  EXPECT_EQ(choice(LogFormat::automatic, stream), LogFormat::journald);
  EXPECT_EQ(choice(LogFormat::automatic, stream + "0"), LogFormat::logfmt);
  EXPECT_EQ(choice(LogFormat::automatic, "nonsense"), LogFormat::logfmt);
  EXPECT_EQ(choice(LogFormat::automatic, std::nullopt), LogFormat::logfmt);
  EXPECT_EQ(choice(LogFormat::json, stream), LogFormat::json);
}

}  // namespace
}  // namespace duplexd
