#include "daemon/catalog_keeper.hpp"

#include <new>
#include <utility>

namespace duplexd {

CatalogKeeper::CatalogKeeper(boost::asio::io_context& control, std::function<void()> keep,
                             std::chrono::milliseconds pause)
    : timer_(control), keep_(std::move(keep)), pause_(pause) {}

void CatalogKeeper::soon() noexcept {
  is_due_ = true;
  wait();
}

void CatalogKeeper::start() noexcept {
  keeps_ = true;
  wait();
}

// The wait goes on, and finds out.
void CatalogKeeper::stop() noexcept { keeps_ = false; }

void CatalogKeeper::wait() noexcept try {
  if (waits_ || !keeps_ || !is_due_) return;
  timer_.expires_after(pause_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    waits_ = false;
    if (!keeps_) return;
    is_due_ = false;
    keep_();
  });
  waits_ = true;
} catch (const std::bad_alloc&) {
}

}  // namespace duplexd
