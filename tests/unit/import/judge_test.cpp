#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A listener whose certificate is of the setting `certificate`, and a demand for it.
struct Demanding {
  explicit Demanding(std::string_view file) {
    listener.set("bind", "127.0.0.1:80", bind);
    listener.set("upstream", "db", bind);
    upstream_of(draft, "db").add("endpoints", "127.0.0.1:81", server);
    if (!file.empty()) listener.part("tls").item("certificates").set("certificate_file", file, certificate);
    listener.demand("tls.certificates", certificate, "clients would speak without TLS");
  }

  Setting setting(const char* text) { return {.id = draft.ledger.add("x.conf:1", text), .key = text}; }

  Draft draft;
  Setting bind = setting("bind"), server = setting("server"), certificate = setting("crt");
  Target listener = listener_of(draft, "web");
};

TEST(ImportJudgeTest, MetDemandLeavesThePart) {
  Demanding demanding("/etc/web.pem");
  EXPECT_THAT(judged(demanding.draft).text, HasSubstr("certificate_file: /etc/web.pem"));
  EXPECT_EQ(demanding.draft.ledger.carried(), 3u);
}

TEST(ImportJudgeTest, UnmetDemandLeavesThePartOut) {
  Demanding demanding("");
  const std::string yaml = judged(demanding.draft).text;
  EXPECT_THAT(yaml, Not(HasSubstr("127.0.0.1:80")));
  EXPECT_THAT(yaml, HasSubstr("'crt' is not carried: clients would speak without TLS"));
  EXPECT_EQ(demanding.draft.ledger.carried(), 1u) << "the endpoint";
}

TEST(ImportJudgeTest, RefusedValueMeetsNoDemand) {
  Demanding demanding("relative.pem\n");
  EXPECT_THAT(judged(demanding.draft).text, Not(HasSubstr("127.0.0.1:80")));
}

TEST(ImportJudgeTest, OthersKeepASharedSetting) {
  Demanding demanding("");
  const Setting limit = demanding.setting("maxconn");
  const Target other = listener_of(demanding.draft, "other");
  other.set("bind", "127.0.0.1:82", demanding.server);
  other.set("upstream", "db", demanding.server);
  demanding.listener.set("limits.sessions", "5", limit);
  other.set("limits.sessions", "5", limit);
  EXPECT_THAT(judged(demanding.draft).text, Not(HasSubstr("'maxconn' is not carried")));
}

TEST(ImportJudgeTest, MissingSettingIsRemarked) {
  Demanding demanding("/etc/web.pem");
  const Setting limit = demanding.setting("maxconn");
  const Target other = listener_of(demanding.draft, "other");
  other.set("bind", "127.0.0.1:82", demanding.server);
  other.set("upstream", "db", demanding.server);
  demanding.listener.set("limits.sessions", "many", limit);
  other.set("limits.sessions", "5", limit);
  const std::string yaml = judged(demanding.draft).text;
  EXPECT_THAT(yaml, HasSubstr("'maxconn': listeners.web goes without it: duplexd says"));
  EXPECT_THAT(yaml, HasSubstr("sessions: 5"));
}

}  // namespace
}  // namespace duplexd::importing
