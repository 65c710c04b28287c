#include "tests/support/first_release/first_release.hpp"

#include "core/handover/session_json.hpp"
#include "core/handover/totals_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

namespace json = boost::json;

const json::array& sessions_of_first_release() {
  return first_release().at("sessions").at("sessions").as_array();
}
std::string bytes_of_first_release() { return first_release().at("bytes").as_string().c_str(); }
const json::value& totals_of_first_release() { return first_release().at("last").at("totals"); }

/// Reads a list of sessions, whatever it is; "", or a sentence.
std::string read_sessions(const json::array& described) {
  const std::string bytes = bytes_of_first_release();
  std::string_view left = bytes;
  for (const json::value& each : described) {
    if (const auto session = session_of(each, left); !session) return session.error().what;
  }
  return "";
}

TEST(FirstReleaseTest, ItsSessionsAreRead) { EXPECT_EQ(read_sessions(sessions_of_first_release()), ""); }

TEST(FirstReleaseTest, SessionsHaveWhatItNeeds) {
  const std::string bytes = bytes_of_first_release();
  std::string_view left = bytes;
  std::string written_bytes;
  for (const json::value& each : sessions_of_first_release()) {
    const json::value written = to_json(*session_of(each, left), written_bytes);
    EXPECT_EQ(lacks(written, each), "") << written;
    EXPECT_EQ(lacks(each, written), "") << "it has all members that there were";
  }
  EXPECT_EQ(written_bytes, bytes);
}

TEST(FirstReleaseTest, TotalsHaveWhatItNeeds) {
  const json::value written = to_json(totals_of(totals_of_first_release()));
  EXPECT_EQ(lacks(written, totals_of_first_release()), "");
}

TEST(LaterReleaseTest, ItsSessionsAreRead) {
  for (const char* const word : {"client_reset", "connect_refused", "drained"}) {
    const json::value later = of_later_release(sessions_of_first_release(), word);
    EXPECT_EQ(read_sessions(later.as_array()), "") << later;
  }
}

TEST(LaterReleaseTest, ItsTotalsAreRead) {
  const Totals totals = totals_of(of_later_release(totals_of_first_release(), ""));
  EXPECT_EQ(totals.listeners.at(0).accepted, 1u);
  EXPECT_EQ(totals.listeners.at(0).ended.at(static_cast<std::size_t>(CloseReason::local_error)), 1u)
      << "a reason of its own";
}

// Such a release should not be, and must not end this process.
TEST(LaterReleaseTest, OtherTypesAreRefusedWithSentence) {
  json::value sessions = sessions_of_first_release();
  int refused = 0;
  replace_each(sessions, [&](const json::value& changed) {
    if (changed.is_array() && !read_sessions(changed.as_array()).empty()) ++refused;
  });
  EXPECT_GT(refused, 200);
}

TEST(LaterReleaseTest, OtherTypesOfTotalsAreExceptions) {
  json::value totals = totals_of_first_release();
  int refused = 0;
  replace_each(totals, [&](const json::value& changed) {
    try {
      (void)totals_of(changed);
    } catch (const std::exception& error) {
      EXPECT_NE(std::string_view(error.what()), "");
      ++refused;
    }
  });
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace duplexd::test
