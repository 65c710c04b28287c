#include "core/catalog/catalog_service.hpp"

#include "core/catalog/catalog_watch.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

/// A catalog that somebody subscribes to.
struct Followed {
  explicit Followed(std::string what) : name(std::move(what)) {}
  ~Followed() {
    if (watch) watch->stop();
  }
  Followed(const Followed&) = delete;
  Followed& operator=(const Followed&) = delete;

  const std::string name;
  std::shared_ptr<CatalogWatch> watch{};
  std::vector<std::weak_ptr<const CatalogService::OnChange>> callbacks{};
};

// Callbacks may end subscriptions, those of others too, and add some.
void tell(const std::shared_ptr<Followed>& followed) {
  std::erase_if(followed->callbacks, [](const auto& callback) { return callback.expired(); });
  const auto callbacks = followed->callbacks;
  for (const auto& each : callbacks)
    if (const auto callback = each.lock()) (*callback)();
}

}  // namespace

struct CatalogService::Subscription::Interest {
  std::shared_ptr<Followed> followed;
  std::shared_ptr<const OnChange> on_change;
};

class CatalogService::Impl {
 public:
  Impl(boost::asio::io_context& control, NameService& names) : control_(control), names_(names) {}

  void stop() noexcept {
    for (const auto& each : all_)
      if (const auto followed = each.lock()) followed->watch->stop();
  }

  std::shared_ptr<Followed> follow(const CatalogQuestion& question) {
    std::erase_if(all_, [](const auto& each) { return each.expired(); });
    const std::string name = name_of(question);
    std::optional<std::vector<EndpointConfig>> known;
    if (const auto found = remembered_.find(name); found != remembered_.end()) known = found->second;
    for (const auto& each : all_) {
      auto followed = each.lock();
      if (followed->watch->question() == question) return followed;
      if (followed->name == name) known = followed->watch->state().endpoints;
    }
    return begin(question, std::move(known));
  }

  void remember(Lists lists) { remembered_ = std::move(lists); }

  Lists lists() const {
    Lists lists;
    for (const auto& each : all_) {
      auto followed = each.lock();
      if (followed && followed->watch->state().endpoints)
        lists[followed->name] = *followed->watch->state().endpoints;
    }
    return lists;
  }

 private:
  std::shared_ptr<Followed> begin(const CatalogQuestion& question,
                                  std::optional<std::vector<EndpointConfig>> known) {
    auto followed = std::make_shared<Followed>(name_of(question));
    followed->watch =
        std::make_shared<CatalogWatch>(control_, names_, question, [weak = std::weak_ptr(followed)] {
          if (const auto self = weak.lock()) tell(self);
        });
    all_.push_back(followed);
    followed->watch->start(std::move(known));
    return followed;
  }

  boost::asio::io_context& control_;
  NameService& names_;
  std::vector<std::weak_ptr<Followed>> all_;
  Lists remembered_;
};

CatalogService::CatalogService(boost::asio::io_context& control, NameService& names)
    : impl_(std::make_shared<Impl>(control, names)) {}

CatalogService::~CatalogService() { impl_->stop(); }

CatalogService::Subscription CatalogService::subscribe(const CatalogQuestion& question, OnChange on_change) {
  auto interest = std::make_shared<Subscription::Interest>();
  interest->on_change = std::make_shared<const OnChange>(std::move(on_change));
  interest->followed = impl_->follow(question);
  interest->followed->callbacks.push_back(interest->on_change);
  return Subscription(std::move(interest));
}

void CatalogService::remember(Lists lists) { impl_->remember(std::move(lists)); }

CatalogService::Lists CatalogService::lists() const { return impl_->lists(); }

CatalogService::Subscription::Subscription(std::shared_ptr<Interest> interest) noexcept
    : interest_(std::move(interest)) {}
CatalogService::Subscription::Subscription(Subscription&& other) noexcept = default;
CatalogService::Subscription& CatalogService::Subscription::operator=(Subscription&& other) noexcept =
    default;
CatalogService::Subscription::~Subscription() = default;

const CatalogState& CatalogService::Subscription::state() const noexcept {
  return interest_->followed->watch->state();
}

const std::string& CatalogService::Subscription::name() const noexcept { return interest_->followed->name; }

}  // namespace duplexd
