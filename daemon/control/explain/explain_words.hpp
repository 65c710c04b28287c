#pragma once

#include "core/reload/explain/explanation.hpp"

#include <string>
#include <string_view>

namespace duplexd {

// The words of an explanation: those that never change their meaning, and sentences.

std::string_view to_word(ExplainedLimit::Says says) noexcept;
std::string_view to_word(AccessRule rule) noexcept;
std::string_view to_word(PeerRole role) noexcept;
std::string_view to_word(Greeting::Step step) noexcept;
std::string_view to_word(Mismatch mismatch) noexcept;  ///< "" for none
std::string_view to_word(Certainty certainty) noexcept;
std::string_view to_word(ExplainedMember::Verdict verdict) noexcept;
std::string_view to_word(Unfit unfit) noexcept;  ///< "" for no
std::string_view to_word(ExplainedEnd::Kind kind) noexcept;
std::string_view to_word(ExplainedEnd::By by) noexcept;  ///< "" for nobody

/// "its name is another one": after "does not take the client:".
std::string_view sentence_of(Mismatch mismatch) noexcept;
std::string_view sentence_of(Greeting::Step step) noexcept;
/// Why the endpoint is not chosen; "": it is.
std::string_view sentence_of(const ExplainedMember& member) noexcept;
/// What becomes of the client: "it is closed: access_denied".
std::string sentence_of(const Explanation& told);
/// The endpoint, or those of which it is one.
std::string endpoint_sentence(const ExplainedChoice& choice);

}  // namespace duplexd
