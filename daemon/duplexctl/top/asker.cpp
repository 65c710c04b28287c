#include "daemon/duplexctl/top/asker.hpp"

#include "daemon/duplexctl/sessions/list_sessions.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <sysexits.h>

#include <string_view>
#include <utility>

namespace duplexd::duplexctl::top {
namespace {

namespace json = boost::json;

constexpr std::size_t most_sessions = 20'000;
constexpr std::chrono::milliseconds most_to_connect{1000};  // nobody looks at the keys meanwhile

json::value parsed_reply(const Reply& reply) {
  if (reply.status == 503) throw Failure(EX_TEMPFAIL, "duplexctl: error: duplexd is too busy\n");
  if (reply.status != 200) throw std::invalid_argument("a status of HTTP");
  return json::parse(reply.body);
}

Failure not_understood() {
  return {EX_SOFTWARE, "duplexctl: error: duplexd gave an answer that is not understood\n"};
}

std::string page_after(std::string_view cursor) {
  return fmt::format("/v1/sessions?limit={}{}{}", sessions_of_page, cursor.empty() ? "" : "&after=", cursor);
}

}  // namespace

Asker::Asker(boost::asio::io_context& context, const TopRequest& request)
    : context_(context), timeout_(context), request_(request) {}

Asker::~Asker() {
  if (exchange_) exchange_->cancel();
}

void Asker::ask(View view, OnEnd on_end) {
  view_ = view;
  on_end_ = std::move(on_end);
  begin_or_fail(Question::status, "/v1/status");
}

void Asker::begin_or_fail(Question question, const std::string& target) {
  try {
    begin(question, target);
  } catch (const std::exception&) {
    end(std::current_exception());
  }
}

void Asker::begin(Question question, const std::string& target) {
  question_ = question;
  const auto patience = std::min(request_.timeout, most_to_connect);
  exchange_ =
      std::make_shared<OneExchange>(context_, connect_to_control(request_.socket, patience), "GET", target);
  exchange_->begin([this](const boost::system::error_code& error) { on_end(error); });
  timeout_.expires_after(request_.timeout);
  timeout_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    exchange_->cancel();
    end(std::make_exception_ptr(no_answer_in_time(request_.socket)));
  });
}

void Asker::on_end(const boost::system::error_code& error) {
  timeout_.cancel();
  if (error) return end(std::make_exception_ptr(exchange_failed(request_.socket, error)));
  try {
    on_answer(parsed_reply(exchange_->reply()));
  } catch (const Failure&) {
    end(std::current_exception());
  } catch (const std::exception&) {
    end(std::make_exception_ptr(not_understood()));
  }
}

void Asker::on_answer(const json::value& answer) {
  switch (question_) {
    case Question::status:
      reading_ = read_status(answer);
      reading_.at = std::chrono::steady_clock::now();
      return begin_or_fail(Question::metrics, "/v1/metrics?format=json");
    case Question::metrics:
      add_workers(reading_, answer);
      if (view_ == View::sessions) return begin_or_fail(Question::sessions, page_after(""));
      return end(nullptr);
    case Question::sessions:
      return on_page(answer);
  }
}

void Asker::on_page(const json::value& page) {
  add_sessions(reading_, page);
  const json::value& next = page.at("next");
  reading_.has_all_sessions = next.is_null();
  if (next.is_null() || reading_.sessions.size() >= most_sessions) return end(nullptr);
  begin_or_fail(Question::sessions, page_after(next.as_string()));
}

void Asker::end(std::exception_ptr failure) {
  timeout_.cancel();
  exchange_.reset();
  // It may ask again at once.
  std::exchange(on_end_, nullptr)(std::exchange(reading_, {}), std::move(failure));
}

}  // namespace duplexd::duplexctl::top
