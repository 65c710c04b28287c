#pragma once

namespace duplexd::ctl {

/// All of duplexctl; returns its exit code.
int run_app(int argc, const char* const* argv);

}  // namespace duplexd::ctl
