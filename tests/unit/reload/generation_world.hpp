#pragma once

#include "core/reload/generation.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace duplexd::test {

/// What generations are made with: two workers that do not run.
class GenerationWorld : public testing::Test {
 protected:
  std::unique_ptr<Generation> make(const Config& config, const Generation* before = nullptr) {
    auto made = std::make_unique<Generation>(around_, std::make_shared<const Config>(config), [] {});
    InheritedSockets inherited;
    EXPECT_TRUE(made->read_files(before, true));
    const auto opened = made->open(before, inherited);
    EXPECT_TRUE(opened) << opened.error().what;
    made->make_parts(before, 100);
    return made;
  }

  static EffectiveLimits two_workers() {
    EffectiveLimits limits;
    limits.workers = 2;
    return limits;
  }

  boost::asio::io_context control_;
  FakeNames fake_names_;
  NameService names_{control_, fake_names_.source()};
  CatalogService catalogs_{control_, names_};
  Recorder sink_;
  Registry registry_{2, sink_};
  ProcessLimits process_{.sessions = SessionLimit(0), .gate = {}};
  WorkerGroup workers_{control_, two_workers(), sink_, process_};
  Orders orders_;
  const std::shared_ptr<TicketKeys> tickets_ = TicketKeys::make({});
  const Surroundings around_{names_, catalogs_, sink_, registry_, process_, workers_, orders_, tickets_};
};

}  // namespace duplexd::test
