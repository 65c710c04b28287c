#pragma once

#include "core/tls/certificates/served_certificate.hpp"
#include "core/tls/tls_problem.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace duplexd {

/// Which certificates a client is shown, by the name that it asks for. Sets of certificates have at most one
/// of each kind of key, among which OpenSSL chooses.
class CertificateChoice {
 public:
  using Set = std::vector<std::size_t>;  ///< indices of certificates

  CertificateChoice() = default;
  /// A certificate that no client would ever be shown is a problem.
  CertificateChoice(const std::vector<ServedCertificate>& certificates, TlsProblems& problems);

  const std::vector<Set>& sets() const noexcept { return sets_; }  ///< the first is for all other names

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  /// The index of a set: that of the name, or that of `*` in the place of its first label. Allocates nothing.
  std::size_t find(std::string_view name) const noexcept;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::size_t index_of(const Set& set);

  std::vector<Set> sets_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> by_name_;
};

}  // namespace duplexd
