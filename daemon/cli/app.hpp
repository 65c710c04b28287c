#pragma once

namespace duplexd {

/// The whole program. Returns its exit code.
int run_app(int argc, const char* const* argv);

}  // namespace duplexd
