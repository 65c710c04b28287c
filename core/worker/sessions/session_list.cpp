#include "core/worker/sessions/session_list.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

/// One page that is being filled. The worker that is asked keeps it.
class Listing : public std::enable_shared_from_this<Listing> {
 public:
  Listing(WorkerGroup& workers, const SessionQuery& query, std::function<void(const SessionPage&)> on_page)
      : workers_(workers), query_(query), at_(query.after), on_page_(std::move(on_page)) {}

  void go_on() {
    if (at_.worker >= workers_.size()) return on_page_(page_);
    const auto search =
        std::make_shared<SessionSearch>(SessionSearch{.filter = query_.filter,
                                                      .with_tcp = query_.with_tcp,
                                                      .most = query_.limit - page_.sessions.size(),
                                                      .next = at_.slot});
    workers_.ask(at_.worker, workers_[at_.worker].searching(search),
                 [self = shared_from_this(), search] { self->on_found(*search); });
  }

 private:
  void on_found(SessionSearch& search) {
    add(std::move(search.found));
    at_ = search.next ? SessionCursor{at_.worker, *search.next} : SessionCursor{at_.worker + 1, 0};
    if (page_.sessions.size() < query_.limit) return go_on();
    if (at_.worker < workers_.size()) page_.next = at_;
    on_page_(page_);
  }

  // A page that one worker fills is not copied.
  void add(std::vector<SessionView> found) {
    if (page_.sessions.empty()) return page_.sessions.swap(found);
    page_.sessions.insert(page_.sessions.end(), found.begin(), found.end());
  }

  WorkerGroup& workers_;
  const SessionQuery query_;
  SessionCursor at_;
  SessionPage page_;
  const std::function<void(const SessionPage&)> on_page_;
};

}  // namespace

void list_sessions(WorkerGroup& workers, const SessionQuery& query,
                   std::function<void(const SessionPage&)> on_page) {
  std::make_shared<Listing>(workers, query, std::move(on_page))->go_on();
}

}  // namespace duplexd
