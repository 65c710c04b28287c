#include "core/tls/certificates/pem_files.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/tls/tls_problem.hpp"

#include <fmt/format.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <openssl/x509v3.h>
#include <utility>

namespace duplexd {
namespace {

using Names = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

/// OpenSSL would ask for it on a terminal otherwise.
int no_passphrase(char*, int, int, void* asked) noexcept {
  *static_cast<bool*>(asked) = true;
  return -1;
}

ParseError unreadable(const std::string& file, std::string_view what) {
  return {fmt::format("{} {}: {}", in_quotes(file), what, openssl_words())};
}

MemoryBio opened(const std::string& file) {
  ERR_clear_error();
  return MemoryBio(BIO_new_file(file.c_str(), "r"));
}

bool is_end_of_file() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string common_name(X509& certificate) {
  const X509_NAME* const subject = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  return at < 0 ? "" : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace

Parsed<std::vector<X509Certificate>> read_certificates(const std::string& file) {
  const auto bio = opened(file);
  if (!bio) return unreadable(file, "cannot be read");
  std::vector<X509Certificate> certificates;
  while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(next);
  if (!is_end_of_file()) return unreadable(file, "has a certificate that cannot be read");
  if (certificates.empty()) return unreadable(file, "has no certificate in PEM");
  ERR_clear_error();
  return certificates;
}

Parsed<PrivateKey> read_key(const std::string& file) {
  const auto bio = opened(file);
  if (!bio) return unreadable(file, "cannot be read");
  bool asked = false;
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
  if (!key && asked)
    return ParseError{
        fmt::format("{} has a key behind a passphrase, which nobody could enter at a restart; "
                    "write it without one: openssl pkey -in {} -out KEY_FILE",
                    in_quotes(file), file)};
  if (!key) return unreadable(file, "has no key in PEM");
  return key;
}

Parsed<X509Store> read_authorities(const std::string& file) {
  X509Store store(X509_STORE_new());
  ERR_clear_error();
  if (!store || X509_STORE_load_file(store.get(), file.c_str()) != 1)
    return unreadable(file, "has no certificates of authorities");
  return store;
}

std::string add_revoked(X509_STORE& authorities, const std::string& file) {
  ERR_clear_error();
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(&authorities, X509_LOOKUP_file());
  if (!lookup || X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) < 1)
    return unreadable(file, "has no list of revoked certificates").what;
  X509_STORE_set_flags(&authorities, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return "";
}

std::vector<std::string> names_of(X509& certificate) {
  const Names alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type == GEN_DNS) names.push_back(lower(text_of(name->d.dNSName)));
  }
  if (!alternatives)
    if (auto name = common_name(certificate); !name.empty()) names.push_back(lower(std::move(name)));
  return names;
}

std::chrono::sys_seconds expiry_of(X509& certificate) { return time_of(X509_get0_notAfter(&certificate)); }
std::chrono::sys_seconds begin_of(X509& certificate) { return time_of(X509_get0_notBefore(&certificate)); }

}  // namespace duplexd
