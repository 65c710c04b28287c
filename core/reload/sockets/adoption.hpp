#pragma once

#include "core/reload/sockets/listening.hpp"

#include <memory>
#include <vector>

namespace duplexd {

/// The sockets that were passed under the name of `bind`, an address each, with `workers` descriptors. Those
/// in `inherited` stay there for later configurations. A failure if there is none, or one cannot listen.
StartResult<std::vector<std::shared_ptr<OpenAddress>>> adopt_by_name(const ListenerConfig& listener,
                                                                     const BindAddress& bind,
                                                                     unsigned workers,
                                                                     const InheritedSockets& inherited);

/// The sockets that an earlier process left on the address of `bind`, made as `listener` says, listening,
/// with a descriptor each.
ListeningSockets adopt_by_address(const ListenerConfig& listener, const BindAddress& bind,
                                  const InheritedSockets& inherited);

}  // namespace duplexd
