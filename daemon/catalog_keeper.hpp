#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace duplexd {

/// Has what catalogs say kept for the next process, while this process is the one that keeps it. Writing
/// blocks, so changes that come within `pause` are written together. Used by the control thread.
class CatalogKeeper {
 public:
  /// `keep` does not throw, and is not called after this has gone.
  CatalogKeeper(boost::asio::io_context& control, std::function<void()> keep,
                std::chrono::milliseconds pause = std::chrono::seconds(1));

  /// Without memory for it the next call does it.
  void soon() noexcept;

  /// Nothing is kept before start(), nor after stop(), for another process keeps its own; what there is to
  /// keep by then waits for start().
  void start() noexcept;
  void stop() noexcept;

 private:
  void wait() noexcept;

  boost::asio::steady_timer timer_;
  const std::function<void()> keep_;
  const std::chrono::milliseconds pause_;
  bool keeps_ = false;
  bool is_due_ = false;
  bool waits_ = false;
};

}  // namespace duplexd
