#include "core/session/cargo.hpp"

#include "core/session/session.hpp"
#include "tests/support/peer.hpp"
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
  }
  ~CargoTest() override {
    EXPECT_EQ(host_->pipes.leased(), 0u);
    EXPECT_EQ(host_->buffers.leased(), 0u);
  }

  IoResult take(By by) { return cargo_.take(*host_, in_.ours.get(), by); }
  IoResult give(std::size_t left) { return cargo_.give(*host_, out_.ours.get(), left); }
  void release(std::size_t left = 0) { cargo_.release(*host_, left); }

  IoResult take_when_ready(By by) {
    EXPECT_TRUE(net_test::wait_for(in_.ours.get(), POLLIN));
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
      if (const std::size_t given = give(bytes).bytes; given < bytes) return bytes - given;
    }
    return sent_.size() < enough ? get_stuck(by) : 0;
  }

  /// What the sink reads while it is given what is left of all that was taken.
  std::string deliver(std::size_t left) {
    std::string received;
    while (received.size() < taken_) {
      received += sink_.receive_some(chunk_size);
      if (left > 0) left -= give(left).bytes;
    }
    return received;
  }

  static constexpr std::size_t chunk_size = 60'000;
  static constexpr std::size_t enough = 64 << 20;
  Loop loop_;
  WorkerCounters counters_;
  NoEvents events_;
  const std::unique_ptr<SessionHost> host_ =
      std::make_unique<SessionHost>(loop_, 0, counters_, events_, PipeLimits{.pipes = 1, .size = 256 * 1024});
  Pair in_ = connected_pair(GetParam());
  Pair out_ = connected_pair(GetParam());
  Peer source_{std::move(in_.peer)};
  Peer sink_{std::move(out_.peer)};
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
  EXPECT_EQ(host_->pipes.leased(), 0u);
  EXPECT_EQ(give(5).bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
}

TEST_P(CargoTest, APipeIsHeldUntilItIsReleased) {
  for (const char* word : {"first", "other"}) {
    source_.send(word);
    EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
    EXPECT_TRUE(cargo_.spliced());
    EXPECT_EQ(host_->pipes.leased(), 1u);
    EXPECT_EQ(give(5).bytes, 5u);
    EXPECT_EQ(sink_.receive(5), word);
  }
  release();
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(host_->pipes.leased(), 0u);
}

TEST_P(CargoTest, WhoCopiesAfterSplicingHoldsNoPipeAnyMore) {
  source_.send("first");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_EQ(give(5).bytes, 5u);
  source_.send("other");
  EXPECT_EQ(take_when_ready(By::copy).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(host_->pipes.leased(), 0u);
  EXPECT_EQ(give(5).bytes, 5u);
  EXPECT_EQ(sink_.receive(10), "firstother");
}

TEST_P(CargoTest, WhereEveryPipeIsLeasedItCopies) {
  Pipe* const only = host_->pipes.lease();
  ASSERT_TRUE(only);
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(give(5).bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
  host_->pipes.give_back(only);
}

TEST_P(CargoTest, WithoutDescriptorsForAPipeItCopies) {
  const DescriptorLimit none_to_be_had(1);  // poll(2) wants as many as it is asked about
  source_.send("hello");
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 5u);
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(give(5).bytes, 5u);
  EXPECT_EQ(sink_.receive(5), "hello");
}

TEST_P(CargoTest, NothingToTakeWouldBlockEitherWay) {
  EXPECT_TRUE(take(By::copy).would_block());
  EXPECT_TRUE(take(By::pipe).would_block());
  release();
}

TEST_P(CargoTest, TheEndOfTheStreamIsSeenEitherWayAndHoldsNothing) {
  source_.end();
  EXPECT_TRUE(take_when_ready(By::pipe).end_of_stream());
  EXPECT_FALSE(cargo_.spliced());
  EXPECT_EQ(host_->pipes.leased(), 0u);
  EXPECT_TRUE(take(By::copy).end_of_stream());
}

TEST_P(CargoTest, TheLastBytesComeBeforeTheEnd) {
  source_.send("last");
  source_.end();
  EXPECT_EQ(take_when_ready(By::pipe).bytes, 4u);
  EXPECT_EQ(give(4).bytes, 4u);
  EXPECT_TRUE(take_when_ready(By::pipe).end_of_stream());
  EXPECT_EQ(sink_.receive(4), "last");
}

TEST_P(CargoTest, WhatIsLeftOfACopyIsKeptInABufferAndArrivesInTheEnd) {
  const std::size_t left = get_stuck(By::copy);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  ASSERT_TRUE(cargo_.keep(*host_, left));
  EXPECT_EQ(host_->buffers.leased(), 1u);
  host_->scratch.fill(std::byte{'?'});  // as another session does
  EXPECT_TRUE(deliver(left) == sent_.substr(0, taken_));
  release();
}

TEST_P(CargoTest, WhatIsLeftInAPipeStaysThereAndArrivesInTheEnd) {
  const std::size_t left = get_stuck(By::pipe);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  EXPECT_TRUE(cargo_.spliced());
  ASSERT_TRUE(cargo_.keep(*host_, left));
  EXPECT_EQ(host_->pipes.leased(), 1u);
  EXPECT_EQ(host_->buffers.leased(), 0u);
  host_->scratch.fill(std::byte{'?'});
  EXPECT_TRUE(deliver(left) == sent_.substr(0, taken_));
  release();
}

TEST_P(CargoTest, APipeThatIsReleasedWithBytesInItIsNotGivenToTheNextWithThem) {
  const std::size_t left = get_stuck(By::pipe);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  release(left);
  EXPECT_EQ(host_->pipes.leased(), 0u);
  Pipe* const next = host_->pipes.lease();
  ASSERT_TRUE(next);
  std::byte byte{};
  EXPECT_EQ(::read(next->exit.get(), &byte, 1), -1) << "a byte of another session";
  EXPECT_EQ(errno, EAGAIN);
  host_->pipes.give_back(next);
}

TEST_P(CargoTest, ABufferThatIsReleasedWithBytesInItIsGivenBack) {
  const std::size_t left = get_stuck(By::copy);
  ASSERT_GT(left, 0u) << "the sink took " << enough << " bytes";
  ASSERT_TRUE(cargo_.keep(*host_, left));
  release(left);
  EXPECT_EQ(host_->buffers.leased(), 0u);
}

TEST_P(CargoTest, AReceiverThatIsGoneIsAnErrorEitherWay) {
  sink_.close();
  for (const By by : {By::copy, By::pipe}) {
    source_.send("x");
    ASSERT_EQ(take_when_ready(by).bytes, 1u);
    IoResult out = give(1);
    if (out.error == 0) {  // TCP answers the first byte with a reset
      ASSERT_TRUE(net_test::wait_for(out_.ours.get(), POLLERR));
      source_.send("y");
      ASSERT_EQ(take_when_ready(by).bytes, 1u);
      out = give(1);
    }
    EXPECT_TRUE(out.error == EPIPE || out.error == ECONNRESET) << out.error;
    release(1);
  }
}

}  // namespace
}  // namespace duplexd
