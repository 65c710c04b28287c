#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace duplexd {

/// Has what catalogs say kept for the next process. Writing blocks, so changes that come within a second are
/// written together. Used by the control thread.
class CatalogKeeper {
 public:
  /// `keep` does not throw, and is not called after this has gone.
  CatalogKeeper(boost::asio::io_context& control, std::function<void()> keep);

  /// Without memory for it the next call does it.
  void soon() noexcept;

 private:
  boost::asio::steady_timer timer_;
  const std::function<void()> keep_;
  bool waits_ = false;
};

}  // namespace duplexd
