#include "tests/bench/load/clients.hpp"
#include "tests/bench/load/exchange.hpp"

#include <stdexcept>

namespace duplexd::bench {
namespace {

class RoundTrip : public Client {
 public:
  explicit RoundTrip(const Surroundings& around) : Client(around), exchange_(around.message_size) {}

  bool is_open() const override { return answered_; }

  bool advance() override {
    for (int round = 0; round < rounds_at_once; ++round) {
      if (!exchange_.advance(stream_)) return true;
      answered_ = true;
      window_.count_one(lap());
    }
    stream_.rearm();
    return true;
  }

 private:
  Exchange exchange_;
  bool answered_ = false;
};

class Idler : public Client {
 public:
  explicit Idler(const Surroundings& around) : Client(around), exchange_(around.message_size) {}

  bool is_open() const override { return answered_; }
  bool is_waiting() const override { return !answered_; }

  bool advance() override {
    if (answered_) {
      expect_nothing_but_the_end(stream_);
      if (stream_.ended()) throw std::runtime_error("the end came, though nobody asked for it");
    } else if (exchange_.advance(stream_)) {
      answered_ = true;
      window_.count_one(lap());
    }
    return true;
  }

 private:
  Exchange exchange_;
  bool answered_ = false;
};

class Connection : public Client {
 public:
  explicit Connection(const Surroundings& around) : Client(around), exchange_(around.message_size) {}

  bool advance() override {
    if (!answered_) answered_ = exchange_.advance(stream_);
    if (!answered_) return true;
    expect_nothing_but_the_end(stream_);
    if (!stream_.ended()) return true;
    window_.count_one(lap());
    return false;
  }

 private:
  Exchange exchange_;
  bool answered_ = false;
};

}  // namespace

std::unique_ptr<Client> round_trip(const Surroundings& around) { return std::make_unique<RoundTrip>(around); }
std::unique_ptr<Client> connection(const Surroundings& around) {
  return std::make_unique<Connection>(around);
}
std::unique_ptr<Client> idler(const Surroundings& around) { return std::make_unique<Idler>(around); }

}  // namespace duplexd::bench
