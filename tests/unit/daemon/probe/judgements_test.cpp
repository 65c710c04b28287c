#include "daemon/probe/judgements.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Result = ProbeVerdict::Result;
using Outcome = CheckResult::Outcome;

TEST(JudgementsTest, NamesNeedAnAddress) {
  EXPECT_EQ(judge_name({.name = "db.test", .addresses = 2, .took = 3ms}),
            (ProbeVerdict{Result::ok, "name db.test", "2 addresses, 3.0 ms"}));
  const auto unknown = judge_name({.name = "db.test", .took = 3ms, .failure = "there is no such name"});
  EXPECT_EQ(unknown.result, Result::failed);
  EXPECT_EQ(unknown.evidence, "there is no such name, 3.0 ms");
  EXPECT_EQ(judge_name({.name = "db.test", .took = 3ms, .required = false}).result, Result::warn);
  EXPECT_EQ(judge_name({.name = "db.test"}).evidence, "no answer in time");
}

TEST(JudgementsTest, ChecksSayWhatTheyFound) {
  const CheckResult passed{Outcome::passed, "connected", 1500us};
  EXPECT_EQ(judge_dial("endpoint x", passed), (ProbeVerdict{Result::ok, "endpoint x", "connected, 1.5 ms"}));
  const CheckResult failed{Outcome::failed, "connection refused", 100us};
  EXPECT_EQ(judge_dial("endpoint x", failed).result, Result::failed);
  EXPECT_EQ(judge_check("check x", failed).evidence, "connection refused, 0.1 ms");
  EXPECT_THAT(judge_check("check x", failed).remedy, HasSubstr("until its check passes"));
  EXPECT_EQ(judge_dial("endpoint x", CheckResult{}).result, Result::failed) << "one that was not made";
  EXPECT_EQ(judge_dial("endpoint x", std::nullopt).evidence, "no answer in time");
}

TEST(JudgementsTest, AddressInUseIsAWarning) {
  EXPECT_EQ(judge_bind("listener web", 0).result, Result::ok);
  EXPECT_EQ(judge_bind("listener web", EADDRINUSE).result, Result::warn);
  EXPECT_EQ(judge_bind("listener web", EADDRNOTAVAIL).result, Result::failed);
  EXPECT_EQ(judge_bind("listener web", EACCES).result, Result::failed);
  EXPECT_THAT(judge_bind("listener web", EACCES).remedy, HasSubstr("CAP_NET_BIND_SERVICE"));
  EXPECT_EQ(judge_bind("listener web", ENODEV).result, Result::failed);
}

TEST(JudgementsTest, HostIsHeldAgainstNeeds) {
  EffectiveLimits of_host;
  EXPECT_EQ(judge_descriptors(of_host).result, Result::ok);
  of_host.sessions_fit = false;
  EXPECT_EQ(judge_descriptors(of_host).result, Result::failed);
  EXPECT_EQ(judge_backlog("backlog", 4096, 4096).result, Result::ok);
  EXPECT_EQ(judge_backlog("backlog", 4097, 4096).result, Result::warn);
  EXPECT_EQ(judge_capability("key", true, "lacks it").result, Result::ok);
  EXPECT_EQ(judge_capability("key", false, "lacks it").evidence, "lacks it");
}

TEST(JudgementsTest, PortsAreCountedForEachAddress) {
  const PortsSeen seen{.upstream = "db", .ports = 1000, .sources = 2, .endpoints = 3, .sessions = 6000};
  EXPECT_EQ(judge_ports(seen).result, Result::ok);
  PortsSeen more = seen;
  more.sessions = 6001;
  EXPECT_EQ(judge_ports(more).result, Result::warn);
  more.sessions = 0;
  EXPECT_EQ(judge_ports(more).result, Result::ok) << "nobody has said how many";
}

TEST(JudgementsTest, CertificatesAreRenewedInTime) {
  EXPECT_EQ(judge_certificate({.item = "a", .names = {}, .days_left = 22}).result, Result::ok);
  EXPECT_EQ(judge_certificate({.item = "a", .names = {}, .days_left = 21}).result, Result::warn);
  EXPECT_EQ(judge_certificate({.item = "a", .names = {}, .days_left = -1}).result, Result::failed);
}

TEST(JudgementsTest, FilesNeedAWriter) {
  EXPECT_EQ(judge_file("log x", 0).result, Result::ok);
  EXPECT_EQ(judge_file("log x", EACCES).result, Result::failed);
  EXPECT_EQ(judge_folder("state file x", 0).result, Result::ok);
  EXPECT_EQ(judge_folder("state file x", ENOENT).result, Result::failed);
}

TEST(JudgementsTest, MissingLogServerIsAWarning) {
  EXPECT_EQ(judge_log_server("log x", 0).result, Result::ok);
  EXPECT_EQ(judge_log_server("log x", ENOENT).result, Result::warn);
  EXPECT_EQ(judge_log_server("log x", CheckResult{Outcome::passed, "connected", 1us}).result, Result::ok);
  EXPECT_EQ(judge_log_server("log x", std::nullopt).result, Result::warn);
}

}  // namespace
}  // namespace duplexd
