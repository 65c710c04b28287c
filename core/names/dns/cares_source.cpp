#include "core/names/dns/cares_source.hpp"

#include "core/names/dns/service_answer.hpp"
#include "core/names/found.hpp"

#include <new>
#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

constexpr auto tick_interval = 100ms;  // the time-outs of c-ares are seconds
constexpr auto host_is_known_for = 1s;
// A channel that is busy keeps its sockets and so their ports, which forged answers would have to guess.
constexpr std::size_t most_asked_of_one_channel = 256;

/// The name of the service that is asked for; "": it is a host.
std::string_view service_of(std::string_view question) noexcept {
  constexpr std::string_view prefix = "srv:";
  return question.starts_with(prefix) ? question.substr(prefix.size()) : "";
}

}  // namespace

CaresSource::CaresSource(boost::asio::io_context& io, CaresChannel::Servers servers)
    : io_(io), servers_(std::move(servers)), timer_(io) {
  tick();  // has a place in Asio's heap of timers from now on
  ::ares_library_init(ARES_LIB_INIT_ALL);
}

CaresSource::~CaresSource() {
  channels_.clear();
  ::ares_library_cleanup();
}

void CaresSource::ask(const std::string& host, Number question) {
  tick();
  const std::string_view service = service_of(host);
  if (service.empty())
    current().ask_host(host, question);
  else
    current().ask_service(std::string(service), question);
}

void CaresSource::forget(Number question) noexcept {
  for (const auto& channel : channels_) {
    if (channel->forget(question)) break;
  }
  drop_idle_channels();
}

CaresChannel& CaresSource::current() {
  const FileVersion now = version_of(servers_.resolv_conf);
  if (channels_.empty() || now != version_ || channels_.back()->asked() >= most_asked_of_one_channel) {
    auto made = std::make_unique<CaresChannel>(
        io_, servers_, [this](Number question, const CaresAnswer& answer) { on_found(question, answer); });
    channels_.push_back(std::move(made));
    version_ = now;
    drop_idle_channels();
  }
  return *channels_.back();
}

void CaresSource::drop_idle_channels() noexcept {
  std::erase_if(channels_,
                [&](const auto& channel) { return channel != channels_.back() && channel->wanted() == 0; });
}

void CaresSource::tick() {
  if (is_ticking_) return;
  timer_.expires_after(tick_interval);
  timer_.async_wait(lifetime_.guard([this](const boost::system::error_code&) { on_tick(); }));
  is_ticking_ = true;
}

void CaresSource::on_tick() noexcept {
  is_ticking_ = false;
  bool is_open = false;
  for (const auto& channel : channels_) {
    channel->pass_time();
    is_open = is_open || channel->open() > 0;
  }
  drop_idle_channels();
  try {
    if (is_open) tick();
  } catch (const std::bad_alloc&) {  // the next question tries again
  }
}

void CaresSource::on_found(Number question, const CaresAnswer& answer) noexcept {
  try {
    answered(question, answer_of(answer));
  } catch (const std::bad_alloc&) {
    answered(question, {{}, out_of_memory});
  }
}

NameAnswer CaresSource::answer_of(const CaresAnswer& answer) {
  if (!answer.message.empty()) return service_answer(answer.status, answer.message);
  if (answer.of_servers) return duplexd::answer_of(*answer.of_servers, host());
  if (answer.status != ARES_SUCCESS) return {{}, words_of(answer.status)};
  return {usable(addresses_of(answer.of_hosts_file), host()), {}};
}

// Interfaces are read once for many answers.
const HostAddresses& CaresSource::host() {
  const auto now = std::chrono::steady_clock::now();
  if (!host_ || now - host_read_ > host_is_known_for) {
    host_.emplace();
    host_read_ = now;
  }
  return *host_;
}

}  // namespace duplexd
