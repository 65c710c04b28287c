#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <arpa/nameser.h>

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace duplexd::test {

/// A name server on loopback, in the thread that runs `io`. It knows what a test tells it: an address, or a
/// code of RFC 1035, 4.1.1; of other names that there are none.
class FakeNameServer {
 public:
  using Address = std::string;  // its bytes
  struct Says {
    int code = ns_r_noerror;
    std::optional<Address> address{};
  };

  explicit FakeNameServer(boost::asio::io_context& io)
      : socket_(io, {boost::asio::ip::address_v4::loopback(), 0}) {
    receive();
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }

  std::map<std::pair<std::string, int>, Says> known;  ///< by name and type
  std::map<std::string, int> asked;                   ///< how often, by name

 private:
  void receive() {
    socket_.async_receive_from(boost::asio::buffer(message_), asker_,
                               [this](const auto& error, std::size_t size) {
                                 if (error) return;
                                 answer(std::string(message_.data(), size));
                                 receive();
                               });
  }

  void answer(const std::string& question) {
    std::string name;
    std::size_t at = NS_HFIXEDSZ;
    for (; question[at] != 0; at += static_cast<std::size_t>(question[at]) + 1)
      name += (name.empty() ? "" : ".") + question.substr(at + 1, static_cast<std::size_t>(question[at]));
    const int type = question[at + 2];
    ++asked[name];
    const auto found = known.find({name, type});
    const Says says = found == known.end() ? Says{ns_r_nxdomain} : found->second;
    std::string answer = question.substr(0, 2) + "\x81" + static_cast<char>(0x80 | says.code) +
                         std::string("\0\1\0", 3) + (says.address ? '\1' : '\0') + std::string(4, '\0') +
                         question.substr(NS_HFIXEDSZ, at + 5 - NS_HFIXEDSZ);
    if (says.address) answer += record(type, *says.address);
    socket_.send_to(boost::asio::buffer(answer), asker_);
  }

  /// With a TTL of 60 s.
  static std::string record(int type, const Address& address) {
    return std::string("\xc0\x0c\0", 3) + static_cast<char>(type) + std::string("\0\1\0\0\0\x3c\0", 7) +
           static_cast<char>(address.size()) + address;
  }

  boost::asio::ip::udp::socket socket_;
  boost::asio::ip::udp::endpoint asker_;
  std::array<char, 512> message_{};
};

}  // namespace duplexd::test
