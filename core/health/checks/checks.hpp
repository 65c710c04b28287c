#pragma once

#include "core/conversation/conversation.hpp"
#include "core/health/prepared_check.hpp"

#include <string>

namespace duplexd {

// One check for each type, over a connection that has been made. Each returns what it has seen, in words, or
// throws a ConversationEnd.

using Words = Conversation::Awaitable<std::string>;

Words check_tcp(Conversation& peer, const PreparedCheck& check);
Words check_tls(Conversation& peer, const PreparedCheck& check);
Words check_exchange(Conversation& peer, const PreparedCheck& check);
Words check_http(Conversation& peer, const PreparedCheck& check);  ///< and https
Words check_redis(Conversation& peer, const PreparedCheck& check);
Words check_postgres(Conversation& peer, const PreparedCheck& check);
Words check_mysql(Conversation& peer, const PreparedCheck& check);
Words check_smtp(Conversation& peer, const PreparedCheck& check);
Words check_ldap(Conversation& peer, const PreparedCheck& check);

}  // namespace duplexd
