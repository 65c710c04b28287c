#include "daemon/probe/dial_probe.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace duplexd {

std::shared_ptr<const PreparedCheck> dialling(Duration timeout) {
  auto check = std::make_shared<CheckConfig>();
  check->type = CheckType::tcp;
  check->timeout = timeout;
  return std::make_shared<const PreparedCheck>(std::move(check));
}

const DialProbe::Job& DialProbe::add(ConversationTarget target, std::shared_ptr<const PreparedCheck> check) {
  return jobs_.emplace_back(Job{std::move(target), std::move(check)});
}

void DialProbe::run() {
  const auto deadline = std::chrono::steady_clock::now() + most_in_all;
  while (begun_ < jobs_.size() && begun_ < most_at_once) begin_next();
  io_.restart();
  while (ended_ < jobs_.size() && io_.run_one_until(deadline) > 0) {
  }
}

void DialProbe::begin_next() {
  if (begun_ < jobs_.size()) begin(jobs_[begun_++]);
}

// A check that is given up ends with words that say so.
void DialProbe::begin(Job& job) {
  const auto running = std::make_shared<Running>(io_);
  running->timer.expires_after(job.check->config->timeout);
  running->timer.async_wait([running](const boost::system::error_code& error) {
    if (!error) running->give_up.emit(boost::asio::cancellation_type::terminal);
  });
  boost::asio::co_spawn(io_, make_check(io_.get_executor(), job.target, job.check),
                        boost::asio::bind_cancellation_slot(
                            running->give_up.slot(),
                            [this, running, &job](const std::exception_ptr& error, CheckResult result) {
                              running->timer.cancel();
                              if (!error) job.result = std::move(result);
                              ++ended_;
                              begin_next();
                            }));
}

}  // namespace duplexd
