#include "tests/integration/allocation/server_process.hpp"

#include "tests/integration/allocation/heap_counter.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/peer.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <new>
#include <system_error>

namespace duplexd::test {

// Lives in memory that both processes see.
struct ServerProcess::Shared {
  std::atomic<bool> listening{false};
  std::atomic<std::uint64_t> ended{0};
  std::atomic<std::uint64_t> allocations{0};
  std::atomic<std::uint64_t> allocations_before{0};
  std::array<std::uint16_t, 8> ports{};
  Report report;
};

class ServerProcess::CountingSink final : public EventSink {
 public:
  explicit CountingSink(Shared& shared) : shared_(shared) {}
  void session_ended(const SessionEnd&) noexcept override { ++shared_.ended; }
  void notice(const Notice&) noexcept override {}

 private:
  Shared& shared_;
};

ServerProcess::ServerProcess(const Config& config) {
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  shared_ = ::new (memory) Shared;
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  stop_pipe_.reset(ends[1]);
  process_ = ::fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process_ == 0) serve(config, ends[0]);
  ::close(ends[0]);
  if (!eventually([this] { return shared_->listening.load(); }))
    throw std::runtime_error("no server came up");
}

void ServerProcess::serve(const Config& config, int stop_pipe) try {
  stop_pipe_.reset();
  ::signal(SIGPIPE, SIG_IGN);
  count_allocations(&shared_->allocations);
  CountingSink sink(*shared_);
  boost::asio::io_context control;
  FakeNames fake_names;
  NameService names(control, fake_names.source());
  CatalogService catalogs(control, names);
  auto server =
      std::make_unique<Server>(control, std::make_shared<const Config>(config), sink, names, catalogs);
  for (std::size_t i = 0; i < server->addresses().size(); ++i)
    shared_->ports.at(i) = server->addresses()[i].address.port();
  server->start();
  shared_->listening = true;
  char nothing;
  (void)!::read(stop_pipe, &nothing, 1);
  const Totals totals = server->totals();
  for (const Totals::Listener& listener : totals.listeners) shared_->report.accepted += listener.accepted;
  shared_->report.handler_memory_fallbacks = totals.handler_memory_fallbacks;
  server.reset();
  ::_exit(0);
} catch (const std::exception&) {
  ::_exit(1);
}

ServerProcess::~ServerProcess() {
  (void)stop();
  ::munmap(shared_, sizeof(Shared));
}

SocketAddress ServerProcess::address(std::size_t index) const { return loopback(shared_->ports.at(index)); }

bool ServerProcess::wait_for_ended(std::uint64_t sessions) const {
  return eventually([&] { return shared_->ended >= sessions; });
}

void ServerProcess::start_counting() { shared_->allocations_before = shared_->allocations.load(); }

std::uint64_t ServerProcess::allocations() const {
  return shared_->allocations - shared_->allocations_before;
}

ServerProcess::Report ServerProcess::stop() {
  stop_pipe_.reset();
  if (process_ > 0) {
    int status = 0;
    shared_->report.clean = ::waitpid(process_, &status, 0) == process_ && status == 0;
    process_ = 0;
  }
  return shared_->report;
}

}  // namespace duplexd::test
