#include "core/listener/sources/source_table.hpp"

#include "tests/support/peer.hpp"
#include "tests/support/volume.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <functional>
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

TEST(SourceTableTest, SimultaneousFirstsShareOneLimit) {
  const auto rounds = static_cast<int>(test::scaled(20'000));
  SourceTable table(1, 100, 64);
  std::barrier together(2);
  const auto take_often = [&](int& taken) {
    for (int i = 0; i < rounds; ++i) {
      together.arrive_and_wait();
      const Ticket ticket = table.take(peer("192.0.2.1:1"));
      together.arrive_and_wait();
      if (!counted(ticket)) continue;
      ++taken;
      table.give_back(ticket);
    }
  };
  int taken = 0;
  int of_other = 0;
  std::thread other(take_often, std::ref(of_other));
  take_often(taken);
  other.join();
  EXPECT_EQ(taken + of_other, rounds);
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

TEST(SourceTableTest, MoreRoomForgetsNoSession) {
  SourceTable table(2, 1, 64);
  const PeerAddress client = peer("192.0.2.1:1");
  const Ticket first = table.take(client);
  for (std::size_t sources = 10; sources <= 100'000; sources *= 10) table.make_room(sources);
  EXPECT_EQ(table.use_of(client).sessions, 1u);
  const Ticket second = table.take(client);
  EXPECT_EQ(table.take(client), SourceTable::refused);
  table.give_back(first);
  table.give_back(second);
  EXPECT_EQ(table.use_of(client).sessions, 0u);
}

TEST(SourceTableTest, MoreRoomHoldsMoreSources) {
  constexpr unsigned sources = 20'000;
  SourceTable table(1, 64, 64);
  for (unsigned n = 0; n < 32; ++n) ASSERT_TRUE(counted(table.take(numbered(n))));
  table.make_room(sources);
  for (unsigned n = 32; n < sources; ++n) ASSERT_TRUE(counted(table.take(numbered(n))));
  for (unsigned n = 0; n < sources; ++n) ASSERT_EQ(table.take(numbered(n)), SourceTable::refused) << n;
}

TEST(SourceTableTest, RoomGrowsWhileWorkersCount) {
  SourceTable table(1'000'000, 1, 64);
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < 3; ++i) {
    workers.emplace_back([&, i] {
      for (unsigned n = 0; n < 20'000; ++n) table.give_back(table.take(numbered(n % 8 + 8 * i)));
    });
  }
  for (std::size_t sources = 2; sources <= 100'000; sources *= 2) table.make_room(sources);
  for (std::thread& thread : workers) thread.join();
  for (unsigned n = 0; n < 24; ++n) EXPECT_EQ(table.use_of(numbered(n)).sessions, 0u) << "source " << n;
}

TEST(SourceTableTest, ChangedPrefixForgetsNoIpv4Session) {
  SourceTable table(1, 100, 64);
  const Ticket ipv4 = table.take(peer("192.0.2.1:1"));
  const Ticket ipv6 = table.take(peer("[2001:db8:0:1::1]:1"));
  table.set_ipv6_prefix(56);
  EXPECT_EQ(table.take(peer("192.0.2.1:2")), SourceTable::refused);
  EXPECT_TRUE(counted(table.take(peer("[2001:db8:0:101::1]:1"))));
  EXPECT_EQ(table.take(peer("[2001:db8:0:1ff::1]:1")), SourceTable::refused) << "one source by now";
  table.give_back(ipv4);
  table.give_back(ipv6);
  EXPECT_TRUE(counted(table.take(peer("192.0.2.1:2"))));
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

TEST(SourceTableTest, UseIsToldWithoutTaking) {
  SourceTable table(1, 100, 64);
  const PeerAddress client = peer("192.0.2.1:1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(table.use_of(client).sessions, 0u);
  EXPECT_TRUE(table.use_of(client).may);
  const Ticket ticket = table.take(client);
  EXPECT_EQ(table.use_of(client).sessions, 1u);
  EXPECT_FALSE(table.use_of(client).may);
  EXPECT_TRUE(table.use_of(peer("192.0.2.2:1")).may);
  table.give_back(ticket);
  EXPECT_TRUE(counted(table.take(client)));
}

TEST(SourceTableTest, UnixClientsHaveNoUse) {
  const SourceTable table(1, 100, 64);
  EXPECT_FALSE(table.use_of(peer("unix:@x")).counted);
  EXPECT_TRUE(table.use_of(peer("unix:@x")).may);
}

}  // namespace
}  // namespace duplexd
