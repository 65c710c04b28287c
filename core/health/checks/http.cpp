#include "core/conversation/conversation_end.hpp"
#include "core/conversation/http_answer.hpp"
#include "core/health/checks/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

HttpQuestion request(const HttpCheck& check, const std::string& endpoint) {
  HttpQuestion request{check.method, check.path, check.host.empty() ? endpoint : check.host};
  for (const auto& [name, value] : check.headers) request.headers.emplace_back(name, value);
  return request;
}

bool is_expected(unsigned status, const HttpCheck& check) {
  return std::ranges::any_of(check.statuses, [status](const StatusRange& range) {
    return range.first <= status && status <= range.last;
  });
}

}  // namespace

Words check_http(Conversation& peer, const PreparedCheck& check) {
  const auto& config = check.config->http;
  if (check.tls) co_await peer.secure(*check.tls);
  co_await peer.send(request(config, peer.target().name).text());
  HttpAnswer answer(peer, config.method == "HEAD");
  const unsigned status = co_await answer.status();
  if (!is_expected(status, config)) fail_but_connected(fmt::format("answered {}", status));
  if (config.body.how == TextMatch::How::anything) co_return fmt::format("answered {}", status);
  const auto body = co_await answer.body();
  if (!check.body(body)) fail_but_connected(fmt::format("answered {} without the expected body", status));
  co_return fmt::format("answered {} with the expected body", status);
}

}  // namespace duplexd
