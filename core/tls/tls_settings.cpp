#include "core/tls/tls_settings.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <fstream>
#include <iterator>

namespace duplexd {
namespace {

/// Those names in a list with colons that are ciphers of TLS 1.3, or the others.
std::string ciphers_of(std::string_view all, bool tls13) {
  std::string chosen;
  while (!all.empty()) {
    const auto name = all.substr(0, all.find(':'));
    all.remove_prefix(name.size() == all.size() ? name.size() : name.size() + 1);
    if (name.starts_with("TLS_") == tls13) chosen.append(chosen.empty() ? "" : ":").append(name);
  }
  return chosen;
}

void refuse_value(TlsProblems& problems, std::string_view key, std::string_view value) {
  problems.push_back({TlsProblem::Kind::unusable, std::string(key),
                      fmt::format("OpenSSL does not take {}: {}", in_quotes(value), openssl_words())});
}

}  // namespace

const std::string_view default_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// The compression, the renegotiation and the session cache of OpenSSL are of no use here.
void set_version(SSL_CTX& context, TlsVersion least) {
  SSL_CTX_set_min_proto_version(&context, least == TlsVersion::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
}

void set_ciphers(SSL_CTX& context, const std::string& ciphers, TlsProblems& problems) {
  const auto older = ciphers_of(ciphers, false), newer = ciphers_of(ciphers, true);
  const auto older_or_default = older.empty() ? std::string(default_ciphers) : older;
  if (SSL_CTX_set_cipher_list(&context, older_or_default.c_str()) != 1)
    refuse_value(problems, "ciphers", older);
  if (!newer.empty() && SSL_CTX_set_ciphersuites(&context, newer.c_str()) != 1)
    refuse_value(problems, "ciphers", newer);
}

void set_curves(SSL_CTX& context, const std::vector<std::string>& curves, TlsProblems& problems) {
  const auto list = fmt::format("{}", fmt::join(curves, ":"));
  if (!curves.empty() && SSL_CTX_set1_groups_list(&context, list.c_str()) != 1)
    refuse_value(problems, "curves", list);
}

std::vector<unsigned char> alpn_bytes(const std::vector<std::string>& protocols) {
  std::vector<unsigned char> bytes;
  for (const auto& protocol : protocols) {
    bytes.push_back(static_cast<unsigned char>(protocol.size()));
    bytes.insert(bytes.end(), protocol.begin(), protocol.end());
  }
  return bytes;
}

std::string digest_of(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += fmt::format("{} {}\n", text.size(), text);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(all.data(), all.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace duplexd
