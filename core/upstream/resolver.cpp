#include "core/upstream/resolver.hpp"

#include <boost/asio/post.hpp>

#include <netdb.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace duplexd {

namespace {

struct AddressList {
  addrinfo* head = nullptr;
  ~AddressList() {
    if (head) ::freeaddrinfo(head);
  }
};

int ask(const HostPort& host, int flags, AddressList& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  return ::getaddrinfo(host.host.c_str(), std::to_string(host.port).c_str(), &hints, &found.head);
}

}  // namespace

Resolution resolve(const HostPort& host) {
  AddressList found;
  Resolution resolution;
  resolution.error = ask(host, AI_ADDRCONFIG, found);
  // AI_ADDRCONFIG does not count loopback: a host with nothing else would not even find "localhost".
  // A name server that is out of reach stays so: asking it again would double the wait.
  if (resolution.error != 0 && resolution.error != EAI_AGAIN) resolution.error = ask(host, 0, found);
  for (const addrinfo* one = found.head; one; one = one->ai_next) {
    resolution.addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  }
  // Name servers rotate their answers; another order is no change.
  std::ranges::sort(resolution.addresses, {}, &SocketAddress::to_string);
  const auto repeated = std::unique(resolution.addresses.begin(), resolution.addresses.end());
  resolution.addresses.erase(repeated, resolution.addresses.end());
  return resolution;
}

/// How a look-up finds its way back: to the owner on the control thread, or nowhere once the owner is gone.
struct UpstreamResolver::Mailbox : std::enable_shared_from_this<Mailbox> {
  explicit Mailbox(UpstreamResolver& resolver) : owner(&resolver) {}

  void deliver(std::vector<Resolution> answers) {
    const std::lock_guard lock(mutex);
    if (!owner) return;
    boost::asio::post(owner->control_, [self = shared_from_this(), answers = std::move(answers)] {
      if (self->owner) self->owner->on_answers(answers);
    });
  }

  void close() {
    const std::lock_guard lock(mutex);
    owner = nullptr;
  }

  std::mutex mutex;
  UpstreamResolver* owner;  // written on the control thread under the mutex
};

UpstreamResolver::UpstreamResolver(boost::asio::io_context& control, const UpstreamConfig& config,
                                   UpstreamAccount& account, EventSink& sink, std::uint32_t worker)
    : control_(control),
      config_(config),
      account_(account),
      sink_(sink),
      worker_(worker),
      timer_(control),
      mailbox_(std::make_shared<Mailbox>(*this)) {
  for (const EndpointConfig& endpoint : config.endpoints) {
    Name& name = names_.emplace_back(Name{&endpoint, &account.endpoints[endpoint.name], {}, false});
    if (const auto* address = std::get_if<SocketAddress>(&endpoint.address)) name.addresses = {*address};
  }
}

UpstreamResolver::~UpstreamResolver() { mailbox_->close(); }

void UpstreamResolver::resolve_all() {
  for (Name& name : names_) {
    if (name.host()) take(name, resolve(*name.host()));
  }
}

void UpstreamResolver::adopt(const UpstreamResolver& earlier) {
  for (Name& name : names_) {
    const auto same = std::ranges::find(earlier.names_, name.account, &Name::account);
    if (!name.host() || same == earlier.names_.end()) continue;
    name.addresses = same->addresses;
    name.failed = same->failed;
  }
}

void UpstreamResolver::resolve_missing(OnResolved on_resolved) {
  std::vector<HostPort> hosts;
  for (const Name& name : names_) {
    if (name.addresses.empty()) hosts.push_back(*name.host());
  }
  if (hosts.empty()) return boost::asio::post(control_, std::move(on_resolved));
  on_resolved_ = std::move(on_resolved);
  ask(std::move(hosts));
}

std::string UpstreamResolver::missing() const {
  const auto name = std::ranges::find_if(names_, [](const Name& one) { return one.addresses.empty(); });
  return name == names_.end() ? "" : name->host()->host;
}

std::vector<Target> UpstreamResolver::targets() const {
  std::vector<Target> targets;
  for (const Name& name : names_) {
    for (const SocketAddress& address : name.addresses) {
      targets.push_back({name.account, address, name.endpoint->weight});
    }
  }
  return targets;
}

void UpstreamResolver::start(OnChange on_change) {
  on_change_ = std::move(on_change);
  if (std::ranges::any_of(names_, &Name::host)) wait();
}

void UpstreamResolver::wait() {
  timer_.expires_after(config_.resolve.interval);
  timer_.async_wait([mailbox = mailbox_](const boost::system::error_code&) {
    if (mailbox->owner) mailbox->owner->look_up();
  });
}

void UpstreamResolver::look_up() {
  std::vector<HostPort> hosts;
  for (const Name& name : names_) {
    if (name.host()) hosts.push_back(*name.host());
  }
  ask(std::move(hosts));
}

void UpstreamResolver::ask(std::vector<HostPort> hosts) {
  try {
    std::thread([mailbox = mailbox_, hosts = std::move(hosts)] {
      std::vector<Resolution> answers(hosts.size());
      std::ranges::transform(hosts, answers.begin(), resolve);
      mailbox->deliver(std::move(answers));
    }).detach();
  } catch (const std::system_error&) {
    report(Notice::Kind::resolve_failed, account_.name, EAI_AGAIN, targets().size());
    if (on_resolved_) return boost::asio::post(control_, std::exchange(on_resolved_, nullptr));
    wait();
  }
}

void UpstreamResolver::on_missing(const std::vector<Resolution>& answers) {
  auto answer = answers.begin();
  for (Name& name : names_) {
    if (name.addresses.empty()) take(name, *answer++);
  }
  std::exchange(on_resolved_, nullptr)();
}

void UpstreamResolver::on_answers(const std::vector<Resolution>& answers) {
  if (on_resolved_) return on_missing(answers);
  const std::vector<Target> before = targets();
  auto answer = answers.begin();
  for (Name& name : names_) {
    if (name.host()) take(name, *answer++);
  }
  if (std::vector<Target> now = targets(); now != before) {
    report(Notice::Kind::resolve_changed, account_.name, 0, now.size());
    on_change_(std::move(now));
  }
  wait();
}

void UpstreamResolver::take(Name& name, Resolution answer) {
  const bool failed_before = std::exchange(name.failed, answer.error != 0);
  if (!name.failed) {
    name.addresses = std::move(answer.addresses);
  } else if (!failed_before) {
    report(Notice::Kind::resolve_failed, name.account->name, answer.error, name.addresses.size());
  }
}

void UpstreamResolver::report(Notice::Kind kind, std::string_view subject, int error, std::size_t count) {
  sink_.notice({.kind = kind, .worker = worker_, .subject = subject, .error = error, .count = count});
}

}  // namespace duplexd
