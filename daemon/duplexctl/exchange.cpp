#include "daemon/duplexctl/exchange.hpp"

#include "daemon/duplexctl/one_exchange.hpp"

#include <memory>
#include <optional>

namespace duplexd::duplexctl {

Reply exchange(const std::string& path, std::string_view method, std::string_view target,
               std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  boost::asio::io_context context;
  const auto one = std::make_shared<OneExchange>(context, connect_to_control(path, timeout), method, target);
  std::optional<boost::system::error_code> outcome;
  one->begin([&](boost::system::error_code error) { outcome = error; });
  context.run_for(deadline - std::chrono::steady_clock::now());
  if (!outcome) throw no_answer_in_time(path);
  if (*outcome) throw exchange_failed(path, *outcome);
  return one->reply();
}

}  // namespace duplexd::duplexctl
