#pragma once

#include "tests/bench/load/clients.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace duplexd::bench {

/// Keeps a number of sessions going: opens them, 64 at a time, replaces each that ends, and throws
/// std::runtime_error if one fails or moves no byte for 10 seconds. `rate` of them begin in a second, as long
/// as there are seats; 0: as fast as seats become free.
class Crowd {
 public:
  Crowd(const Surroundings& around, MakeClient make, std::size_t sessions, double rate);

  bool were_all_open() const noexcept { return opened_ >= clients_.size(); }

  template <class Condition>
  void run_until(Condition is_reached) {
    while (!is_reached()) turn();
  }
  void run_for(double seconds);
  void hold_until_input_ends();  ///< of the program; meanwhile the sessions have to stay as they are

 private:
  void turn();
  void open(std::size_t seat);
  bool is_due() const { return pace_.count() == 0 || Clock::now() >= next_; }
  void handle_events(int milliseconds);
  void advance(Client& client);
  void look_for_standstill();

  Surroundings around_;
  MakeClient make_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::size_t> free_seats_;
  Clock::duration pace_;
  Clock::time_point next_ = Clock::now();  // that the next session begins, if they have a pace
  std::size_t opening_ = 0;
  std::size_t opened_ = 0;
  Clock::time_point looked_ = Clock::now();
};

}  // namespace duplexd::bench
