#include "daemon/catalog_keeper.hpp"

#include <chrono>
#include <new>
#include <utility>

namespace duplexd {

CatalogKeeper::CatalogKeeper(boost::asio::io_context& control, std::function<void()> keep)
    : timer_(control), keep_(std::move(keep)) {}

void CatalogKeeper::soon() noexcept try {
  if (waits_) return;
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    waits_ = false;
    keep_();
  });
  waits_ = true;
} catch (const std::bad_alloc&) {
}

}  // namespace duplexd
