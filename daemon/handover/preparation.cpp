#include "daemon/handover/preparation.hpp"

#include "core/handover/handover.hpp"
#include "daemon/handover/names_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace duplexd {
namespace {

int send_some(HandoverChannel& channel, std::span<const NamedSocket> sockets) {
  boost::json::array names;
  std::vector<int> descriptors;
  for (const NamedSocket& each : sockets) {
    names.emplace_back(each.name);
    descriptors.push_back(each.socket);
  }
  return channel.send(handover::sockets, boost::json::serialize(boost::json::object{{"names", names}}), {},
                      descriptors);
}

void take_sockets(HandoverMessage& message, Preparation& preparation) {
  const boost::json::value described = boost::json::parse(message.text);
  const boost::json::array& names = described.at("names").as_array();
  if (names.size() != message.descriptors.size()) throw std::runtime_error("some sockets have no name");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto name = boost::json::value_to<std::string>(names[i]);
    if (name == control_socket_name) {
      preparation.control_socket = std::move(message.descriptors[i]);
    } else if (name.starts_with(admin_socket_prefix)) {
      preparation.admin_sockets.emplace(name, std::move(message.descriptors[i]));
    } else {
      preparation.sockets.emplace(name, std::move(message.descriptors[i]));
    }
  }
}

void take_rest(const HandoverMessage& message, Preparation& preparation) {
  const boost::json::value described = boost::json::parse(message.text);
  Parsed<KeptState> kept = state_of(boost::json::value_to<std::string>(described.at("state")));
  if (!kept) throw std::runtime_error("what the process before this one keeps " + kept.error().what);
  preparation.kept = *std::move(kept);
  preparation.paused = described.at("paused").as_bool();
  if (const boost::json::value* const names = described.as_object().if_contains("names"))
    preparation.names = names_of(*names);
}

}  // namespace

int send_preparation(HandoverChannel& channel, const std::vector<NamedSocket>& sockets,
                     const std::string& state, bool paused, const NameRecords& names) {
  for (std::span<const NamedSocket> left(sockets); !left.empty();) {
    const auto now = left.first(std::min(left.size(), HandoverChannel::most_descriptors));
    if (const int error = send_some(channel, now)) return error;
    left = left.subspan(now.size());
  }
  const boost::json::object rest{{"state", state}, {"paused", paused}, {"names", to_json(names)}};
  return channel.send(handover::prepare, boost::json::serialize(rest));
}

Preparation receive_preparation(int channel) {
  Preparation preparation;
  for (;;) {
    std::optional<HandoverMessage> message = HandoverChannel::wait(channel, handover::taker_patience);
    if (!message) throw std::runtime_error("the process before this one says nothing");
    if (message->kind == handover::sockets) {
      take_sockets(*message, preparation);
    } else if (message->kind == handover::prepare) {
      take_rest(*message, preparation);
      return preparation;
    }
  }
}

}  // namespace duplexd
