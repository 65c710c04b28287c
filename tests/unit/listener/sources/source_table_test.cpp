#include "core/listener/sources/source_table.hpp"

#include "tests/support/peer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace duplexd {
namespace {

using Ticket = SourceTable::Ticket;

PeerAddress peer(std::string_view text) { return PeerAddress(test::address_of(text)); }

PeerAddress numbered(unsigned n) {
  return peer(fmt::format("10.{}.{}.{}:1", n >> 16, n >> 8 & 255, n & 255));
}

bool counted(Ticket ticket) { return ticket != SourceTable::refused && ticket != SourceTable::uncounted; }

TEST(SourceTableTest, EachSourceHasItsOwnLimit) {
  SourceTable table(2, 100, 64);
  EXPECT_TRUE(counted(table.take(peer("192.0.2.1:1"))));
  EXPECT_TRUE(counted(table.take(peer("192.0.2.1:2"))));
  EXPECT_EQ(table.take(peer("192.0.2.1:3")), SourceTable::refused) << "whatever its port is";
  EXPECT_TRUE(counted(table.take(peer("192.0.2.2:1")))) << "another source has a limit of its own";
}

TEST(SourceTableTest, SessionsBeyondAreCountedAsWell) {
  SourceTable table(1, 100, 64);
  bool beyond = true;
  const Ticket first = table.take_beyond(peer("192.0.2.1:1"), beyond);
  EXPECT_FALSE(beyond);
  const Ticket second = table.take_beyond(peer("192.0.2.1:2"), beyond);
  EXPECT_TRUE(beyond);
  table.give_back(first);
  EXPECT_EQ(table.take(peer("192.0.2.1:3")), SourceTable::refused) << "the second is there still";
  table.give_back(second);
  EXPECT_TRUE(counted(table.take(peer("192.0.2.1:3"))));
}

TEST(SourceTableTest, EndedSessionsFreeTheirSource) {
  SourceTable table(1, 100, 64);
  for (int i = 0; i < 1000; ++i) {
    const Ticket ticket = table.take(peer("192.0.2.1:1"));
    ASSERT_TRUE(counted(ticket));
    ASSERT_EQ(table.take(peer("192.0.2.1:1")), SourceTable::refused);
    table.give_back(ticket);
  }
}

TEST(SourceTableTest, LoweredLimitHoldsAtOnce) {
  SourceTable table(1, 100, 64);
  const Ticket first = table.take(peer("192.0.2.1:1"));
  table.set_most(2);
  const Ticket second = table.take(peer("192.0.2.1:2"));
  EXPECT_TRUE(counted(second));
  table.set_most(1);
  table.give_back(first);
  EXPECT_EQ(table.take(peer("192.0.2.1:3")), SourceTable::refused);
  table.give_back(second);
}

TEST(SourceTableTest, FitsWhatItWouldCountAlike) {
  const SourceTable table(1, 100, 64);
  EXPECT_TRUE(table.fits(100, 64));
  EXPECT_FALSE(table.fits(100, 56));
  EXPECT_FALSE(table.fits(100'000, 64));
}

TEST(SourceTableTest, RefusalsTakeNothing) {
  SourceTable table(1, 100, 64);
  const Ticket ticket = table.take(peer("192.0.2.1:1"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(table.take(peer("192.0.2.1:1")), SourceTable::refused);
  table.give_back(ticket);
  EXPECT_TRUE(counted(table.take(peer("192.0.2.1:1"))));
}

TEST(SourceTableTest, Ipv6ClientsCountByTheirPrefix) {
  SourceTable table(1, 100, 64);
  EXPECT_TRUE(counted(table.take(peer("[2001:db8:0:1::1]:1"))));
  EXPECT_EQ(table.take(peer("[2001:db8:0:1:ffff::2]:1")), SourceTable::refused);
  EXPECT_TRUE(counted(table.take(peer("[2001:db8:0:2::1]:1"))));
}

TEST(SourceTableTest, PrefixesMayEndWithinAByte) {
  SourceTable odd(1, 100, 61);
  EXPECT_TRUE(counted(odd.take(peer("[2001:db8:0:8::1]:1"))));
  EXPECT_EQ(odd.take(peer("[2001:db8:0:f::1]:1")), SourceTable::refused);
  EXPECT_TRUE(counted(odd.take(peer("[2001:db8:0:10::1]:1"))));
  SourceTable whole(1, 100, 128);
  EXPECT_TRUE(counted(whole.take(peer("[2001:db8::1]:1"))));
  EXPECT_TRUE(counted(whole.take(peer("[2001:db8::2]:1"))));
}

TEST(SourceTableTest, MappedAddressesCountAsIpv4) {
  SourceTable table(1, 100, 64);
  EXPECT_TRUE(counted(table.take(peer("[::ffff:192.0.2.1]:1"))));
  EXPECT_EQ(table.take(peer("192.0.2.1:1")), SourceTable::refused);
  EXPECT_TRUE(counted(table.take(peer("[::ffff:192.0.2.2]:1")))) << "its first 64 bits are the same";
}

TEST(SourceTableTest, UnixClientsAreNotCounted) {
  SourceTable table(1, 100, 64);
  for (int i = 0; i < 3; ++i) {
    const Ticket ticket = table.take(peer("unix:@client"));
    EXPECT_EQ(ticket, SourceTable::uncounted);
    table.give_back(ticket);
  }
}

TEST(SourceTableTest, EveryPromisedSourceIsCounted) {
  constexpr unsigned sources = 20'000;
  SourceTable table(1, sources, 64);
  std::vector<Ticket> tickets;
  for (unsigned n = 0; n < sources; ++n) tickets.push_back(table.take(numbered(n)));
  EXPECT_TRUE(std::ranges::all_of(tickets, counted));
  for (unsigned n = 0; n < sources; ++n) EXPECT_EQ(table.take(numbered(n)), SourceTable::refused);
  std::ranges::for_each(tickets, [&](Ticket ticket) { table.give_back(ticket); });
  std::ranges::sort(tickets);
  EXPECT_EQ(std::ranges::adjacent_find(tickets), tickets.end()) << "each source had a slot of its own";
  for (unsigned n = 0; n < sources; ++n) EXPECT_TRUE(counted(table.take(numbered(n))));
}

TEST(SourceTableTest, FullWindowsLeaveSourcesUncounted) {
  SourceTable table(1, 1, 64);  // one window, 64 slots
  for (unsigned n = 0; n < 64; ++n) EXPECT_TRUE(counted(table.take(numbered(n))));
  const Ticket ticket = table.take(numbered(64));
  EXPECT_EQ(ticket, SourceTable::uncounted);
  table.give_back(ticket);
  EXPECT_EQ(table.take(numbered(0)), SourceTable::refused) << "those that are counted stay so";
}

TEST(SourceTableTest, AbsurdLimitsTakeNoAbsurdMemory) {
  SourceTable table(1, std::size_t{1} << 62, 64);
  EXPECT_TRUE(counted(table.take(numbered(1))));
  EXPECT_EQ(table.take(numbered(1)), SourceTable::refused);
}

TEST(SourceTableTest, ManyWorkersLeaveNothingCounted) {
  constexpr unsigned sources = 8;
  SourceTable table(3, 64, 64);
  const auto worker = [&](unsigned seed) {
    std::vector<Ticket> held;
    for (unsigned i = 0; i < 20'000; ++i) {
      if (const Ticket ticket = table.take(numbered((i * 7 + seed) % sources)); counted(ticket))
        held.push_back(ticket);
      if (held.size() < 4) continue;
      std::ranges::for_each(held, [&](Ticket ticket) { table.give_back(ticket); });
      held.clear();
    }
    std::ranges::for_each(held, [&](Ticket ticket) { table.give_back(ticket); });
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < 4; ++i) workers.emplace_back(worker, i);
  for (std::thread& thread : workers) thread.join();
  for (unsigned n = 0; n < sources; ++n) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(counted(table.take(numbered(n)))) << "source " << n;
    EXPECT_EQ(table.take(numbered(n)), SourceTable::refused);
  }
  for (unsigned n = sources; n < 64; ++n) EXPECT_TRUE(counted(table.take(numbered(n)))) << "its slot is free";
}

}  // namespace
}  // namespace duplexd
