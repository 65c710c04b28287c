#pragma once

#include "daemon/duplexctl/top/drawing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duplexd::duplexctl::top {

/// The terminal of standard input and output, for as long as this lives: then it is as it was found.
class Screen {
 public:
  /// Throws Failure where there is no terminal, or one that is not known (TERM).
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  Size size() const;
  void follow_size();  ///< after SIGWINCH
  void show(const std::vector<Line>& lines);
  std::optional<Key> next_key();  ///< none: no key was pressed since

 private:
  void prepare_colours();
  void* screen_;
};

}  // namespace duplexd::duplexctl::top
