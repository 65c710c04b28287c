#pragma once

#include "daemon/duplexctl/one_exchange.hpp"
#include "daemon/duplexctl/top/model/reading.hpp"
#include "daemon/duplexctl/top/top_request.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace duplexd::duplexctl::top {

/// Asks duplexd, one question after the other, for what a view shows. Everything runs on `context`.
class Asker {
 public:
  /// `failure` is null if there is a reading.
  using OnEnd = std::function<void(Reading reading, std::exception_ptr failure)>;

  Asker(boost::asio::io_context& context, const TopRequest& request);
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// Not while it asks.
  void ask(View view, OnEnd on_end);

 private:
  enum class Question : std::uint8_t { status, metrics, sessions };

  void begin(Question question, const std::string& target);
  void begin_or_fail(Question question, const std::string& target);
  void on_end(const boost::system::error_code& error);
  void on_answer(const boost::json::value& answer);
  void on_page(const boost::json::value& page);
  void end(std::exception_ptr failure);

  boost::asio::io_context& context_;
  boost::asio::steady_timer timeout_;
  const TopRequest& request_;
  std::shared_ptr<OneExchange> exchange_;
  Question question_{};
  View view_{};
  Reading reading_{};
  OnEnd on_end_;
};

}  // namespace duplexd::duplexctl::top
