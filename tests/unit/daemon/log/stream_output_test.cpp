#include "daemon/log/output/stream_output.hpp"

#include "daemon/log/line/log_format.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <gtest/gtest.h>

#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace duplexd {
namespace {

constexpr std::size_t page = 4096;

class StreamOutputTest : public testing::Test {
 protected:
  StreamOutputTest() { ::signal(SIGPIPE, SIG_IGN); }

  StreamOutput output_on(const FileDescriptor& fd) { return {fd.get(), append_logfmt, patience_}; }

  Patience patience_;
};

FileDescriptor make_file() { return FileDescriptor(::memfd_create("log", MFD_CLOEXEC | MFD_ALLOW_SEALING)); }

std::string text_of(const FileDescriptor& file) {
  std::string text(1 << 20, '\0');
  text.resize(static_cast<std::size_t>(::pread(file.get(), text.data(), text.size(), 0)));
  return text;
}

std::size_t put_lines(StreamOutput& output, std::size_t count) {
  std::size_t lost = 0;
  for (std::size_t i = 0; i < count; ++i) lost += output.put(LogLine(EventKind::ready));
  return lost;
}

TEST_F(StreamOutputTest, FileGetsManyLinesAtOnce) {
  const FileDescriptor file = make_file();
  StreamOutput output = output_on(file);
  EXPECT_EQ(put_lines(output, 500), 0u);
  EXPECT_EQ(text_of(file), "");
  EXPECT_EQ(output.flush(), 0u);
  EXPECT_EQ(lines_of(text_of(file)).size(), 500u);
}

TEST_F(StreamOutputTest, FileGetsLinesBeforeMemoryGrows) {
  const FileDescriptor file = make_file();
  StreamOutput output = output_on(file);
  EXPECT_EQ(put_lines(output, 5'000), 0u);
  EXPECT_GT(text_of(file).size(), 65'536u);
}

TEST_F(StreamOutputTest, PipeGetsWholeLinesPerWrite) {
  const LogPipe pipe = make_log_pipe();
  StreamOutput output = output_on(pipe.writer);
  EXPECT_EQ(put_lines(output, 80), 0u);
  const std::string text =
      read_until(pipe.reader.get(), [](const std::string& read) { return !read.empty(); });
  EXPECT_GT(text.size(), PIPE_BUF / 2u);
  EXPECT_LE(text.size(), std::size_t{PIPE_BUF});
  EXPECT_EQ(text.back(), '\n');
}

TEST_F(StreamOutputTest, FullFileLosesOnlyTheRest) {
  const FileDescriptor file = make_file();
  ASSERT_EQ(::ftruncate(file.get(), page), 0);
  ASSERT_EQ(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_GROW), 0);
  StreamOutput output = output_on(file);
  EXPECT_EQ(put_lines(output, 500), 0u);
  const std::size_t lost = output.flush();
  EXPECT_EQ(lines_of(text_of(file)).size() + lost, 500u);
  EXPECT_GT(lost, 0u);
  EXPECT_LT(lost, 500u);
}

/// Files of this process may have so many bytes, as if the disk were full then.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(StreamOutputTest, LineAfterTornOneIsWhole) {
  const FileDescriptor file = make_file();
  StreamOutput output = output_on(file);
  std::size_t lost = 0;
  {
    const FullDisk full(page + 10);
    EXPECT_EQ(put_lines(output, 500), 0u);
    lost = output.flush();
    ASSERT_NE(text_of(file).back(), '\n') << "the limit is not within a line";
    EXPECT_EQ(put_lines(output, 1), 0u);
    EXPECT_EQ(output.flush(), 1u) << "still full";
  }
  EXPECT_EQ(put_lines(output, 2), 0u);
  EXPECT_EQ(output.flush(), 0u);
  const auto lines = lines_of(text_of(file));
  EXPECT_EQ(lines.size(), 500 - lost + 1 + 2) << "one is torn";
  EXPECT_EQ(lines.back().find("time="), 0u);
  EXPECT_EQ(lines[lines.size() - 2].find("time="), 0u);
}

TEST_F(StreamOutputTest, GoneReaderLosesEveryLine) {
  LogPipe pipe = make_log_pipe();
  pipe.reader.reset();
  StreamOutput output = output_on(pipe.writer);
  const std::size_t lost = put_lines(output, 80);
  EXPECT_EQ(lost + output.flush(), 80u);
}

}  // namespace
}  // namespace duplexd
