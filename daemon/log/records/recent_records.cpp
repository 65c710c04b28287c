#include "daemon/log/records/recent_records.hpp"

#include "daemon/log/line/log_format.hpp"

#include <utility>
#include <vector>

namespace duplexd {
namespace {

void leave_last(std::deque<LogLine>& lines, std::size_t most) noexcept {
  while (lines.size() > most) lines.pop_front();
}

void keep_last(std::deque<LogLine>& lines, LogLine line, std::size_t most) {
  lines.push_back(std::move(line));
  leave_last(lines, most);
}

void append_records(std::string& out, const std::deque<LogLine>& lines, const RecentRecords::Query& query) {
  std::vector<const LogLine*> asked;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (query.most > 0 && asked.size() == query.most) break;
    if (query.listener.empty() || line->find("listener") == query.listener) asked.push_back(&*line);
  }
  out += '[';
  for (auto line = asked.rbegin(); line != asked.rend(); ++line) {
    if (line != asked.rbegin()) out += ',';
    append_json(out, **line);
    out.pop_back();  // the end of the line
  }
  out += ']';
}

}  // namespace

void RecentRecords::keep(LogLine line, bool is_slow) {
  const std::lock_guard lock(mutex_);
  if (is_slow) keep_last(slow_, line, most_);
  keep_last(ends_, std::move(line), most_);
}

void RecentRecords::limit(std::size_t most) noexcept {
  const std::lock_guard lock(mutex_);
  most_ = most;
  leave_last(ends_, most);
  leave_last(slow_, most);
}

std::string RecentRecords::to_json(const Query& query) const {
  const std::lock_guard lock(mutex_);
  std::string text = R"({"ends":)";
  append_records(text, ends_, query);
  text += R"(,"slow_connects":)";
  append_records(text, slow_, query);
  return text + '}';
}

}  // namespace duplexd
