#pragma once

#include <stdexcept>
#include <string>

namespace duplexd {

/// Why the process ends before it serves anybody: what to print, and the exit code of sysexits.h.
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& text) : std::runtime_error(text), exit_code(code) {}
  int exit_code;
};

}  // namespace duplexd
