#include "daemon/admin/dashboard/dashboard.hpp"

#include "daemon/admin/dashboard/page_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace duplexd {
namespace {

std::string field(const ControlResponse& response, std::string_view name) {
  const auto found = std::ranges::find(response.fields, name, &HttpField::name);
  return found == response.fields.end() ? "" : found->value;
}

std::string content(std::string_view name) {
  return dashboard_response("/dashboard/" + std::string(name), "").body;
}

TEST(DashboardTest, ShortPathsLeadToThePage) {
  for (const char* path : {"/", "/dashboard"}) {
    const ControlResponse response = dashboard_response(path, "");
    EXPECT_EQ(response.status, 302u) << path;
    EXPECT_EQ(field(response, "Location"), "dashboard/") << path;
  }
  EXPECT_EQ(content(""), content("index.html"));
}

TEST(DashboardTest, OtherTargetsAreNotOfIt) {
  for (const char* target :
       {"/?x", "/dashboard?x", "/dashboard/", "/dashboard/main.js", "/dashboard/nothing"})
    EXPECT_TRUE(is_of_dashboard(target)) << target;
  for (const char* target :
       {"", "*", "/status", "/dashboards", "/x/dashboard/", "//dashboard/", "/Dashboard/"})
    EXPECT_FALSE(is_of_dashboard(target)) << target;
}

TEST(DashboardTest, EveryFileIsGuarded) {
  ASSERT_GT(page_files().size(), 5u);
  std::set<std::string_view> tags;
  for (const PageFile& file : page_files()) {
    const ControlResponse response = dashboard_response("/dashboard/" + std::string(file.name), "\"other\"");
    EXPECT_EQ(response.status, 200u) << file.name;
    EXPECT_EQ(response.body.size(), file.content.size()) << file.name;
    EXPECT_FALSE(response.body.empty()) << file.name;
    EXPECT_NE(response.content_type, "application/octet-stream") << file.name;
    EXPECT_TRUE(field(response, "Content-Security-Policy").starts_with("default-src 'none';")) << file.name;
    EXPECT_EQ(field(response, "X-Content-Type-Options"), "nosniff") << file.name;
    EXPECT_EQ(field(response, "Referrer-Policy"), "no-referrer") << file.name;
    EXPECT_EQ(field(response, "Cache-Control"), "no-cache") << file.name;
    EXPECT_TRUE(tags.insert(file.tag).second) << file.name;
  }
}

TEST(DashboardTest, KnownFilesAreNotSentAgain) {
  const std::string tag = field(dashboard_response("/dashboard/main.js", ""), "ETag");
  for (const std::string& known : {tag, "\"a\", W/" + tag, std::string("*")}) {
    const ControlResponse response = dashboard_response("/dashboard/main.js", known);
    EXPECT_EQ(response.status, 304u) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(field(response, "ETag"), tag);
  }
  EXPECT_EQ(dashboard_response("/dashboard/index.html", tag).status, 200u);
}

TEST(DashboardTest, OtherFilesAreNotFound) {
  for (const char* name : {"nothing", "../status", "main.js/", "page/main.js", "MAIN.JS", "index.html%00"})
    EXPECT_EQ(dashboard_response("/dashboard/" + std::string(name), "*").status, 404u) << name;
}

TEST(DashboardTest, FilesAreAsTheyWere) {
  EXPECT_TRUE(content("index.html").starts_with("<!doctype html>"));
  EXPECT_TRUE(content("index.html").ends_with("</html>\n"));
  EXPECT_NE(content("chart.min.js").find("Chart.js v3"), std::string::npos);
}

// The policy allows neither.
TEST(DashboardTest, PageHasNothingInline) {
  const std::string page = content("index.html");
  for (const char* inlined :
       {"<style", " style=", " onclick=", " onload=", "javascript:", "http://", "https://"})
    EXPECT_EQ(page.find(inlined), std::string::npos) << inlined;
  for (auto at = page.find("<script"); at != page.npos; at = page.find("<script", at + 1))
    EXPECT_NE(page.substr(at, page.find('>', at) - at).find(" src="), std::string::npos);
}

}  // namespace
}  // namespace duplexd
