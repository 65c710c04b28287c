#pragma once

#include "daemon/duplexctl/top/model/reading.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::duplexctl::top {

enum class View : std::uint8_t { sessions, listeners, endpoints, workers };
inline constexpr std::array<std::string_view, 4> view_words{"sessions", "listeners", "endpoints", "workers"};

struct Column {
  std::string_view key;  ///< in JSON, and of --sort
  std::string_view title;
  char letter;            ///< sorts by it
  std::size_t width;      ///< at least
  bool is_number = true;  ///< flush right, the greatest first
  int rank = 0;           ///< where there is no room, columns of the highest rank are left out first
};
std::span<const Column> columns_of(View view) noexcept;

struct Cell {
  std::string text{};
  std::optional<double> number{};  ///< none: it is a text, or not known yet
};

enum class Mark : std::uint8_t { none, warning, bad };

struct Row {
  std::vector<Cell> cells{};
  Mark mark{};
};

/// What is above the table. Rates are per second; none: there is nothing yet to compare with.
struct Head {
  std::string version{}, state{};
  std::uint64_t uptime = 0, generation = 0, live = 0, limit = 0;
  std::optional<double> accepted{}, upstream_bytes{}, downstream_bytes{};
  std::string loop_lag = "-";  ///< of the latest tick of any worker: "< 1 ms"
  std::string left_out{};      ///< "": the table has every session
};

/// One view, by what has changed between two readings.
struct Frame {
  Head head{};
  View view{};
  std::vector<Row> rows{};
};

/// `before` is null for the first. A counter that has gone back, because another process counts, has no rate.
Frame frame_of(View view, const Reading& now, const Reading* before);

}  // namespace duplexd::duplexctl::top
