// A log file that is renamed, removed, or cannot be opened anew.
#include "daemon/log/output/file_output.hpp"

#include "daemon/log/line/log_format.hpp"
#include "daemon/log/output/last_resort.hpp"
#include "daemon/log/output/reporting_output.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace duplexd {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_in(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

LogLine numbered_line(std::uint64_t number) {
  LogLine line(EventKind::session);
  line.add("n", number);
  return line;
}

class FileOutputTest : public testing::Test {
 protected:
  FileOutputTest() { fs::create_directories(folder_); }
  ~FileOutputTest() override { fs::remove_all(base_); }

  /// Returns how many lines were lost.
  std::size_t write(std::uint64_t number) { return output_->put(numbered_line(number)) + output_->flush(); }

  /// No file can be opened there.
  void move_folder() {
    fs::rename(folder_, moved_);
    std::ofstream{folder_};
  }
  void move_folder_back() {
    fs::remove(folder_);
    fs::rename(moved_, folder_);
  }

  const fs::path base_ = fs::temp_directory_path() / ("duplexd-log-" + std::to_string(::getpid()));
  const fs::path folder_ = base_ / "log", moved_ = base_ / "moved";
  const fs::path path_ = folder_ / "d.log";
  const Patience patience_;
  std::unique_ptr<FileOutput> output_ = make();

 private:
  std::unique_ptr<FileOutput> make() {
    fs::create_directories(folder_);
    return std::make_unique<FileOutput>(path_, append_logfmt, patience_);
  }
};

TEST_F(FileOutputTest, LineAfterMoveOpensNewFile) {
  fs::rename(path_, folder_ / "d.log.1");
  EXPECT_EQ(write(1), 0u);
  EXPECT_THAT(text_in(path_), HasSubstr("n=1"));
  EXPECT_THAT(text_in(folder_ / "d.log.1"), IsEmpty());
}

TEST_F(FileOutputTest, ManyLinesLookBeforeWriting) {
  fs::remove(path_);
  for (std::uint64_t i = 0; i < 2000; ++i) EXPECT_EQ(output_->put(numbered_line(i)), 0u);
  EXPECT_THAT(text_in(path_), HasSubstr("n=0\n"));
}

TEST_F(FileOutputTest, LinesOutsideTheirPathAreLost) {
  move_folder();
  EXPECT_EQ(output_->reopen(), 0u);
  EXPECT_EQ(output_->error(), ENOTDIR);
  EXPECT_EQ(write(1) + write(2), 2u);
  EXPECT_EQ(output_->put(LogLine(EventKind::dropped)) + output_->flush(), 1u);
  const std::string old = text_in(moved_ / "d.log");
  EXPECT_THAT(old, HasSubstr("n=2"));
  EXPECT_THAT(old, Not(HasSubstr("dropped")));
}

TEST_F(FileOutputTest, ReopenedFileGoesOn) {
  move_folder();
  (void)output_->reopen();
  (void)write(1);
  move_folder_back();
  fs::rename(path_, folder_ / "d.log.1");
  EXPECT_EQ(output_->reopen(), 0u);
  EXPECT_EQ(output_->error(), 0);
  EXPECT_EQ(write(2), 0u);
  EXPECT_THAT(text_in(path_), HasSubstr("n=2"));
  EXPECT_THAT(text_in(path_), Not(HasSubstr("n=1")));
}

TEST_F(FileOutputTest, FileThatStaysLosesNothing) {
  EXPECT_EQ(write(1), 0u);
  EXPECT_EQ(output_->reopen(), 0u);
  EXPECT_EQ(write(2), 0u);
  EXPECT_THAT(text_in(path_), HasSubstr("n=1"));
  EXPECT_THAT(text_in(path_), HasSubstr("n=2"));
}

TEST_F(FileOutputTest, OthersAreToldWhyItFails) {
  ReportingOutput reporting("d.log", std::move(output_));
  move_folder();
  (void)reporting.reopen();
  const auto change = reporting.change();
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind(), EventKind::output_failed);
  EXPECT_EQ(change->find("errno"), "ENOTDIR");
}

TEST_F(FileOutputTest, StandardErrorWithoutLogIsTold) {
  LogPipe pipe = make_log_pipe();
  LogTarget target;
  target.kind = LogTarget::Kind::file;
  target.path = path_;
  LogOutputConfig file;
  file.to = target;
  LogWriter log(open_log(LogFormat::logfmt, pipe.writer.get(), {file}), LogLevel::info, 1);
  move_folder();
  log.reopen();
  const std::string said =
      read_until(pipe.reader.get(), [](const std::string& text) { return text.find('\n') != text.npos; });
  EXPECT_THAT(said, HasSubstr("event=output_failed output=" + path_.string()));
  EXPECT_THAT(said, HasSubstr(" errno=ENO"));
  log.stop();
}

TEST(LastResortTest, NobodyIsWaitedFor) {
  LogPipe pipe = make_log_pipe();
  LastResort output(pipe.writer.get(), append_logfmt);
  EXPECT_EQ(output.put(numbered_line(1)), 0u);
  std::size_t lost = 0;
  for (int i = 0; i < 1000; ++i) lost += output.put(numbered_line(2));
  EXPECT_GT(lost, 0u);
}

}  // namespace
}  // namespace duplexd
