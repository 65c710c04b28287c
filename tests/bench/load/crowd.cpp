#include "tests/bench/load/crowd.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <numeric>
#include <stdexcept>
#include <string>

namespace duplexd::bench {
namespace {

constexpr std::size_t opening_at_once = 64;
constexpr int longest_standstill = 10;  // seconds
constexpr int longest_wait = 100;       // milliseconds, after which conditions are looked at again
constexpr int shortest_wait = 1;        // the same, with a pace

Clock::duration pace_of(double rate) {
  const std::chrono::duration<double> pace(rate > 0 ? 1 / rate : 0);
  return std::chrono::duration_cast<Clock::duration>(pace);
}

bool input_has_ended() {
  std::array<char, 64> ignored;
  return ::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0;
}

}  // namespace

Crowd::Crowd(const Surroundings& around, MakeClient make, std::size_t sessions, double rate)
    : around_(around), make_(make), clients_(sessions), free_seats_(sessions), pace_(pace_of(rate)) {
  std::iota(free_seats_.begin(), free_seats_.end(), std::size_t{0});
}

void Crowd::run_for(double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  run_until([end] { return Clock::now() >= end; });
}

void Crowd::hold_until_input_ends() {
  std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {around_.poller.descriptor(), POLLIN, 0}}};
  do {
    watched[0].revents = 0;
    checked(::poll(watched.data(), watched.size(), -1), "poll");
    handle_events(0);
  } while (watched[0].revents == 0 || !input_has_ended());
}

void Crowd::turn() {
  for (; !free_seats_.empty() && opening_ < opening_at_once && is_due(); free_seats_.pop_back())
    open(free_seats_.back());
  handle_events(pace_.count() == 0 ? longest_wait : shortest_wait);
  look_for_standstill();
}

void Crowd::open(std::size_t seat) {
  clients_[seat] = make_(around_);
  clients_[seat]->seat.number = seat;
  ++opening_;
  next_ += pace_;
}

void Crowd::handle_events(int milliseconds) {
  for (const epoll_event& event : around_.poller.wait(milliseconds)) {
    auto* const stream = static_cast<Stream*>(event.data.ptr);
    stream->note(event.events);
    advance(static_cast<Client&>(stream->session()));
  }
}

void Crowd::advance(Client& client) try {
  const bool goes_on = client.advance();
  if (client.seat.is_opening && client.is_open()) {
    client.seat.is_opening = false;
    --opening_;
    ++opened_;
  }
  if (goes_on) return;
  free_seats_.push_back(client.seat.number);
  clients_[client.seat.number].reset();
} catch (const std::exception& error) {
  throw std::runtime_error("session " + std::to_string(client.seat.number + 1) + " of " +
                           std::to_string(clients_.size()) + " with " + to_string(around_.to) + ": " +
                           error.what());
}

void Crowd::look_for_standstill() {
  if (Clock::now() - looked_ < std::chrono::seconds(1)) return;
  looked_ = Clock::now();
  for (const auto& client : clients_)
    if (client && client->seconds_without_progress() >= longest_standstill)
      throw std::runtime_error("session " + std::to_string(client->seat.number + 1) + " with " +
                               to_string(around_.to) + ": no byte moved for " +
                               std::to_string(longest_standstill) + " seconds");
}

}  // namespace duplexd::bench
