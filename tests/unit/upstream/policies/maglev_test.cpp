#include "core/upstream/policies/maglev.hpp"

#include "tests/support/peer.hpp"
#include "tests/unit/upstream/policies/picks.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>

namespace duplexd {
namespace {

/// Members at 10.0.0.1, 10.0.0.2 and so on, and their table.
class Table {
 public:
  explicit Table(const std::vector<unsigned>& weights) {
    for (const unsigned weight : weights) add(weight);
  }
  void add(unsigned weight) {
    const std::string address = "10.0." + std::to_string(members_.size() / 250) + "." +
                                std::to_string(members_.size() % 250 + 1) + ":80";
    members_.push_back({.endpoint = &endpoints_.at(address, address),
                        .weight = weight,
                        .share = static_cast<float>(weight)});
  }
  void remove(std::size_t index) { members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(index)); }
  void shuffle() { std::ranges::shuffle(members_, std::minstd_rand(1)); }

  /// The endpoint of each entry.
  std::vector<const Endpoint*> owners() const {
    std::vector<const Endpoint*> owners;
    for (const std::uint32_t index : maglev_table(members_)) owners.push_back(members_[index].endpoint);
    return owners;
  }
  std::vector<double> shares() const {
    const auto table = maglev_table(members_);
    std::vector<double> shares(members_.size());
    for (const std::uint32_t owner : table) shares[owner] += 1.0 / static_cast<double>(table.size());
    return shares;
  }
  /// A number that differs where the tables do.
  std::uint64_t digest() const {
    std::uint64_t digest = 14'695'981'039'346'656'037U;
    for (const Endpoint* const owner : owners()) {
      for (const char byte : owner->name)
        digest = (digest ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211U;
    }
    return digest;
  }
  const Endpoint* endpoint(std::size_t index) const { return members_[index].endpoint; }

 private:
  test::Endpoints endpoints_;
  std::vector<PoolMember> members_;
};

TEST(Maglev, SharesFollowTheWeights) {
  const std::vector<unsigned> weights{1, 2, 3, 4, 90};
  const auto shares = Table(weights).shares();
  for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(shares[i], weights[i] / 100.0, 0.001);
}

TEST(Maglev, SmallestWeightHasEntries) {
  const auto shares = Table({1000, 1, 1000}).shares();
  EXPECT_NEAR(shares[1], 1 / 2001.0, 0.0002);
}

// Ideally only the hashes of the removed one move, a tenth of all.
TEST(Maglev, RemovalMovesFewOthers) {
  for (std::size_t removed = 0; removed < 10; removed += 3) {
    Table table(std::vector<unsigned>(10, 1));
    const auto before = table.owners();
    const Endpoint* const gone = table.endpoint(removed);
    table.remove(removed);
    const auto after = table.owners();
    ASSERT_EQ(before.size(), after.size());
    std::size_t moved = 0;
    for (std::size_t i = 0; i < before.size(); ++i) moved += before[i] != gone && before[i] != after[i];
    EXPECT_LT(static_cast<double>(moved) / static_cast<double>(before.size()), 0.02) << removed;
  }
}

TEST(Maglev, SeparatePoolsChooseAlike) {
  EXPECT_EQ(Table({1, 5, 3}).digest(), Table({1, 5, 3}).digest());
  EXPECT_NE(Table({1, 5, 3}).digest(), Table({1, 5, 4}).digest());
}

TEST(Maglev, OrderOfMembersDoesNotMatter) {
  Table table({1, 5, 3, 2, 2, 7});
  const std::uint64_t before = table.digest();
  table.shuffle();
  EXPECT_EQ(table.digest(), before);
}

/// What a child process says, or 0.
std::uint64_t in_child(const std::function<std::uint64_t()>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::uint64_t said = work();
    ::_exit(::write(ends[1], &said, sizeof said) == sizeof said ? 0 : 1);
  }
  ::close(ends[1]);
  std::uint64_t said = 0;
  EXPECT_EQ(::read(ends[0], &said, sizeof said), static_cast<ssize_t>(sizeof said));
  ::close(ends[0]);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  return said;
}

TEST(Maglev, ProcessesChooseAlike) {
  const auto digest = [] { return Table({3, 1, 4, 1, 5, 9, 2, 6}).digest(); };
  const std::uint64_t own = digest();
  EXPECT_EQ(in_child(digest), own);
  EXPECT_EQ(own, 10'610'268'502'418'704'345U) << "also those of another version, and of another machine";
}

TEST(Maglev, ManyMembersHaveManyEntries) {
  const Table table(std::vector<unsigned>(1'000, 1));
  const auto shares = table.shares();
  EXPECT_GE(table.owners().size(), 100'000u);
  EXPECT_NEAR(*std::ranges::min_element(shares), 0.001, 0.00005);
  EXPECT_NEAR(*std::ranges::max_element(shares), 0.001, 0.00005);
}

TEST(Maglev, NoMembersHaveNoTable) { EXPECT_TRUE(maglev_table({}).empty()); }

// A member that is down for a moment moves its own clients only.
TEST(Maglev, DownMemberMovesItsClientsOnly) {
  test::Picks picks(Balance::consistent_hash);
  picks.use({{"a"}, {"b"}, {"c"}, {"d"}});
  const auto owner = [&](std::uint64_t hash) {
    return picks.upstream.choose({.hash = hash * 0x9e3779b97f4a7c15}, {}).member->endpoint->name;
  };
  std::vector<std::string_view> before;
  for (std::uint64_t hash = 0; hash < 4'000; ++hash) before.push_back(owner(hash));
  picks.at("b").set_up(false, 0);
  std::map<std::string_view, int> heirs;
  for (std::uint64_t hash = 0; hash < 4'000; ++hash) {
    if (before[hash] == "b") {
      ++heirs[owner(hash)];
    } else {
      EXPECT_EQ(owner(hash), before[hash]);
    }
  }
  for (const char* const heir : {"a", "c", "d"}) EXPECT_NEAR(heirs[heir], 333, 80);
}

}  // namespace
}  // namespace duplexd
