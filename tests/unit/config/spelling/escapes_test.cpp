#include "core/config/spelling/escapes.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

TEST(Escapes, BytesAreReadAndWritten) {
  EXPECT_EQ(*unescape(R"(a\r\n\t\\\x00\xfF)"), std::string("a\r\n\t\\\0\xff", 7));
  EXPECT_EQ(escape(std::string("a\r\\\0\xff\"", 6)), R"(a\x0d\\\x00\xff")");
}

TEST(Escapes, EveryByteSurvives) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(*unescape(escape(all)), all);
}

TEST(Escapes, OthersAreRefused) {
  for (const auto* text : {"\\", "\\q", "\\x", "\\x1", "\\xg0", "\\x-1"})
    EXPECT_FALSE(unescape(text)) << text;
}

TEST(Escapes, HexIsPairs) {
  EXPECT_EQ(*from_hex("0d0A"), "\r\n");
  EXPECT_EQ(*from_hex(""), "");
  for (const auto* text : {"0", "0d0", "0x", "-1", "0d 0a"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace duplexd
