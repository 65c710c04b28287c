#include "core/worker/leaving.hpp"

#include "tests/unit/upstream/policies/picks.hpp"

#include <gtest/gtest.h>

#include <array>

namespace duplexd {
namespace {

using enum LiveSessions;

constexpr std::array hows{keep, drain, close};

/// What an upstream says of leaving its endpoints.
struct Rules {
  LiveSessions on_removed = keep;
  LiveSessions on_down = keep;
  LiveSessions on_drained = keep;
  OnUp on_up = OnUp::keep;
};

/// A primary and a backup.
class LeavingTest : public testing::Test {
 protected:
  void use(const Rules& rules) {
    picks_.config.on_removed = rules.on_removed;
    picks_.config.on_down = rules.on_down;
    picks_.config.on_drained = rules.on_drained;
    picks_.config.on_up = rules.on_up;
    picks_.use({{.name = "a"}, {.name = "b", .priority = 1}});
  }
  std::optional<Leaving> of(const std::string& name) {
    return leaving(picks_.at(name), picks_.upstream.pool());
  }
  EndpointAccount& account(const std::string& name) { return *picks_.endpoints.account.endpoints[name]; }
  static std::optional<Leaving> expected(CloseReason reason, LiveSessions how) {
    if (how == keep) return std::nullopt;
    return Leaving{reason, how};
  }

  test::Picks picks_{Balance::round_robin};
};

TEST_F(LeavingTest, SessionsOfUpEndpointsStay) {
  use({.on_removed = close, .on_down = close, .on_drained = close});
  EXPECT_EQ(of("a"), std::nullopt);
  EXPECT_EQ(of("b"), std::nullopt);
}

TEST_F(LeavingTest, EjectedEndpointsKeepTheirs) {
  use({.on_removed = close, .on_down = close, .on_drained = close});
  picks_.at("a").trust().eject(1, {});
  EXPECT_EQ(of("a"), std::nullopt);
}

TEST_F(LeavingTest, DownByChecksOrOperator) {
  for (const LiveSessions how : hows) {
    use({.on_down = how});
    picks_.at("a").set_up(false, 0);
    EXPECT_EQ(of("a"), expected(CloseReason::endpoint_down, how));
    picks_.at("a").set_up(true, 0);
    account("a").set_word(OperatorWord::disable);
    EXPECT_EQ(of("a"), expected(CloseReason::endpoint_down, how));
    account("a").set_word(OperatorWord::none);
  }
}

TEST_F(LeavingTest, OnDrainedIsForTheOperator) {
  for (const LiveSessions how : hows) {
    use({.on_down = close, .on_drained = how});
    account("a").set_word(OperatorWord::drain);
    EXPECT_EQ(of("a"), expected(CloseReason::drained, how));
    picks_.at("a").set_up(false, 0);
    EXPECT_EQ(of("a"), expected(CloseReason::drained, how)) << "the operator comes before checks";
  }
}

TEST_F(LeavingTest, OnRemovedComesFirst) {
  for (const LiveSessions how : hows) {
    use({.on_removed = how, .on_down = close, .on_drained = close});
    picks_.at("a").set_up(false, 0);
    account("a").remove_unless_kept();
    EXPECT_EQ(of("a"), expected(CloseReason::removed, how));
    account("a").restore();
  }
}

TEST_F(LeavingTest, BackupsAreLeftIfToldTo) {
  use({.on_up = OnUp::keep});
  EXPECT_EQ(of("b"), std::nullopt);
  use({.on_up = OnUp::close_backups});
  EXPECT_EQ(of("b"), expected(CloseReason::failed_back, close));
  EXPECT_EQ(of("a"), std::nullopt) << "it is no backup";
}

TEST_F(LeavingTest, BackupsStayUntilOthersServe) {
  use({.on_up = OnUp::close_backups});
  picks_.at("a").set_up(false, 0);
  EXPECT_EQ(of("b"), std::nullopt);
  picks_.at("a").set_up(true, 0);
  account("a").set_word(OperatorWord::drain);
  EXPECT_EQ(of("b"), std::nullopt);
  account("a").set_word(OperatorWord::none);
  picks_.at("a").trust().eject(1, {});
  EXPECT_EQ(of("b"), std::nullopt) << "their next sessions would come to the backup again";
}

}  // namespace
}  // namespace duplexd
