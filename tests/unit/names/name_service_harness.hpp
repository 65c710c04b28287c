#pragma once

#include "core/names/name_service.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::test {

inline NameAnswer address(const std::string& text = "192.0.2.1:0") { return {{address_of(text)}, ""}; }
inline constexpr std::string_view no_such_name = "no such name";

/// A service with a fake source.
class NameServiceHarness : public testing::Test {
 protected:
  NameService::Subscription subscribe(const std::string& host, Duration interval = std::chrono::hours(1)) {
    return service_->subscribe(host, interval, [this, host] { told_.push_back(host); });
  }
  void run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done() && std::chrono::steady_clock::now() < deadline)
      control_.run_one_for(std::chrono::milliseconds(1));
    ASSERT_TRUE(done());
    control_.restart();
  }
  /// Until `host` has been asked as often.
  void run_until_asked(const std::string& host, std::size_t times = 1) {
    run_until([&] { return names_.times_asked(host) >= times; });
  }
  void run_until_told(std::size_t times) {
    run_until([&] { return told_.size() >= times; });
  }
  /// Runs what is ready, and returns.
  void run_ready() {
    control_.restart();
    while (control_.poll() > 0) {
    }
  }

  boost::asio::io_context control_;
  FakeNames names_;
  std::optional<NameService> service_{std::in_place, control_, names_.source()};
  std::vector<std::string> told_;
};

}  // namespace duplexd::test
