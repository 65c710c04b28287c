#include "tests/bench/load/clients.hpp"

#include <array>
#include <stdexcept>

namespace duplexd::bench {
namespace {

/// `Wanted` is what the first byte asks the endpoint for, and every further byte is the same.
template <char Wanted>
class Streaming : public Client {
 public:
  using Client::Client;

  bool advance() override {
    if (Wanted != 'd') {
      window_.count(flood(stream_, bytes()));
    } else if (!asked_ && stream_.writable()) {
      asked_ = stream_.send(bytes().first(1)) == 1;
    }
    const std::size_t received = drain(stream_);
    if (stream_.ended()) throw std::runtime_error("the end came early");
    if (Wanted == 'u' && received != 0) throw std::runtime_error("bytes came that were never asked for");
    window_.count(received);
    return true;
  }

 private:
  static std::span<const char> bytes() {
    static const auto bytes = [] {
      auto filled = std::make_unique<std::array<char, 1024 * 1024>>();
      filled->fill(Wanted);
      return filled;
    }();
    return *bytes;
  }

  bool asked_ = false;
};

}  // namespace

std::unique_ptr<Client> download(const Surroundings& around) {
  return std::make_unique<Streaming<'d'>>(around);
}
std::unique_ptr<Client> upload(const Surroundings& around) {
  return std::make_unique<Streaming<'u'>>(around);
}
std::unique_ptr<Client> both_ways(const Surroundings& around) {
  return std::make_unique<Streaming<'b'>>(around);
}

}  // namespace duplexd::bench
