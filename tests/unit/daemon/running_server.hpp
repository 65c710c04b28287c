#pragma once

#include "daemon/reloader.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {

/// A server on a free port with a reloader. The file that it reads is `text`. The test's thread is the
/// control thread.
class RunningServer : public testing::Test {
 protected:
  RunningServer() { server.start(); }

  static std::string with(std::string_view top, std::string_view in_listener = "",
                          std::string_view in_upstream = "", std::string_view bind = "'127.0.0.1:0'") {
    return std::string(top) + "\nlisteners:\n  web:\n    bind: " + std::string(bind) +
           "\n    upstream: pool\n    " + std::string(in_listener) +
           "\nupstreams:\n  pool:\n    endpoints: ['127.0.0.1:9']\n    " + std::string(in_upstream) + "\n";
  }

  bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < deadline)
      control.run_one_for(std::chrono::milliseconds(100));
    return condition();
  }

  ReloadOutcome reload(std::string file) {
    text = std::move(file);
    std::vector<ReloadOutcome> outcomes;
    reloader.request([&](const ReloadOutcome& outcome) { outcomes.push_back(outcome); });
    EXPECT_TRUE(run_until([&] { return !outcomes.empty(); }));
    return outcomes.at(0);
  }

  static LoadedConfig parse(const std::string& file) {
    return parse_config(file, "test.yaml", [](std::string_view) { return std::nullopt; });
  }

  boost::asio::io_context control;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work =
      boost::asio::make_work_guard(control);
  Recorder recorder;
  std::string text = with("workers: 2");
  LoadedConfig loaded = parse(text);
  FakeNames fake_names;
  NameService names{control, fake_names.source()};
  CatalogService catalogs{control, names};
  Server server{control, loaded.config, recorder, names, catalogs};
  std::vector<std::string> heard;  // the calls of the hooks
  Reloader reloader{
      server,
      {"test.yaml", [this] { return parse(text); }},
      loaded,
      {[this] { heard.emplace_back("begin"); },
       [this](const ReloadOutcome& outcome, const Config&) { heard.emplace_back(to_word(outcome.result)); }}};
};

}  // namespace duplexd::test
