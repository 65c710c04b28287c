#include "daemon/control/sessions/slowest.hpp"

#include "core/session/views/verdict.hpp"
#include "daemon/control/sessions/session_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

constexpr std::size_t judged_at_once = 200;

class Slowest : public std::enable_shared_from_this<Slowest> {
 public:
  Slowest(Server& server, SessionQuery query, std::function<void(std::string)> on_answer)
      : server_(server), most_(query.limit), query_(std::move(query)), on_answer_(std::move(on_answer)) {
    query_.limit = judged_at_once;
  }

  void go_on() {
    server_.list_sessions(query_,
                          [self = shared_from_this()](const SessionPage& page) { self->on_page(page); });
  }

 private:
  struct One {
    std::chrono::microseconds time;
    std::string session;  // as JSON
  };

  void on_page(const SessionPage& page) {
    for (const SessionView& view : page.sessions) add(view);
    judged_ += page.sessions.size();
    if (!page.next) return answer();
    query_.after = *page.next;
    go_on();
  }

  void add(const SessionView& view) {
    const Verdict verdict = judge(view);
    if (verdict.who == Slow::nobody) return;
    const auto at = std::ranges::upper_bound(found_, verdict.time, std::greater(), &One::time);
    if (at == found_.end() && found_.size() == most_) return;
    std::string session;
    append_judged_session(session, view, verdict);
    found_.insert(at, {verdict.time, std::move(session)});
    if (found_.size() > most_) found_.pop_back();
  }

  void answer() {
    std::string text = fmt::format(R"({{"judged":{},"slow":[)", judged_);
    for (const One& one : found_) text.append(&one == &found_.front() ? "" : ",").append(one.session);
    on_answer_(text += "]}");
  }

  Server& server_;
  const std::size_t most_;
  SessionQuery query_;
  const std::function<void(std::string)> on_answer_;
  std::vector<One> found_;  // held up longest first
  std::uint64_t judged_ = 0;
};

}  // namespace

void find_slowest(Server& server, SessionQuery query, std::function<void(std::string)> on_answer) {
  std::make_shared<Slowest>(server, std::move(query), std::move(on_answer))->go_on();
}

}  // namespace duplexd
