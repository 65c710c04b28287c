#include "daemon/log/output/stream_output.hpp"

#include "daemon/log/line/log_format.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <gtest/gtest.h>

#include <limits.h>
#include <signal.h>
#include <sys/mman.h>

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
  const Pipe pipe = make_pipe();
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

TEST_F(StreamOutputTest, GoneReaderLosesEveryLine) {
  Pipe pipe = make_pipe();
  pipe.reader.reset();
  StreamOutput output = output_on(pipe.writer);
  const std::size_t lost = put_lines(output, 80);
  EXPECT_EQ(lost + output.flush(), 80u);
}

}  // namespace
}  // namespace duplexd
