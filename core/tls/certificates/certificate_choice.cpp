#include "core/tls/certificates/certificate_choice.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace duplexd {
namespace {

using Set = CertificateChoice::Set;

constexpr std::size_t longest_name = 255;  // RFC 1035

bool has_kind(const std::vector<ServedCertificate>& certificates, const Set& set, int kind) {
  return std::ranges::any_of(set, [&](std::size_t index) { return certificates[index].kind() == kind; });
}

/// The first certificate of each kind, for each name.
std::map<std::string, Set> sets_by_name(const std::vector<ServedCertificate>& certificates) {
  std::map<std::string, Set> sets;
  for (std::size_t i = 0; i < certificates.size(); ++i)
    for (const auto& name : certificates[i].names)
      if (Set& set = sets[name]; !has_kind(certificates, set, certificates[i].kind())) set.push_back(i);
  return sets;
}

void refuse_unused(const std::vector<ServedCertificate>& certificates, const std::vector<Set>& sets,
                   TlsProblems& problems) {
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const auto has = [i](const Set& set) { return std::ranges::find(set, i) != set.end(); };
    if (std::ranges::any_of(sets, has)) continue;
    problems.push_back({TlsProblem::Kind::unusable, fmt::format("certificates[{}].certificate_file", i),
                        fmt::format("{} would never be shown: {}", in_quotes(certificates[i].file),
                                    certificates[i].names.empty()
                                        ? "it has no name, and is not the first"
                                        : "those before it have its names, and keys of its kind")});
  }
}

}  // namespace

CertificateChoice::CertificateChoice(const std::vector<ServedCertificate>& certificates,
                                     TlsProblems& problems) {
  const auto sets = sets_by_name(certificates);
  const auto& first = certificates.front().names;
  sets_.push_back(first.empty() ? Set{0} : sets.at(first.front()));
  for (const auto& [name, set] : sets) by_name_.emplace(name, index_of(set));
  refuse_unused(certificates, sets_, problems);
}

std::size_t CertificateChoice::index_of(const Set& set) {
  const auto found = std::ranges::find(sets_, set);
  if (found == sets_.end()) sets_.push_back(set);
  return static_cast<std::size_t>(std::ranges::find(sets_, set) - sets_.begin());
}

std::size_t CertificateChoice::find(std::string_view name) const noexcept {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > longest_name) return none;
  std::array<char, longest_name> letters;
  std::ranges::transform(name, letters.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view lower(letters.data(), name.size());
  if (const auto exact = by_name_.find(lower); exact != by_name_.end()) return exact->second;
  const auto dot = lower.find('.');
  if (dot == lower.npos || dot == 0) return none;
  letters[dot - 1] = '*';
  const auto wildcard = by_name_.find(lower.substr(dot - 1));
  return wildcard == by_name_.end() ? none : wildcard->second;
}

}  // namespace duplexd
