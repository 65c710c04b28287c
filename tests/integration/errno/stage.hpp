#pragma once

#include "tests/integration/errno/faults.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::test {

/// How many ways lead from a proxy to its backend.
struct Layout {
  std::size_t endpoints = 1;  ///< 1 or 2 addresses of the same backend
  std::size_t sources = 0;    ///< 0: the kernel chooses; 1 or 2
  friend bool operator==(const Layout&, const Layout&) = default;
};

/// A proxy of one worker, so that its calls can be counted, and the backend behind it.
class Stage {
 public:
  explicit Stage(const Layout& layout);

  Proxy& proxy() { return proxy_; }
  Pair open() { return open_session(proxy_, backend_); }
  /// One that relays already, so that none of its calls of dialling is left.
  Pair open_relaying();
  Peer accept() { return backend_.accept(); }

  /// The record of the next session to end that was not asked for yet.
  SessionEnd next_end();
  /// Relays a session, byte for byte. An endpoint whose session ended before it was accepted is dropped.
  void expect_served();

 private:
  Backend backend_;
  Proxy proxy_;
  std::size_t ended_ = 0;
};

/// One call that fails with one errno, and what becomes of its session: a close reason, or goes_on.
struct Row {
  Fault fault;
  std::string outcome;
};
inline constexpr std::string_view goes_on = "goes on";
void PrintTo(const Row& row, std::ostream* out);

/// "RecvOfClientECONNRESET"
std::string name_of(const testing::TestParamInfo<Row>& row);

using Errors = std::vector<int>;

/// Rows for every one of `errors`.
std::vector<Row> rows(const Fault& fault, const Errors& errors, std::string_view outcome);
/// The same, for the client and for the endpoint, whose side `outcome` is prefixed with unless it goes on.
std::vector<Row> rows_of_both_sides(Call call, const Errors& errors, std::string_view outcome);
std::vector<Row> all(const std::vector<std::vector<Row>>& tables);

/// Bytes go both ways, each byte for byte; then `first` ends its stream, `second` answers to that, and ends
/// its own.
void relay_whole(Peer& first, Peer& second, std::size_t bytes);
// Of a peer that may have been reset.
void send_if_open(Peer& peer, std::string_view bytes);

/// A test of one row. A stage costs a tenth of a second, so that one row after another uses the same.
class OnStage : public testing::TestWithParam<Row> {
 protected:
  static void TearDownTestSuite() { leave_stage(); }
  void TearDown() override;

  static const Fault& fault() { return GetParam().fault; }
  static const std::string& outcome() { return GetParam().outcome; }

  static Stage& stage(const Layout& layout = {});
  static void leave_stage() { stage_.reset(); }

 private:
  static inline std::unique_ptr<Stage> stage_;
  static inline Layout layout_;
};

}  // namespace duplexd::test
