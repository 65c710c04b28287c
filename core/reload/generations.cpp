#include "core/reload/generations.hpp"

#include "core/reload/parts/plan_maker.hpp"
#include "core/tls/wall_time.hpp"

#include <cassert>
#include <new>
#include <utility>

namespace duplexd {

namespace {

StartFailure too_few_descriptors(const EffectiveLimits& limits) {
  return {StartFailure::Kind::system, sessions_do_not_fit(limits), "limits.sessions"};
}

// Short enough to need no memory.
StartFailure out_of_memory() noexcept { return {StartFailure::Kind::system, "out of memory"}; }

void or_throw(const StartResult<void>& result) {
  if (!result) throw StartError(result.error());
}

/// What `work` returns, or the failure that it had too little memory.
template <class Work>
auto within_memory(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

WorkerGroup::Tasks tasks_of(const Generation& next, const Generation* before, WorkerGroup& workers,
                            const WorkerGroup::Done& on_done) {
  std::uint32_t number = 0;
  return workers.prepare([&](Worker& worker) { return worker.applying(plan_of(next, before, number++)); },
                         on_done);
}

}  // namespace

Generations::Generations(boost::asio::io_context& control, const Surroundings& around,
                         std::shared_ptr<const Config> config, InheritedSockets inherited)
    : control_(control),
      around_(around),
      inherited_(std::move(inherited)),
      limits_(effective_limits(*config, around.workers.size())),
      housekeeping_(control, [this] { keep_house(); }),
      watch_(control, around.sink, around.workers.size(), [this] { on_standing(); }) {
  if (!limits_.sessions_fit) throw StartError(too_few_descriptors(limits_));
  current_ = next(std::move(config));
  or_throw(current_->check_names());
  or_throw(current_->read_files(nullptr, true));
  or_throw(current_->open(nullptr, inherited_));
  or_throw(current_->configure());
  current_->make_parts(nullptr, limits_.sessions);
}

std::unique_ptr<Generation> Generations::next(std::shared_ptr<const Config> config,
                                              const HeldEndpoints& held) {
  return std::make_unique<Generation>(
      around_, std::move(config), [this] { housekeeping_.ask(); }, held);
}

void Generations::start() {
  auto tasks = tasks_of(*current_, nullptr, around_.workers, {});
  around_.process.sessions.set_most(limits_.sessions);
  current_->commit(nullptr);
  around_.workers.tell(tasks);
}

void Generations::reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
  const Duration patience = config->resolve_start_timeout;
  begin_or_wait({std::move(config), std::move(on_reloaded), patience, true});
}

void Generations::begin_or_wait(Request request) {
  if (!request_) return begin(std::move(request));
  assert(!later_);
  later_ = std::move(request);
}

void Generations::begin(Request request) {
  request_ = std::move(request);
  const auto begun = within_memory([&]() -> StartResult<void> {
    const EffectiveLimits limits = effective_limits(*request_->config, around_.workers.size());
    if (!limits.sessions_fit) return too_few_descriptors(limits);
    other_ = next(request_->config);
    names_.emplace(control_, around_.names, around_.catalogs, *request_->config, request_->patience,
                   [this] { on_names(); });
    return {};
  });
  if (!begun) refuse(begun.error());
}

void Generations::on_names() {
  awaited_.reset();
  holds_ = false;
  auto tasks = within_memory([this] { return prepare(); });
  if (holds_) awaited_.emplace(*names_);
  names_.reset();
  tasks ? commit(*tasks) : refuse(tasks.error());
}

// A discovery that would change nothing for want of addresses is refused, so that this is told.
StartResult<void> Generations::take_sources() {
  if (other_->is_outdated()) other_ = next(request_->config);
  if (const auto named = other_->check_names(); !named) return named.error();
  const HeldEndpoints held = held_endpoints(*other_, *current_);
  if (held.empty()) return {};
  holds_ = true;
  other_ = next(request_->config, held);
  if (request_->is_discovery && other_->config().upstreams == current_->config().upstreams)
    return StartFailure{StartFailure::Kind::system, held.why};
  return {};
}

// What names have brought is reported before the next generation takes it over. The options of the sockets
// come last, because those in use already have them at once.
StartResult<WorkerGroup::Tasks> Generations::prepare() {
  if (stopping_) return StartFailure{StartFailure::Kind::system, "duplexd is stopping"};
  current_->follow_names();
  if (const auto taken = take_sources(); !taken) return taken.error();
  if (const auto read = other_->read_files(current_.get(), request_->reads_certificates); !read)
    return read.error();
  if (const auto opened = other_->open(current_.get(), inherited_); !opened) return opened.error();
  limits_after_ = effective_limits(other_->config(), around_.workers.size());
  other_->make_parts(current_.get(), limits_after_.sessions);
  auto tasks = tasks_of(*other_, current_.get(), around_.workers, [this] { on_switched(); });
  if (const auto configured = other_->configure(); !configured) {
    (void)current_->configure();  // what they have in common is as it was
    return configured.error();
  }
  return tasks;
}

void Generations::commit(const WorkerGroup::Tasks& tasks) noexcept {
  std::swap(current_, other_);
  limits_ = limits_after_;
  around_.process.sessions.set_most(limits_.sessions);
  current_->commit(other_.get());
  if (refuses_clients_) current_->refuse_clients();
  around_.workers.tell(tasks);
}

// No worker watches the sockets that only the other generation has: they close.
void Generations::on_switched() { end({}); }

void Generations::refuse(StartFailure failure) {
  if (refuses_clients_) current_->refuse_clients();
  end(std::move(failure));
}

void Generations::end(StartResult<void> result) {
  other_.reset();
  housekeeping_.ask();
  const Request over = *std::exchange(request_, std::nullopt);
  over.on_reloaded(std::move(result));
  if (!request_ && later_) begin(*std::exchange(later_, std::nullopt));
}

// What it cannot do for lack of memory is left for the next time.
void Generations::keep_house() {
  current_->follow_names();
  if (checks_) watch_.follow(*current_);
  watch_.look(*current_);
  if (standing_changed_) end_leavers();
  around_.registry.forget_unused();
  if (!request_ && !stopping_) reopen();
  if (!request_ && !stopping_) replace_certificates();
  if (!request_ && !stopping_) discover();
  around_.tickets->change_if_due(wall_time());
}

void Generations::end_leavers() {
  const Config& config = current_->config();
  around_.workers.tell(around_.workers.prepare(
      [&](Worker& worker) { return worker.ending_leavers(config.drain, config.close_spread); }));
  standing_changed_ = false;
}

void Generations::refuse_clients() noexcept {
  refuses_clients_ = true;
  current_->refuse_clients();
}

void Generations::welcome_clients() noexcept {
  refuses_clients_ = false;
  current_->welcome_clients();
}

}  // namespace duplexd
