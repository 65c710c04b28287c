#include "core/net/client_hello/ssl_request.hpp"

#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using namespace hello_bytes;

EncryptionRequest asked_by(std::string_view text) { return read_ssl_request(as_seen(text)); }

TEST(SslRequestTest, RequestOfPsqlAsksForTls) {
  EXPECT_EQ(asked_by(sent_by("psql_request")), EncryptionRequest::tls);
  EXPECT_EQ(asked_by(sent_by("gssenc_request")), EncryptionRequest::gss);
}

TEST(SslRequestTest, EveryPrefixMayBecomeARequest) {
  for (const auto file : {"psql_request", "gssenc_request"}) {
    const auto request = sent_by(file);
    ASSERT_EQ(request.size(), ssl_request_bytes);
    for (std::size_t size = 0; size < request.size(); ++size)
      EXPECT_EQ(asked_by(request.substr(0, size)), EncryptionRequest::more) << file << " at " << size;
  }
}

TEST(SslRequestTest, BytesBehindTheRequestAreEager) {
  EXPECT_EQ(asked_by(sent_by("psql_request") + "\x16"), EncryptionRequest::eager);
  EXPECT_EQ(asked_by(sent_by("gssenc_request") + sent_by("psql_request")), EncryptionRequest::eager);
}

TEST(SslRequestTest, FirstOtherByteTells) {
  EXPECT_EQ(asked_by(sent_by("psql").substr(0, 1)), EncryptionRequest::other) << "TLS at once";
  EXPECT_EQ(asked_by("\0\0\0\x54"sv), EncryptionRequest::other) << "a startup message";
  EXPECT_EQ(asked_by("\0\0\0\x10\x04\xd2\x16\x2e"sv), EncryptionRequest::other) << "a request to cancel";
  EXPECT_EQ(asked_by("\0\0\0\x08\x04\xd2\x16\x31"sv), EncryptionRequest::other);
}

}  // namespace
}  // namespace duplexd
