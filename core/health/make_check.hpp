#pragma once

#include "core/conversation/conversation_target.hpp"
#include "core/health/check_result.hpp"
#include "core/health/prepared_check.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace duplexd {

/// Checks an endpoint once. Whoever spawns it cancels it when the timeout is over, which is a failed check
/// then. Throws nothing but std::bad_alloc.
boost::asio::awaitable<CheckResult> make_check(boost::asio::any_io_executor executor,
                                               ConversationTarget target,
                                               std::shared_ptr<const PreparedCheck> check);

}  // namespace duplexd
