#pragma once

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace duplexd {

/// Work of the control thread that has time, and that may fail for lack of memory and is tried again then.
/// Asking for it needs no memory. Used by the control thread.
class Housekeeping {
 public:
  /// `work` runs once a second, and soon after ask(). After this has gone it does not run.
  Housekeeping(boost::asio::io_context& control, std::function<void()> work);
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  void ask() noexcept;

 private:
  class Loop;

  const std::shared_ptr<Loop> loop_;
};

}  // namespace duplexd
