#include "tests/support/tls/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <atomic>
#include <memory>
#include <openssl/x509v3.h>

namespace duplexd::test {
namespace {

template <auto free>
struct Freeing {
  void operator()(auto* object) const { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using X509Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Memory = std::unique_ptr<BIO, Freeing<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;

constexpr long year = 365L * 24 * 3600;

Memory memory() { return Memory(BIO_new(BIO_s_mem())); }
Memory memory(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(const Memory& memory) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

X509Certificate certificate_in(const std::string& pem) {
  return X509Certificate(PEM_read_bio_X509(memory(pem).get(), nullptr, nullptr, nullptr));
}

Key key_in(const std::string& pem) {
  return Key(PEM_read_bio_PrivateKey(memory(pem).get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, int kind, const std::string& value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  X509_add_ext(certificate, extension.get(), -1);
}

std::string alternatives(const std::vector<std::string>& names) {
  std::string text = "IP:127.0.0.1";
  for (const auto& name : names) text.append(",DNS:").append(name);
  return text;
}

long next_serial() {
  static std::atomic<long> serial = 0;
  return ++serial;
}

X509Certificate draft(const CertificateRequest& request, EVP_PKEY* key) {
  X509Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), next_serial());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -year);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), static_cast<long>(request.valid_for.count()));
  X509_set_pubkey(certificate.get(), key);
  if (!request.names.empty())
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(request.names.front().c_str()), -1, -1,
                               0);
  if (!request.names.empty()) extend(certificate.get(), NID_subject_alt_name, alternatives(request.names));
  extend(certificate.get(), NID_basic_constraints,
         request.authority || !request.issuer ? "CA:TRUE" : "CA:FALSE");
  return certificate;
}

}  // namespace

Certificate issue(const CertificateRequest& request) {
  const Key key(request.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  const auto certificate = draft(request, key.get());
  const auto issuer = request.issuer ? certificate_in(request.issuer->certificate) : nullptr;
  const auto issuer_key = request.issuer ? key_in(request.issuer->key) : nullptr;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name((issuer ? issuer : certificate).get()));
  X509_sign(certificate.get(), (issuer_key ? issuer_key : key).get(), EVP_sha256());
  const auto certificate_text = memory(), key_text = memory();
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate_text), text_of(key_text)};
}

Certificate certificate_for(const std::string& name, std::chrono::seconds valid_for) {
  return issue({.names = {name}, .valid_for = valid_for});
}

std::string locked(const std::string& key) {
  const auto text = memory();
  const std::string word = "secret";
  PEM_write_bio_PrivateKey(text.get(), key_in(key).get(), EVP_aes_128_cbc(),
                           reinterpret_cast<const unsigned char*>(word.data()), static_cast<int>(word.size()),
                           nullptr, nullptr);
  return text_of(text);
}

std::string revocation_of(const Certificate& revoked, const Certificate& issuer) {
  const std::unique_ptr<X509_CRL, Freeing<X509_CRL_free>> list(X509_CRL_new());
  const std::unique_ptr<ASN1_TIME, Freeing<ASN1_TIME_free>> before(X509_gmtime_adj(nullptr, -year)),
      after(X509_gmtime_adj(nullptr, year));
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_in(issuer.certificate).get()));
  X509_CRL_set1_lastUpdate(list.get(), before.get());
  X509_CRL_set1_nextUpdate(list.get(), after.get());
  X509_REVOKED* const entry = X509_REVOKED_new();
  X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate_in(revoked.certificate).get()));
  X509_REVOKED_set_revocationDate(entry, before.get());
  X509_CRL_add0_revoked(list.get(), entry);
  X509_CRL_sign(list.get(), key_in(issuer.key).get(), EVP_sha256());
  const auto text = memory();
  PEM_write_bio_X509_CRL(text.get(), list.get());
  return text_of(text);
}

std::string staple_for(const Certificate& certificate, const Certificate& issuer,
                       std::chrono::seconds valid_for) {
  const auto of = certificate_in(certificate.certificate), by = certificate_in(issuer.certificate);
  const std::unique_ptr<OCSP_BASICRESP, Freeing<OCSP_BASICRESP_free>> answer(OCSP_BASICRESP_new());
  const std::unique_ptr<OCSP_CERTID, Freeing<OCSP_CERTID_free>> id(
      OCSP_cert_to_id(nullptr, of.get(), by.get()));
  const std::unique_ptr<ASN1_TIME, Freeing<ASN1_TIME_free>> from(X509_gmtime_adj(nullptr, -year)),
      until(X509_gmtime_adj(nullptr, static_cast<long>(valid_for.count())));
  OCSP_basic_add1_status(answer.get(), id.get(), V_OCSP_CERTSTATUS_GOOD, 0, nullptr, from.get(), until.get());
  OCSP_basic_sign(answer.get(), by.get(), key_in(issuer.key).get(), EVP_sha256(), nullptr, 0);
  const std::unique_ptr<OCSP_RESPONSE, Freeing<OCSP_RESPONSE_free>> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, answer.get()));
  const auto text = memory();
  i2d_OCSP_RESPONSE_bio(text.get(), response.get());
  return text_of(text);
}

}  // namespace duplexd::test
