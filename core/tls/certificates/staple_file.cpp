#include "core/tls/certificates/staple_file.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <ctime>

namespace duplexd {
namespace {

using Response = std::unique_ptr<OCSP_RESPONSE, OpensslFree<OCSP_RESPONSE_free>>;
using Answers = std::unique_ptr<OCSP_BASICRESP, OpensslFree<OCSP_BASICRESP_free>>;

/// The answer about a serial number; null: there is none.
OCSP_SINGLERESP* answer_about(OCSP_BASICRESP& answers, const ASN1_INTEGER& serial) {
  for (int i = 0; i < OCSP_resp_count(&answers); ++i) {
    OCSP_SINGLERESP* const answer = OCSP_resp_get0(&answers, i);
    ASN1_INTEGER* about = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &about,
                      const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(answer)));
    if (about && ASN1_INTEGER_cmp(about, &serial) == 0) return answer;
  }
  return nullptr;
}

std::chrono::sys_seconds end_of(OCSP_SINGLERESP& answer) {
  ASN1_GENERALIZEDTIME* next = nullptr;
  OCSP_single_get0_status(&answer, nullptr, nullptr, nullptr, &next);
  std::tm parts{};
  if (!next || ASN1_TIME_to_tm(next, &parts) != 1) return std::chrono::sys_seconds::max();
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

std::vector<unsigned char> der_of(OCSP_RESPONSE& response) {
  std::vector<unsigned char> bytes(static_cast<std::size_t>(i2d_OCSP_RESPONSE(&response, nullptr)));
  unsigned char* at = bytes.data();
  i2d_OCSP_RESPONSE(&response, &at);
  return bytes;
}

}  // namespace

Parsed<Staple> read_staple(const std::string& file, X509& certificate) {
  const MemoryBio bio(BIO_new_file(file.c_str(), "rb"));
  const Response response(bio ? d2i_OCSP_RESPONSE_bio(bio.get(), nullptr) : nullptr);
  if (!response)
    return ParseError{fmt::format("{} has no answer of OCSP in DER: {}", in_quotes(file), openssl_words())};
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return ParseError{
        fmt::format("{} has no answer of OCSP, but {}", in_quotes(file), OCSP_response_status_str(status))};
  const Answers answers(OCSP_response_get1_basic(response.get()));
  auto* const answer = answers ? answer_about(*answers, *X509_get0_serialNumber(&certificate)) : nullptr;
  if (!answer) return ParseError{fmt::format("{} is of another certificate", in_quotes(file))};
  return Staple{der_of(*response), end_of(*answer)};
}

}  // namespace duplexd
