#pragma once

#include "core/names/name_source.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {

/// A source that answers when a test says so: in any order, twice, or never. The test keeps it, and gives
/// source() to a service.
class FakeNames {
 public:
  struct Question {
    std::string host;
    NameSource::Number number;
  };

  std::unique_ptr<NameSource> source() {
    auto made = std::make_unique<Source>(*this);
    source_ = made.get();
    return made;
  }

  /// Called for each question, before it is noted; may throw what ask() may.
  std::function<void(const Question&)> on_ask = [](const Question&) {};
  std::vector<Question> questions;  ///< all that were asked, in order
  std::vector<NameSource::Number> forgotten;

  std::size_t times_asked(const std::string& host) const {
    return static_cast<std::size_t>(std::ranges::count(questions, host, &Question::host));
  }
  /// Answers the last question about the host, which was asked.
  void answer(const std::string& host, NameAnswer answer) {
    const auto last = std::find_if(questions.rbegin(), questions.rend(),
                                   [&](const Question& question) { return question.host == host; });
    source_->answered(last->number, std::move(answer));
  }
  void answer(NameSource::Number question, NameAnswer answer) {
    source_->answered(question, std::move(answer));
  }

 private:
  struct Source : NameSource {
    explicit Source(FakeNames& names) : names_(names) {}
    void ask(const std::string& host, Number question) override {
      names_.on_ask({host, question});
      names_.questions.push_back({host, question});
    }
    void forget(Number question) noexcept override { names_.forgotten.push_back(question); }
    FakeNames& names_;
  };

  NameSource* source_ = nullptr;  // belongs to the service
};

}  // namespace duplexd::test
