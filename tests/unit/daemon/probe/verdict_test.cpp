#include "daemon/probe/verdict.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using Result = ProbeVerdict::Result;

TEST(ProbeVerdictTest, TextHasALineForEach) {
  const std::vector<ProbeVerdict> all{{Result::ok, "a", "fine"}, {Result::failed, "b", "broken", "mend it"}};
  EXPECT_EQ(probe_text("d.yaml", all),
            "ok      a: fine\nfailed  b: broken; mend it\nd.yaml: probe: 1 ok, 0 warn, 1 failed\n");
  EXPECT_TRUE(has_failed(all));
  EXPECT_FALSE(has_failed({all.front()}));
}

}  // namespace
}  // namespace duplexd
