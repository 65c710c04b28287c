#pragma once

#include <chrono>
#include <string>

namespace duplexd::test {

/// A certificate that signs itself, and its key, in PEM.
struct Certificate {
  std::string certificate, key;
};

/// Valid from a year ago until `valid_for` from now, for the DNS name and for 127.0.0.1.
Certificate certificate_for(const std::string& name, std::chrono::seconds valid_for);

}  // namespace duplexd::test
