#include "core/session/relay/cargo.hpp"

#include "core/session/session.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/splice/without_splice.hpp"
#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>

namespace duplexd {
namespace {

using net_test::connected_pair;
using net_test::Pair;
using test::DescriptorLimit;
using test::pattern;
using test::Peer;
using By = Cargo::By;

struct NoEvents final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice&) noexcept override {}
};

/// What a worker lends, with one pipe, and the cargo of one direction from `source_` to `sink_`.
class CargoTest : public testing::TestWithParam<const char*> {
 protected:
  CargoTest() {
    ::signal(SIGPIPE, SIG_IGN);
    for (const Pair* pair : {&in_, &out_}) EXPECT_EQ(::fcntl(pair->ours.get(), F_SETFL, O_NONBLOCK), 0);
    EXPECT_EQ(sender_.open(in_.ours, Leg::Kind::other), 0);
    EXPECT_EQ(receiver_.open(out_.ours, Leg::Kind::other), 0);
  }
  ~CargoTest() override {
    EXPECT_EQ(services_->pipes.leased(), 0u);
    EXPECT_EQ(services_->buffers.leased(), 0u);
  }

  IoResult take(By by, std::size_t most = unlimited) { return cargo_.take(*services_, sender_, by, most); }
  IoResult give() { return cargo_.give(*services_, receiver_); }
  void release() { cargo_.release(*services_); }

  IoResult take_when_ready(By by) {
    EXPECT_TRUE(net_test::wait_for(sender_.descriptor(), POLLIN));
    return take(by);
  }

  /// Takes and gives until the sink, which does not read, has had enough. How much is left.
  std::size_t get_stuck(By by) {
    const std::string chunk = pattern(chunk_size, sent_.size());
    source_.send(chunk);
    sent_ += chunk;
    while (taken_ < sent_.size()) {
      const std::size_t bytes = take_when_ready(by).bytes;
      taken_ += bytes;
      if (give().bytes < bytes) return cargo_.left();
    }
    return sent_.size() < enough ? get_stuck(by) : 0;
  }

  /// What the sink reads while it is given what is left of all that was taken.
  std::string deliver() {
    std::string received;
    while (received.size() < taken_) {
      received += sink_.receive_some(chunk_size);
      if (cargo_.left() > 0) (void)give();
    }
    return received;
  }

  std::unique_ptr<SessionServices> make_services() {
    constexpr PipeLimits one_pipe{.pipes = 1, .size = 256 * 1024};
    return std::make_unique<SessionServices>(loop_, 0, counters_, events_, one_pipe);
  }

  static constexpr std::size_t unlimited = 1 << 30;
  static constexpr std::size_t chunk_size = 60'000;
  static constexpr std::size_t enough = 64 << 20;
  Loop loop_;
  WorkerCounters counters_;
  NoEvents events_;
  std::unique_ptr<SessionServices> services_ = make_services();
  Pair in_ = connected_pair(GetParam());
  Pair out_ = connected_pair(GetParam());
  Peer source_{std::move(in_.peer)};
  Peer sink_{std::move(out_.peer)};
  Leg sender_{services_->loop};
  Leg receiver_{services_->loop};
  Cargo cargo_;
  std::string sent_;
  std::size_t taken_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Families, CargoTest, testing::Values("127.0.0.1:0", "unix:@duplexd-cargo-test"),
                         [](const auto& family) { return family.index == 0 ? "Tcp" : "Unix"; });

TEST_P(CargoTest, CopyingNeedsNoPipe) {
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::copy).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(services_->pipes.leased(), 0u);
  EXPECT_EQ(give().bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
}

TEST_P(CargoTest, NothingIsCopiedOnceGiven) {
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::copy).bytes, 5u);
  EXPECT_EQ(give().bytes, 5u);
  EXPECT_EQ(cargo_.copied().data(), nullptr);
  EXPECT_TRUE(cargo_.copied().empty());
}

TEST_P(CargoTest, PipeIsHeldUntilReleased) {
  for (const char* word : {"first", "other"}) {
    source_.send(word);
    EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
    EXPECT_TRUE(cargo_.spliced());
    EXPECT_EQ(services_->pipes.leased(), 1u);
    EXPECT_EQ(give().bytes, 5u);
    EXPECT_EQ(sink_.receive(5), word);
  }
  release();
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(services_->pipes.leased(), 0u);
}

TEST_P(CargoTest, CopyingAfterSplicingReturnsThePipe) {
  source_.send("first");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_EQ(give().bytes, 5u);
  source_.send("other");
  EXPECT_EQ(take_when_ready(By::copy).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(services_->pipes.leased(), 0u);
  EXPECT_EQ(give().bytes, 5u);
  EXPECT_EQ(sink_.receive(10), "firstother");
}

TEST_P(CargoTest, LeasedPipesMakeItCopy) {
  Pipe* const only = services_->pipes.lease();
  ASSERT_TRUE(only);
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(give().bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
  services_->pipes.give_back(only);
}

TEST_P(CargoTest, DescriptorShortageMakesItCopy) {
  const DescriptorLimit none_to_be_had(1);  // poll(2) wants as many as it is asked about
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(give().bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
}

TEST_P(CargoTest, EmptySenderWouldBlock) {
  EXPECT_TRUE(take(By::copy).would_block());
  EXPECT_TRUE(take(By::pipe).would_block());
  release();
}

TEST_P(CargoTest, EndOfStreamReturnsThePipe) {
  source_.end();
  EXPECT_TRUE(take_when_ready(By::pipe).end_of_stream());
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(services_->pipes.leased(), 0u);
  EXPECT_TRUE(take(By::copy).end_of_stream());
}

TEST_P(CargoTest, LastBytesComeBeforeTheEnd) {
  source_.send("last");
  source_.end();
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 4u);
  EXPECT_EQ(give().bytes, 4u);
  EXPECT_TRUE(take_when_ready(By::pipe).end_of_stream());
  EXPECT_EQ(sink_.receive(4), "last");
}

TEST_P(CargoTest, CopiedRestStaysInBuffer) {
  const std::size_t left = get_stuck(By::copy);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  ASSERT_TRUE(cargo_.keep(*services_));
  EXPECT_EQ(services_->buffers.leased(), 1u);
  services_->scratch.fill(std::byte{'?'});  // as another session does
  EXPECT_TRUE(deliver() == sent_.substr(0, taken_));
  release();
}

TEST_P(CargoTest, SplicedRestStaysInPipe) {
  const std::size_t left = get_stuck(By::pipe);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  EXPECT_TRUE(cargo_.spliced());
  ASSERT_TRUE(cargo_.keep(*services_));
  EXPECT_EQ(services_->pipes.leased(), 1u);
  EXPECT_EQ(services_->buffers.leased(), 0u);
  services_->scratch.fill(std::byte{'?'});
  EXPECT_TRUE(deliver() == sent_.substr(0, taken_));
  release();
}

TEST_P(CargoTest, ReleasedPipeIsEmpty) {
  const std::size_t left = get_stuck(By::pipe);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  release();
  EXPECT_EQ(services_->pipes.leased(), 0u);
  Pipe* const next = services_->pipes.lease();
  ASSERT_TRUE(next);
  std::byte byte{};
  EXPECT_EQ(::read(next->exit.get(), &byte, 1), -1) << "a byte of another session";
  EXPECT_EQ(errno, EAGAIN);
  services_->pipes.give_back(next);
}

TEST_P(CargoTest, ReleasedBufferReturnsToThePool) {
  const std::size_t left = get_stuck(By::copy);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  ASSERT_TRUE(cargo_.keep(*services_));
  release();
  EXPECT_EQ(services_->buffers.leased(), 0u);
}

TEST_P(CargoTest, TakingKeepsToItsMaximum) {
  source_.send("hello");
  for (const By by : {By::copy, By::pipe}) {
    EXPECT_TRUE(net_test::wait_for(sender_.descriptor(), POLLIN));
    EXPECT_EQ(take(by, 2).bytes, 2u);
    EXPECT_EQ(give().bytes, 2u);
  }
  EXPECT_EQ(sink_.receive(4), "hell");
  release();
}

TEST_P(CargoTest, BytesReadAheadAreGivenFirst) {
  ASSERT_TRUE(cargo_.begin_with(*services_, net_test::bytes("read ahead")));
  EXPECT_EQ(cargo_.left(), 10u);
  EXPECT_EQ(give().bytes, 10u);
  EXPECT_EQ(services_->buffers.leased(), 0u);
  EXPECT_EQ(sink_.receive(10), "read ahead");
}

TEST_P(CargoTest, RefusedSplicesFallBackToCopying) {
  for (const int error : {EPERM, EACCES, ENOSYS, ENOMEM, EOPNOTSUPP, EINVAL}) {
    test::WithoutSplice forbidden(error);
    forbidden.run([&] {
      source_.send("hello");
      EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
      EXPECT_FALSE(cargo_.spliced());
      EXPECT_EQ(give().bytes, 5u);
    });
    EXPECT_EQ(sink_.receive(5), "hello");
    const bool for_ever = error == EPERM || error == EACCES || error == ENOSYS;
    EXPECT_EQ(services_->pipes.forbidden(), for_ever) << error;
    EXPECT_EQ(services_->pipes.refusal()->call, "splice");
    EXPECT_EQ(services_->pipes.refusal()->error, error);
    services_ = make_services();
  }
}

TEST_P(CargoTest, RefusedSplicesCopyThePipeEmpty) {
  ASSERT_GT(get_stuck(By::pipe), 0u) << "the sink took " << enough << " bytes";
  test::WithoutSplice forbidden(EPERM);
  forbidden.run([&] { EXPECT_TRUE(deliver() == sent_.substr(0, taken_)); });
  release();
}

TEST_P(CargoTest, LostReceiverIsAnError) {
  sink_.close();
  for (const By by : {By::copy, By::pipe}) {
    source_.send("x");
    ASSERT_EQ(take_when_ready(by).bytes, 1u);
    IoResult out = give();
    if (out.error == 0) {  // TCP answers the first byte with a reset
      ASSERT_TRUE(net_test::wait_for(receiver_.descriptor(), POLLERR));
      source_.send("y");
      ASSERT_EQ(take_when_ready(by).bytes, 1u);
      out = give();
    }
    EXPECT_TRUE(out.error == EPIPE || out.error == ECONNRESET) << out.error;
    release();
  }
}

}  // namespace
}  // namespace duplexd
