#pragma once

#include "core/reload/discovery/endpoint_files.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duplexd {

class Generation;

/// Finds the endpoints that nobody has told: those of files that were replaced, and of sources that have
/// others. Used by the control thread.
class Discovery {
 public:
  using Tell = EndpointFiles::Tell;

  void on_news(Tell tell) { tell_ = std::move(tell); }

  /// What to reload, so that it is served instead of `current`; null: nothing. Tells of new faults.
  std::shared_ptr<const Config> look(const Generation& current, EndpointFiles::Clock::time_point now);

  // How that reload ended. Without memory to tell it, nobody hears of it.
  void applied(const Config& before, const Config& after) noexcept;
  void refused(const std::string& why) noexcept;

 private:
  void tell(const Discovered& discovered) const {
    if (tell_) tell_(discovered);
  }
  void look_at_sources(const Generation& current);
  void tell_recovered(const std::map<std::string, std::string>& before, const Config& config) const;

  Tell tell_;
  EndpointFiles files_;
  std::map<std::string, std::string> failing_;  // upstreams, by what of their sources fails
  std::vector<Discovered> concerned_;           // the upstreams that the last reload was about
  std::string refused_;                         // why it was; "": it was not
};

}  // namespace duplexd
