#include "tests/bench/system.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

namespace duplexd::bench {
namespace {

void raise_descriptor_limit() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

std::string_view way_out(const std::exception& error) {
  const auto* const failed = dynamic_cast<const std::system_error*>(&error);
  const bool no_descriptors = failed && failed->code() == std::errc::too_many_files_open;
  return no_descriptors ? ": allow more of them (ulimit -Hn), or ask for fewer sessions" : "";
}

}  // namespace

int run_program(const char* name, const std::function<void()>& program) {
  try {
    raise_descriptor_limit();
    program();
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << name << ": error: " << error.what() << way_out(error) << '\n';
    return EXIT_FAILURE;
  }
}

}  // namespace duplexd::bench
