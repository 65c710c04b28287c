#include "core/metrics/close_reason.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace duplexd {
namespace {

TEST(CloseReasonTest, EveryReasonHasAUniqueLabel) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto word = to_word(static_cast<CloseReason>(i));
    EXPECT_FALSE(word.empty());
    EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), word.npos) << word;
    words.insert(word);
  }
  EXPECT_EQ(words.size(), close_reason_count);
}

TEST(CloseReasonTest, EveryReasonHasAUniqueSentence) {
  std::set<std::string_view> sentences;
  for (std::size_t i = 0; i < close_reason_count; ++i)
    sentences.insert(to_sentence(static_cast<CloseReason>(i)));
  EXPECT_EQ(sentences.size(), close_reason_count);
  EXPECT_FALSE(sentences.contains(""));
}

TEST(CloseReasonTest, LabelIsTheReasonsName) {
  EXPECT_EQ(to_word(CloseReason::client_finished), "client_finished");
  EXPECT_EQ(to_word(CloseReason::connect_no_port), "connect_no_port");
  EXPECT_EQ(to_word(CloseReason::half_closed_timeout), "half_closed_timeout");
  EXPECT_EQ(to_word(CloseReason::local_error), "local_error");
}

TEST(CloseReasonTest, ReasonNamesTheSideResponsible) {
  EXPECT_EQ(side_of(CloseReason::client_reset), Side::client);
  EXPECT_EQ(side_of(CloseReason::connect_refused), Side::endpoint);
  EXPECT_EQ(side_of(CloseReason::idle_timeout), Side::local);
  EXPECT_EQ(side_of(CloseReason::connect_no_port), Side::local);
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    EXPECT_EQ(side_of(reason) == Side::client, to_word(reason).starts_with("client_")) << to_word(reason);
    if (to_word(reason).starts_with("endpoint_")) {
      EXPECT_EQ(side_of(reason), Side::endpoint);
    }
  }
}

TEST(CloseReasonTest, EverySideHasAWord) {
  EXPECT_EQ(to_word(Side::client), "client");
  EXPECT_EQ(to_word(Side::endpoint), "endpoint");
  EXPECT_EQ(to_word(Side::local), "local");
}

}  // namespace
}  // namespace duplexd
