#include "core/reload/required_names.hpp"

#include <cstddef>
#include <utility>
#include <variant>

namespace duplexd {

struct RequiredNames::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& control, Done on_done) : deadline(control), done(std::move(on_done)) {}

  void ask(NameService& service, const UpstreamConfig& upstream);
  void wait(Duration limit);
  void on_change();
  bool all_answered();
  void finish();

  std::vector<NameService::Subscription> names;
  std::size_t answered = 0;  // the first so many of them
  boost::asio::steady_timer deadline;
  Done done;  // empty: it was called, or nobody waits any more
};

void RequiredNames::State::ask(NameService& service, const UpstreamConfig& upstream) {
  for (const EndpointConfig& endpoint : upstream.endpoints) {
    const auto* const host = std::get_if<HostPort>(&endpoint.address);
    if (!host) continue;
    names.push_back(service.subscribe(host->host, upstream.resolve.interval, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->on_change();
    }));
  }
}

void RequiredNames::State::wait(Duration limit) {
  deadline.expires_after(limit);
  deadline.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = weak.lock(); self && !error) self->finish();
  });
}

void RequiredNames::State::on_change() {
  if (all_answered()) finish();
}

bool RequiredNames::State::all_answered() {
  while (answered < names.size() && !names[answered].awaits_answer()) ++answered;
  return answered == names.size();
}

void RequiredNames::State::finish() {
  if (done) std::exchange(done, nullptr)();
}

RequiredNames::RequiredNames(boost::asio::io_context& control, NameService& names, const Config& config,
                             Done on_done)
    : state_(std::make_shared<State>(control, std::move(on_done))) {
  for (const UpstreamConfig& upstream : config.upstreams) {
    if (upstream.resolve.required) state_->ask(names, upstream);
  }
  state_->wait(state_->all_answered() ? Duration(0) : config.resolve_start_timeout);
}

}  // namespace duplexd
