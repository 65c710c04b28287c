#include "daemon/duplexctl/answer.hpp"

#include <gmock/gmock.h>

namespace duplexd::duplexctl {
namespace {

using testing::HasSubstr;

Outcome said_of_endpoint(std::string_view command, unsigned code, const std::string& body) {
  return understand(*find_command(command), {.status = code, .body = body}, false);
}

constexpr const char* endpoint = R"("upstream":"db","name":"db.internal:1","state":"mixed","live":9,
  "weight":0,"configured_weight":5,"resolve_failure":null,"addresses":[
  {"address":"10.0.0.1:1","state":"up","since":"2026-11-22T12:00:00Z","why":"","live":8,"ejected_until":null,
   "last_check":{"result":"passed","words":"connected","time":"2026-11-22T12:00:09Z","took_ms":1.26}},
  {"address":"10.0.0.2:1","state":"ejected","since":"2026-11-22T12:00:01Z","why":"no session could use it",
   "live":1,"ejected_until":"2026-11-22T12:00:11Z","last_check":null}])";

const std::string endpoint_in_columns =
    "UPSTREAM  ENDPOINT       ADDRESS     STATE    SINCE                 WHY"
    "                                                           SESSIONS       WEIGHT  LAST CHECK\n"
    "db        db.internal:1  10.0.0.1:1  up       2026-11-22T12:00:00Z  -"
    "                                                                    8  0 (file: 5)  connected, "
    "2026-11-22T12:00:09Z (1.3 ms)\n"
    "                         10.0.0.2:1  ejected  2026-11-22T12:00:01Z  no session could use it, tried "
    "again at 2026-11-22T12:00:11Z         1               -\n";

TEST(EndpointAnswerTest, EndpointHasLinePerAddress) {
  EXPECT_EQ(said_of_endpoint("endpoint list", 200, R"({"endpoints":[{)" + std::string(endpoint) + "}]}").out,
            endpoint_in_columns);
}

TEST(EndpointAnswerTest, UnkeptOrderIsTold) {
  const auto told = [](const std::string& kept) {
    return said_of_endpoint("endpoint drain", 200, "{" + std::string(endpoint) + "," + kept + "}").out;
  };
  EXPECT_EQ(told(R"("kept":true,"problem":null)"), endpoint_in_columns);
  EXPECT_EQ(told(R"("kept":null,"problem":null)"),
            endpoint_in_columns + "not kept over a restart: control.state_file is off\n");
  EXPECT_EQ(told(R"("kept":false,"problem":"/x: No space left on device")"),
            endpoint_in_columns + "it is done, but not kept over a restart: /x: No space left on device\n");
}

TEST(EndpointAnswerTest, UnresolvedEndpointSaysWhy) {
  const std::string row =
      R"({"upstream":"db","name":"db.internal:1","state":"unresolved","live":0,"weight":1,
          "configured_weight":1,"resolve_failure":{"msg":"it does not exist","time":"x"},"addresses":[]})";
  EXPECT_THAT(said_of_endpoint("endpoint list", 200, R"({"endpoints":[)" + row + "]}").out,
              HasSubstr("unresolved  -      it does not exist"));
}

}  // namespace
}  // namespace duplexd::duplexctl
