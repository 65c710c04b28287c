// The keys of transparent proxying.
#include "tests/unit/config/config_text.hpp"

namespace duplexd {
namespace {

TEST(TransparentKeys, ListenersAreNotByDefault) {
  EXPECT_FALSE(parse(with("")).config->listeners.at(0).transparent);
  EXPECT_TRUE(parse(with("transparent: true")).config->listeners.at(0).transparent);
}

}  // namespace
}  // namespace duplexd
