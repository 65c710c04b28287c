#include "daemon/cli/check_tls.hpp"

#include "tests/support/directory.hpp"
#include "tests/support/tls/certificate.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using test::Certificate;

struct CheckTlsTest : testing::Test {
  std::string write(std::string_view name, const std::string& text) const {
    std::ofstream(directory.path(name)) << text;
    return directory.path(name);
  }
  LoadedConfig load(const std::string& tls) const {
    auto loaded = parse_config("listeners:\n  web:\n    bind: \":80\"\n    upstream: u\n    tls:\n" + tls +
                                   "upstreams:\n  u:\n    endpoints: \"h:1\"\n    tls: {verify: off}\n",
                               "test.yaml", [](std::string_view) { return std::optional<std::string>(); });
    if (!loaded.config) throw std::runtime_error(to_string(loaded.problems.at(0)));
    return loaded;
  }
  std::string problems(const std::string& tls) const {
    return tls_problems(load(tls),
                        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  }

  test::TemporaryDirectory directory;
  const Certificate certificate = test::certificate_for("web.example", 1h);
  const std::string file = write("web.pem", certificate.certificate + certificate.key);
};

TEST_F(CheckTlsTest, NothingIsSaidOfGoodFiles) {
  EXPECT_EQ(problems("      certificates: " + file + "\n"), "");
}

TEST_F(CheckTlsTest, KeyOfProblemHasItsPlace) {
  const auto key = write("other.key", test::certificate_for("web.example", 1h).key);
  EXPECT_EQ(problems("      certificates:\n        - certificate_file: " + file +
                     "\n          key_file: " + key + "\n"),
            "test.yaml:8:11: error: listeners.web.tls.certificates[0].key_file: '" + key +
                "' has the key of another certificate than '" + file + "': key values mismatch\n");
}

TEST_F(CheckTlsTest, ExpiredCertificateIsSaid) {
  const auto old = test::certificate_for("web.example", -1h);
  EXPECT_THAT(
      problems("      certificates: " + write("old.pem", old.certificate + old.key) + "\n"),
      testing::HasSubstr("test.yaml:6:7: error: listeners.web.tls.certificates[0].certificate_file: "));
}

TEST_F(CheckTlsTest, UnverifiedUpstreamIsWarnedOf) {
  EXPECT_THAT(tls_warnings(*load("      certificates: " + file + "\n").config),
              testing::HasSubstr("upstreams.u.tls.verify is off"));
}

}  // namespace
}  // namespace duplexd
