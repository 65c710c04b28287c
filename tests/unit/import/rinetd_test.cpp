#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;

TEST(RinetdImportTest, RulesBeforeForwardsAreForAll) {
  const std::string yaml = yaml_of(
      Syntax::rinetd, "allow 10.0.*.*\n127.0.0.1 80 10.0.0.1 80\n127.0.0.1 81 10.0.0.1 81\ndeny 10.0.0.9\n");
  const auto first = yaml.find("10.0.0.0/16"), second = yaml.rfind("10.0.0.0/16");
  EXPECT_NE(first, second);
  EXPECT_EQ(yaml.find("deny: [10.0.0.9]"), yaml.rfind("deny: [10.0.0.9]"));
}

TEST(RinetdImportTest, SilenceEndsNoSession) {
  const std::string yaml = yaml_of(Syntax::rinetd, "127.0.0.1 80 10.0.0.1 80\n");
  EXPECT_THAT(yaml, HasSubstr("idle: off\n      half_closed: off"));
}

TEST(RinetdImportTest, HalfForwardsAreMistakes) {
  EXPECT_THAT(error_of(Syntax::rinetd, "\n127.0.0.1 80 10.0.0.1\n"),
              HasSubstr("test.conf:2: a forward has four words"));
  EXPECT_THAT(error_of(Syntax::rinetd, "allow\n"), HasSubstr("one pattern"));
}

TEST(RinetdImportTest, UdpIsRefused) {
  const Imported result = imported(Syntax::rinetd, "127.0.0.1 53/udp 10.0.0.1 53/udp\n");
  EXPECT_FALSE(result.has_listeners);
  EXPECT_THAT(result.yaml, HasSubstr("duplexd relays TCP, not UDP"));
}

}  // namespace
}  // namespace duplexd::importing
