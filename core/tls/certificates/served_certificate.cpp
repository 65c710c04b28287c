#include "core/tls/certificates/served_certificate.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/tls/tls_peer.hpp"
#include "core/tls/certificates/pem_files.hpp"
#include "core/tls/certificates/staple_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <openssl/x509v3.h>
#include <utility>

namespace duplexd {
namespace {

using Kind = TlsProblem::Kind;

/// Collects the problems of one certificate.
struct Complaints {
  std::string above;
  TlsProblems& problems;

  void add(Kind kind, std::string_view key, std::string what) {
    problems.push_back({kind, above + std::string(key), std::move(what)});
  }
};

void check_dates(const ServedCertificate& served, std::chrono::sys_seconds now, Complaints& complaints) {
  for (const auto& each : served.chain) {
    const auto begin = begin_of(*each), end = expiry_of(*each);
    if (now <= end && begin <= now) continue;
    const bool early = now < begin;
    complaints.add(
        Kind::expired, "certificate_file",
        fmt::format("{}: the certificate of {} {} {:%Y-%m-%d %H:%M:%S} UTC", in_quotes(served.file),
                    subject_of(*each), early ? "is not valid until" : "has expired at", early ? begin : end));
  }
}

bool check_chain(const ServedCertificate& served, Complaints& complaints) {
  for (std::size_t i = 1; i < served.chain.size(); ++i) {
    if (X509_check_issued(served.chain[i].get(), served.chain[i - 1].get()) == X509_V_OK) continue;
    complaints.add(
        Kind::unusable, "certificate_file",
        fmt::format("{}: the certificate of {} is not signed by the next one, of {}; write those "
                    "that it needs behind it, each signed by the next one",
                    in_quotes(served.file), subject_of(*served.chain[i - 1]), subject_of(*served.chain[i])));
    return false;
  }
  return true;
}

bool take_chain(ServedCertificate& served, Complaints& complaints) {
  auto chain = read_certificates(served.file);
  if (!chain) return complaints.add(Kind::unusable, "certificate_file", chain.error().what), false;
  served.chain = *std::move(chain);
  served.names = names_of(served.certificate());
  served.expires = expiry_of(served.certificate());
  for (const auto& each : served.chain) served.expires = std::min(served.expires, expiry_of(*each));
  return check_chain(served, complaints);
}

bool take_key(ServedCertificate& served, const std::string& file, Complaints& complaints) {
  const std::string_view key = file == served.file ? "certificate_file" : "key_file";
  auto read = read_key(file);
  if (!read) return complaints.add(Kind::unusable, key, read.error().what), false;
  served.key = *std::move(read);
  if (X509_check_private_key(&served.certificate(), served.key.get()) == 1) return true;
  complaints.add(Kind::unusable, key,
                 fmt::format("{} has the key of another certificate than {}: {}", in_quotes(file),
                             in_quotes(served.file), openssl_words()));
  return false;
}

bool take_staple(ServedCertificate& served, const std::string& file, Complaints& complaints) {
  if (file.empty()) return true;
  auto staple = read_staple(file, served.certificate());
  if (!staple) return complaints.add(Kind::unusable, "ocsp_file", staple.error().what), false;
  served.staple = *std::move(staple);
  return true;
}

}  // namespace

bool ServedCertificate::show(SSL_CTX& context) const {
  if (SSL_CTX_use_certificate(&context, chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(&context, key.get()) != 1)
    return false;
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (SSL_CTX_add1_chain_cert(&context, chain[i].get()) != 1) return false;
  return true;
}

std::optional<ServedCertificate> read_certificate(const CertificateConfig& config, const std::string& above,
                                                  std::chrono::sys_seconds now, TlsProblems& problems) {
  Complaints complaints{above, problems};
  ServedCertificate served;
  served.file = config.certificate_file;
  const auto& key = config.key_file.empty() ? config.certificate_file : config.key_file;
  if (!take_chain(served, complaints) || !take_key(served, key, complaints) ||
      !take_staple(served, config.ocsp_file, complaints))
    return std::nullopt;
  check_dates(served, now, complaints);
  return served;
}

}  // namespace duplexd
