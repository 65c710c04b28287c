#pragma once

#include "core/worker/sessions/search.hpp"
#include "core/worker/worker_group.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace duplexd {

/// Where a list of sessions goes on.
struct SessionCursor {
  std::size_t worker = 0;
  std::size_t slot = 0;
  friend bool operator==(const SessionCursor&, const SessionCursor&) = default;
};

/// What is to be listed.
struct SessionQuery {
  SessionFilter filter{};
  bool with_tcp = false;
  std::size_t limit = 200;  ///< of sessions on a page
  SessionCursor after{};
};

/// Some sessions of a list, whose names live for as long as the page is handed out.
struct SessionPage {
  std::vector<SessionView> sessions{};
  std::optional<SessionCursor> next{};  ///< none: those were the last
};

/// Finds one page of sessions, worker by worker. `on_page` runs on the control thread, unless the group has
/// gone. Without memory, std::bad_alloc. On the control thread.
void list_sessions(WorkerGroup& workers, const SessionQuery& query,
                   std::function<void(const SessionPage&)> on_page);

}  // namespace duplexd
