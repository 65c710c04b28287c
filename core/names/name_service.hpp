#pragma once

#include "core/config/config.hpp"
#include "core/names/name_source.hpp"
#include "core/names/name_state.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace duplexd {

struct Interest;

/// What host names stand for, kept fresh: one cache for the process. Each name is asked once however many
/// subscribe to it. Used by the control thread.
class NameService {
 public:
  using OnChange = std::function<void()>;
  class Subscription;

  /// `control` outlives it.
  NameService(boost::asio::io_context& control, std::unique_ptr<NameSource> source);
  ~NameService();  ///< nobody is called any more; subscriptions may outlive it
  NameService(const NameService&) = delete;
  NameService& operator=(const NameService&) = delete;

  /// `host` is the name of a host, or service_question() of a service.
  ///
  /// Asks at once if the name is not known yet, and within a second if its last look-up failed. It is asked
  /// again after the shortest interval of its subscriptions, or after the TTL of its answer if that is
  /// shorter (but not within a second); further subscriptions do not restart that, but for a shorter one it
  /// is asked earlier. One that fails is asked again after 1 s, 2 s, 4 s and so on, at most that interval,
  /// and keeps its addresses.
  ///
  /// `on_change` runs later, on the control thread: when addresses have changed, when a failure has begun or
  /// ended, and once when awaits_answer() has become false. It does not throw, and may subscribe and end
  /// subscriptions, its own too. If std::bad_alloc is thrown, nothing has changed.
  Subscription subscribe(const std::string& host, Duration interval, OnChange on_change);

  /// What names begin with that nobody has subscribed to yet, instead of what was remembered before: the
  /// records() of an earlier process. They are known, and asked at once like others.
  void remember(NameRecords records) noexcept;
  /// What is known of those that are subscribed to.
  NameRecords records() const;

 private:
  class Impl;
  const std::shared_ptr<Impl> impl_;
};

/// Keeps a name in the service and hears of its changes until it is destroyed. Move-only.
class NameService::Subscription {
 public:
  Subscription() noexcept;  ///< of no name: nothing may be asked of it
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();

  const NameState& state() const noexcept;
  const std::string& host() const noexcept;
  /// The name was not known, or failed, when it was subscribed to, and no look-up has ended since.
  bool awaits_answer() const noexcept;
  /// `on_change` is about to run, and state() is already as it will find it.
  bool has_news() const noexcept;

 private:
  friend class NameService;
  Subscription(std::shared_ptr<Impl> impl, std::unique_ptr<Interest> interest) noexcept;

  std::shared_ptr<Impl> impl_;
  std::unique_ptr<Interest> interest_;
};

}  // namespace duplexd
