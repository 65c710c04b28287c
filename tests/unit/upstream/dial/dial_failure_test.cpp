#include "core/upstream/dial/dial_failure.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <set>

namespace duplexd {
namespace {

using enum CloseReason;
constexpr int most_errno = 133;
const std::set<int> no_descriptors{EMFILE, ENFILE};
const std::set<int> memory{ENOMEM, ENOBUFS};

/// Calls `visit(step, error, has_source)` for all that can be judged.
template <class Visit>
void sweep(Visit visit) {
  using enum ConnectStep;
  for (const ConnectStep step : {socket, option, source, connect}) {
    for (int error = 1; error <= most_errno; ++error) {
      for (const bool has_source : {false, true}) {
        SCOPED_TRACE(testing::Message() << "step " << static_cast<int>(step) << ", "
                                        << ::strerrordesc_np(error) << ", source " << has_source);
        visit(step, error, has_source);
      }
    }
  }
}

TEST(DialFailureTest, MissingDescriptorsLeaveNoWayOn) {
  sweep([](ConnectStep step, int error, bool has_source) {
    const DialFailure failure = judge(step, error, has_source);
    EXPECT_EQ(failure.way_on == WayOn::none, no_descriptors.contains(error));
    if (failure.way_on == WayOn::none) {
      EXPECT_EQ(failure.reason, local_error);
    }
  });
}

TEST(DialFailureTest, OnlyConnectBlamesTheEndpoint) {
  sweep([](ConnectStep step, int error, bool has_source) {
    if (side_of(judge(step, error, has_source).reason) == Side::endpoint) {
      EXPECT_EQ(step, ConnectStep::connect);
    }
  });
}

TEST(DialFailureTest, OnlyExhaustedPortsAreNoPort) {
  sweep([](ConnectStep step, int error, bool has_source) {
    const bool of_bind = step == ConnectStep::source && error == EADDRINUSE;
    const bool of_connect = step == ConnectStep::connect && (error == EADDRINUSE || error == EADDRNOTAVAIL);
    EXPECT_EQ(judge(step, error, has_source).reason == connect_no_port, of_bind || of_connect);
  });
}

TEST(DialFailureTest, OtherSourceNeedsSources) {
  sweep([](ConnectStep step, int error, bool has_source) {
    if (!has_source) {
      EXPECT_NE(judge(step, error, has_source).way_on, WayOn::other_source);
    } else if (step == ConnectStep::source && !no_descriptors.contains(error) && !memory.contains(error)) {
      EXPECT_EQ(judge(step, error, has_source).way_on, WayOn::other_source);
    }
  });
}

TEST(DialFailureTest, OnlyPassingShortagesAreTriedLater) {
  sweep([](ConnectStep step, int error, bool has_source) {
    const bool full = step == ConnectStep::connect && error == EAGAIN;
    EXPECT_EQ(judge(step, error, has_source).way_on == WayOn::later, full || memory.contains(error));
  });
}

TEST(DialFailureTest, ReasonsFollowTheTable) {
  struct Row {
    ConnectStep step;
    int error;
    bool has_source;
    DialFailure failure;
  };
  using enum ConnectStep;
  using enum WayOn;
  for (const Row& row : {
           Row{socket, EAFNOSUPPORT, false, {connect_no_source, other_endpoint}},
           Row{socket, EACCES, true, {local_error, other_endpoint}},
           Row{option, ENODEV, true, {connect_no_source, other_endpoint}},
           Row{option, EPERM, true, {local_error, other_endpoint}},
           Row{source, EADDRNOTAVAIL, true, {connect_no_source, other_source}},
           Row{source, EADDRNOTAVAIL, false, {connect_no_source, other_endpoint}},
           Row{connect, EADDRNOTAVAIL, true, {connect_no_port, other_source}},
           Row{connect, ENETUNREACH, true, {connect_unreachable, other_source}},
           Row{connect, EHOSTUNREACH, false, {connect_unreachable, other_endpoint}},
           Row{connect, EPERM, true, {connect_error, other_source}},
           Row{connect, EINVAL, true, {connect_no_source, other_source}},
           Row{connect, EINVAL, false, {connect_error, other_endpoint}},
           Row{connect, ECONNREFUSED, true, {connect_refused, other_endpoint}},
           Row{connect, ETIMEDOUT, true, {connect_timeout, other_endpoint}},
           Row{connect, ENOENT, false, {connect_error, other_endpoint}},
       }) {
    EXPECT_EQ(judge(row.step, row.error, row.has_source), row.failure) << ::strerrordesc_np(row.error);
  }
}

}  // namespace
}  // namespace duplexd
