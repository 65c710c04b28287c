#pragma once

#include "core/config/loader.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace duplexd {

/// Opens descriptors 0 to 2, so that no socket takes their numbers, ignores SIGPIPE, SIGHUP and SIGUSR1,
/// raises the limit of descriptors to the hard limit, and keeps freed memory of up to 2 MiB for each thread.
/// Called first in the process.
void prepare_process() noexcept;

/// Grows the kernel's table of descriptors to `count`, or to a million (8 MiB) at most. Otherwise the table
/// grows on demand, and in a process with threads each time delays the thread that opens the next descriptor
/// by some 10 ms, until every CPU has left its read-side critical sections (expand_fdtable() in Linux's
/// fs/file.c).
void reserve_descriptors(std::uint64_t count) noexcept;

/// Ends the process when SIGTERM or SIGINT comes, until something else handles them: with 0 if it was about
/// to serve, else with 128 and the signal, as a shell would say. Without a handler process 1 of a container
/// ignores them. Nothing has been bound by then, and so nothing is left behind.
void end_on_signals(bool about_to_serve) noexcept;

Environment process_environment();

/// Writes to stdout, however long that takes. Returns 0, or errno if not all of it could be written.
int print(std::string_view text) noexcept;

/// Writes to stderr, for people. Gives up if stderr takes nothing for a second. Needs no descriptor.
void print_error(std::string_view text) noexcept;

/// "cannot write to standard output: No space left on device"
std::string output_failed(int error);

/// Ends the process before it serves clients: the text to print, and the exit code (sysexits.h).
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& text) : std::runtime_error(text), exit_code(code) {}
  int exit_code;
};

extern const char* const program_version;  ///< "0.1.0"

/// One line per fact: compiler, flags, versions of the libraries, build type, sanitizers.
std::string build_info();

}  // namespace duplexd
