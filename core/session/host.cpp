#include "core/session/host.hpp"

#include "core/session/session.hpp"

namespace duplexd {

SessionHost::SessionHost(boost::asio::io_context& context, std::uint32_t worker_number,
                         WorkerCounters& counts, EventSink& events)
    : executor(context.get_executor()),
      worker(worker_number),
      counters(counts),
      sink(events),
      random(std::random_device{}()) {}

SessionHost::~SessionHost() = default;

}  // namespace duplexd
