#pragma once

namespace duplexd::duplexctl {

/// All of duplexctl; returns its exit code.
int run_app(int argc, const char* const* argv);

}  // namespace duplexd::duplexctl
