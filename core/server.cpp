#include "core/server.hpp"

#include "core/reload/explain/explain.hpp"
#include "core/reload/generations.hpp"
#include "core/tls/wall_time.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace duplexd {

static_assert(Server::ended == WorkerGroup::ended);

// Without random bytes there is no TLS, either.
static std::shared_ptr<TicketKeys> make_tickets() {
  auto tickets = TicketKeys::make(wall_time());
  if (!tickets) throw StartError({StartFailure::Kind::system, "OpenSSL has no random bytes"});
  return tickets;
}

struct Server::Impl {
  Impl(boost::asio::io_context& control_thread, std::shared_ptr<const Config> config, EventSink& events,
       InheritedSockets inherited, NameService& names, CatalogService& catalogs,
       const std::shared_ptr<Registry>& accounts, const EffectiveLimits& limits)
      : control(control_thread),
        sink(events),
        registry(accounts),
        workers(control, limits, sink, process),
        tickets(make_tickets()),
        names_of_hosts(names),
        catalogs_of_endpoints(catalogs),
        generations(control, around(), std::move(config), std::move(inherited)),
        drain_deadline(control) {}

  Surroundings around() noexcept {
    return {names_of_hosts, catalogs_of_endpoints, sink, *registry, process, workers, orders, tickets};
  }

  // "": nobody was given a ticket.
  std::string tickets_to_give() const {
    const auto& listeners = generations.current().config().listeners;
    const bool used = std::ranges::any_of(listeners, [](const auto& each) { return each.tls.enabled; });
    return used ? tickets->state() : std::string();
  }

  void on_drain_deadline() {
    const std::uint64_t live = registry->totals().of_all_listeners().live;
    sink.notice({.kind = Notice::Kind::stop_incomplete, .worker = workers.size(), .count = live});
    workers.abort();
  }

  void close_sockets() {
    if (ends_sockets) generations.current().end_sockets();
    generations.current().close();
    generations.unused_sockets().clear();
  }

  void on_stopped() {
    drain_deadline.cancel();
    if (on_drained) std::exchange(on_drained, nullptr)();
  }

  boost::asio::io_context& control;
  EventSink& sink;
  const std::shared_ptr<Registry> registry;
  ProcessLimits process{.sessions = SessionLimit(0), .gate = {}};
  WorkerGroup workers;
  Orders orders;
  const std::shared_ptr<TicketKeys> tickets;
  NameService& names_of_hosts;
  CatalogService& catalogs_of_endpoints;
  Generations generations;
  boost::asio::steady_timer drain_deadline;
  std::function<void()> on_drained;
  std::uint64_t pauses = 0;
  bool paused = false;
  Worker::Backlog backlog = Worker::Backlog::serve;
  bool ends_sockets = false;
  std::optional<Giving> giving;
  std::uint64_t givings = 0;
  // Shared by each order to kill that goes on, even if it is lost for lack of memory.
  const std::shared_ptr<const bool> kill = std::make_shared<const bool>();
  std::optional<Taking> taking;
  const Lifetime lifetime;
};

Server::Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
               NameService& names, CatalogService& catalogs, InheritedSockets inherited) {
  const EffectiveLimits limits = effective_limits(*config);
  const auto accounts = std::make_shared<Registry>(limits.workers, sink);
  try {
    impl_ = std::make_unique<Impl>(control, std::move(config), sink, std::move(inherited), names, catalogs,
                                   accounts, limits);
  } catch (StartError& error) {
    error.names = accounts;
    throw;
  }
}

Server::~Server() {
  impl_->workers.abort();
  impl_->workers.join();
  impl_->generations.current().close();
}

void Server::start() {
  impl_->generations.start();
  impl_->workers.start([&impl = *impl_] { impl.on_stopped(); });
}

void Server::start_with(HandoverChannel& channel, NewClients clients, Taking::OnDone on_taken) {
  Impl& impl = *impl_;
  impl.workers.tell(impl.workers.prepare([](Worker& worker) { return worker.holding_off(); }));
  impl.generations.hold_checks();
  start();
  impl.paused = clients == NewClients::refused;
  if (impl.paused) impl.generations.refuse_clients();
  impl.taking.emplace(channel, impl.around(), impl.generations, clients, std::move(on_taken));
  impl.taking->start();
}

void Server::give_sessions(HandoverChannel& channel, Giving::To to, Giving::OnDone on_given) {
  impl_->giving.emplace(channel, impl_->workers, *impl_->registry, impl_->generations.known(),
                        impl_->tickets_to_give(), to,
                        impl_->paused ? NewClients::refused : NewClients::accepted, std::move(on_given));
  ++impl_->givings;
  impl_->giving->start();
}

void Server::plan_moves(std::function<void(const MovePlan&)> on_plan) {
  duplexd::plan_moves(impl_->workers, std::move(on_plan));
}

void Server::reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
  impl_->generations.reload(std::move(config), std::move(on_reloaded));
}

void Server::pause(std::function<void()> on_paused) {
  // A later call has clients to accept that this one does not know of.
  const auto done = [&impl = *impl_, number = ++impl_->pauses, on_paused = std::move(on_paused)] {
    if (impl.paused && number == impl.pauses) impl.generations.refuse_clients();
    on_paused();
  };
  impl_->workers.tell(impl_->workers.prepare([](Worker& worker) { return worker.pausing(); }, done));
  impl_->paused = true;
}

void Server::resume() {
  if (!impl_->paused) return;
  auto tasks = impl_->workers.prepare([](Worker& worker) { return worker.resuming(); });
  impl_->paused = false;
  impl_->generations.welcome_clients();
  impl_->workers.tell(tasks);
}

void Server::hold_off(const std::function<void()>& on_held) {
  auto& workers = impl_->workers;
  workers.tell(workers.prepare([](Worker& worker) { return worker.holding_off(); }, on_held));
}

void Server::accept_again() {
  auto& workers = impl_->workers;
  workers.tell(workers.prepare([](Worker& worker) { return worker.resuming(); }));
}

bool Server::paused() const noexcept { return impl_->paused; }

void Server::drain(std::function<void()> on_stopped) {
  drain(impl_->generations.current().config().drain, std::move(on_stopped));
}

void Server::drain(Duration limit, std::function<void()> on_stopped) {
  Impl& impl = *impl_;
  impl.generations.stop();
  if (!impl.workers.running()) return boost::asio::post(impl.control, std::move(on_stopped));
  impl.on_drained = std::move(on_stopped);
  if (limit.count() == 0) return abort();
  impl.workers.tell(impl.workers.prepare([&impl](Worker& worker) { return worker.draining(impl.backlog); },
                                         [&impl] { impl.close_sockets(); }));
  impl.drain_deadline.expires_after(limit);
  impl.drain_deadline.async_wait(impl.lifetime.guard([&impl](const boost::system::error_code& error) {
    if (!error) impl.on_drain_deadline();
  }));
}

void Server::abort() { impl_->workers.abort(); }

void Server::list_sessions(const SessionQuery& query, std::function<void(const SessionPage&)> on_page) {
  duplexd::list_sessions(impl_->workers, query,
                         [names = impl_->registry->hold_names(),
                          on_page = std::move(on_page)](const SessionPage& page) { on_page(page); });
}

void Server::kill_sessions(const KillOrder& order, std::function<void(const KillOutcome&)> on_done) {
  const auto done = [&impl = *impl_, kill = order.dry_run ? nullptr : impl_->kill, givings = impl_->givings,
                     on_done = std::move(on_done)](KillOutcome outcome) {
    outcome.whole = impl.givings == givings;
    on_done(outcome);
  };
  duplexd::kill_sessions(impl_->control, impl_->workers, order, done);
}

bool Server::kills() const noexcept { return impl_->kill.use_count() > 1; }

Totals Server::totals() const {
  Totals totals = impl_->registry->totals();
  for (const Worker& worker : impl_->workers.workers()) {
    totals.handler_memory_fallbacks += worker.counters().handler_memory_fallbacks.value();
    totals.spurious_wakeups += worker.counters().spurious_wakeups.value();
  }
  return totals;
}

std::vector<WorkerFigures> Server::workers() const {
  std::vector<WorkerFigures> all;
  for (const std::uint64_t ticks : impl_->workers.ticks()) {
    const WorkerCounters& counters = impl_->workers[all.size()].counters();
    WorkerFigures& worker = all.emplace_back();
    worker.runs = ticks != ended;
    worker.ticks = counters.ticks.value();
    worker.lateness.add(counters.lateness);
    worker.sessions = counters.sessions.value();
    worker.buffers = counters.buffers.value();
    worker.pipes = counters.pipes.value();
    worker.handler_memory_uses = counters.handler_memory_uses.value();
    worker.handler_memory_busy = counters.handler_memory_busy.value();
    worker.handler_memory_most_busy = counters.handler_memory_most_busy.value();
  }
  return all;
}

std::vector<std::uint64_t> Server::ticks() const { return impl_->workers.ticks(); }

std::vector<ListeningAddress> Server::addresses() const {
  const Generation& current = impl_->generations.current();
  std::vector<ListeningAddress> all;
  for (std::size_t i = 0; i < current.addresses().size(); ++i) {
    for (const auto& open : current.addresses()[i]) {
      ListeningAddress& one = all.emplace_back();
      one.listener = current.config().listeners[i].name;
      one.address = open->address;
      one.inherited = open->bind.kind == BindAddress::Kind::inherited;
      one.interface = open->made_by.interface;
      for (const FileDescriptor& socket : open->opened.sockets) one.sockets.push_back(socket.get());
    }
  }
  return all;
}

void Server::on_reopened(std::function<void()> on_reopened) {
  impl_->generations.on_reopened(std::move(on_reopened));
}

void Server::on_discovered(std::function<void(const Discovered&)> tell) {
  impl_->generations.on_discovered(std::move(tell));
}

const Config& Server::config() const noexcept { return impl_->generations.current().config(); }

const Config& Server::asked_for() const noexcept { return impl_->generations.current().asked_for(); }

std::vector<std::string> Server::stale_addresses() const {
  const Generation& current = impl_->generations.current();
  return duplexd::stale_addresses(current.config(), current.addresses());
}

std::vector<CertificateReport> Server::certificates() const {
  return impl_->generations.current().certificates();
}

bool Server::has_changed_files() const { return impl_->generations.current().has_changed_files(); }

std::optional<UpstreamReport> Server::report(std::string_view upstream) const {
  return impl_->generations.report(upstream);
}

ExplainResult Server::explain(const ExplainQuestion& question) const {
  ExplainResult result = duplexd::explain(impl_->generations.current(), impl_->process, question);
  const bool refuses = impl_->paused && result && !result->came_to.is_unix();
  if (refuses) result->end = {ExplainedEnd::Kind::refused, ExplainedEnd::By::pause, std::nullopt};
  return result;
}

bool Server::obey(const Orders::Name& endpoint, const Order& order) {
  if (!impl_->orders.set(endpoint, order)) return false;
  impl_->generations.obey(endpoint, order);
  return true;
}

const Orders& Server::orders() const noexcept { return impl_->orders; }

bool Server::check(const Orders::Name& endpoint) { return impl_->generations.check(endpoint); }

InheritedSockets& Server::unused_sockets() noexcept { return impl_->generations.unused_sockets(); }

void Server::leave_sockets() noexcept {
  impl_->backlog = Worker::Backlog::leave;
  for (const auto& listener : impl_->generations.current().addresses()) {
    for (const auto& open : listener) open->opened.file.forget();
  }
}

void Server::end_sockets() noexcept { impl_->ends_sockets = true; }

const EffectiveLimits& Server::limits() const noexcept { return impl_->generations.limits(); }

}  // namespace duplexd
