#pragma once

#include "core/net/address/parsed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

// What is asked of etcd, and what it answers, in the JSON of its gateway to gRPC
// (api/etcdserverpb/rpc.proto). Errors continue "its answer".

struct EtcdValue {
  std::string key;
  std::optional<std::string> value;  ///< none: the key was deleted
};

struct EtcdRange {
  std::uint64_t revision = 0;  ///< at which the values are those
  std::vector<EtcdValue> values;
};

/// One message of a watch.
struct EtcdNews {
  std::vector<EtcdValue> values;       ///< in the order of the changes
  bool ended = false;                  ///< etcd has cancelled the watch
  std::uint64_t compact_revision = 0;  ///< what it was to begin at is forgotten, up to this one; 0: it is not
  std::string reason;                  ///< why it has ended, printable; "": that is not said
};

std::string etcd_range_request(std::string_view prefix, std::size_t most);
std::string etcd_watch_request(std::string_view prefix, std::uint64_t revision);
std::string etcd_login_request(std::string_view user, std::string_view password);

Parsed<EtcdRange> parse_etcd_range(std::string_view text);
Parsed<EtcdNews> parse_etcd_news(std::string_view line);
Parsed<std::string> parse_etcd_token(std::string_view text);
/// The message of an answer that is an error, printable; "": there is none.
std::string etcd_error(std::string_view text);

}  // namespace duplexd
