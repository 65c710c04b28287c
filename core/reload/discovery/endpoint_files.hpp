#pragma once

#include "core/config/config.hpp"
#include "core/names/file_version.hpp"
#include "core/reload/discovery/discovered.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace duplexd {

/// Looks whether files of endpoints have changed, and reads those that have. A file in the place of another
/// is read at once, one that is written in place when it has rested. Used by the control thread.
class EndpointFiles {
 public:
  using Clock = std::chrono::steady_clock;
  using Tell = std::function<void(const Discovered&)>;

  static constexpr std::chrono::milliseconds rest{900};  ///< a second, less what a timer may be early

  /// The configuration with the endpoints that its files have now; null if it has them already. `tell` hears
  /// of each new fault, and of its end.
  std::shared_ptr<const Config> look(const Config& config, Clock::time_point now, const Tell& tell);

 private:
  /// One file, as it was when it was looked at last.
  struct Watched {
    std::string path;
    FileVersion version{};
    Clock::time_point since{};          // it has this version
    std::optional<FileVersion> done{};  // the version that is in use, or that cannot be
    std::string fault{};
  };

  bool has_news(Watched& watched, Clock::time_point now) const;
  bool read(Watched& watched, UpstreamConfig& upstream, const Tell& tell) const;

  std::map<std::string, Watched> watched_;  // by upstream
};

}  // namespace duplexd
