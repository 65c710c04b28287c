#pragma once

#include "core/config/loader.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace duplexd {

/// What the process needs before anything else: descriptors 0 to 2 are open, so that no socket takes their
/// numbers; a closed pipe or a hangup does not end it; it may open as many descriptors as the hard limit
/// says.
void prepare_process() noexcept;

/// Makes the kernel's table of descriptors large enough for `count` of them, but for at most a million (8
/// MiB). It would grow by itself, and in a process with threads hold up each time whoever needs the next
/// descriptor, for some 10 ms: until every CPU has left its read-side critical sections (expand_fdtable() in
/// Linux's fs/file.c).
void reserve_descriptors(std::uint64_t count) noexcept;

Environment process_environment();

/// On stderr, for people. Gives up after a second if nobody reads it.
void print_error(std::string_view text);

/// Why the process ends before it serves anybody: what to print, and the exit code of sysexits.h.
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& text) : std::runtime_error(text), exit_code(code) {}
  int exit_code;
};

extern const char* const program_version;  ///< "0.1.0"

/// One line per fact: compiler, flags, versions of the libraries, build type, sanitizers.
std::string build_info();

}  // namespace duplexd
