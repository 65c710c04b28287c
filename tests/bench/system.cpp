#include "tests/bench/system.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace duplexd::bench {
namespace {

void raise_descriptor_limit() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

}  // namespace

int run_program(const char* name, const std::function<void()>& program) {
  try {
    raise_descriptor_limit();
    program();
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << name << ": error: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}

}  // namespace duplexd::bench
