// The name service as a program, for tests with real name servers. A line "HOST INTERVAL_MS" on standard
// input subscribes; every change is a line "HOST<tab>FAILURE<tab>ADDRESS ADDRESS ..." on standard output.
#include "core/names/dns/cares_source.hpp"
#include "core/names/name_service.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

#include <unistd.h>

#include <iostream>
#include <list>
#include <sstream>

namespace duplexd {
namespace {

class Asker {
 public:
  int run() {
    read();
    io_.run();
    return 0;
  }

 private:
  void read() {
    boost::asio::async_read_until(input_, boost::asio::dynamic_buffer(text_), '\n',
                                  [this](const boost::system::error_code& error, std::size_t size) {
                                    if (error) return io_.stop();
                                    subscribe(text_.substr(0, size));
                                    text_.erase(0, size);
                                    read();
                                  });
  }

  void subscribe(const std::string& line) {
    std::istringstream words(line);
    std::string host;
    Duration::rep interval = 0;
    words >> host >> interval;
    NameService::Subscription& made = subscriptions_.emplace_back();
    made = service_.subscribe(host, Duration(interval), [&made] { print(made); });
  }

  static void print(const NameService::Subscription& subscription) {
    std::cout << subscription.host() << '\t' << subscription.state().failure << '\t';
    for (const char* space = ""; const SocketAddress& address : subscription.state().addresses) {
      std::cout << std::exchange(space, " ") << address.to_string();
    }
    for (const ServiceTarget& target : subscription.state().targets.value_or(std::vector<ServiceTarget>()))
      std::cout << target.host << ':' << target.port << '/' << target.priority << '/' << target.weight << ' ';
    std::cout << std::endl;
  }

  boost::asio::io_context io_;
  NameService service_{io_, std::make_unique<CaresSource>(io_)};
  std::list<NameService::Subscription> subscriptions_;
  boost::asio::posix::stream_descriptor input_{io_, STDIN_FILENO};
  std::string text_;
};

}  // namespace
}  // namespace duplexd

int main() { return duplexd::Asker().run(); }
