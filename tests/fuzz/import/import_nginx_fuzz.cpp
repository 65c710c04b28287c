#include "tests/fuzz/import/import_any.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplexd::importing::import_any(duplexd::importing::Syntax::nginx, data, size);
  return 0;
}
