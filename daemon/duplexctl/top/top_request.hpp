#pragma once

#include "daemon/duplexctl/top/controls.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace duplexd::duplexctl {

/// `duplexctl top`, as it is written.
struct TopRequest {
  std::string socket{};
  std::chrono::milliseconds timeout{10'000};  ///< of each question
  std::chrono::milliseconds interval{2'000};
  std::size_t frames = 0;  ///< 0: one in a batch, else any number
  bool batch = false;      ///< text, and no terminal
  bool json = false;       ///< of a batch
  top::Controls controls = top::initial_controls();
};

}  // namespace duplexd::duplexctl
