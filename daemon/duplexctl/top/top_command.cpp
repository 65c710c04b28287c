#include "daemon/duplexctl/top/top_command.hpp"

#include "daemon/duplexctl/top/asker.hpp"
#include "daemon/duplexctl/top/live.hpp"
#include "daemon/duplexctl/top/model/frame_json.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sysexits.h>

#include <algorithm>
#include <thread>

namespace duplexd::duplexctl {
namespace {

using top::Reading;

Reading asked_now(const TopRequest& request) {
  boost::asio::io_context context{1};
  top::Asker asker(context, request);
  Reading answered;
  asker.ask(request.controls.view, [&](Reading reading, const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    answered = std::move(reading);
  });
  context.run();
  return answered;
}

void write_frame(const TopRequest& request, const Reading& now, const Reading& before, bool is_first) {
  top::Frame frame = top::frame_of(request.controls.view, now, &before);
  top::arrange(frame, request.controls);
  const std::string text = request.json ? boost::json::serialize(top::frame_json(frame)) + '\n'
                                        : (is_first ? "" : "\n") + top::plain_text(frame, request.controls);
  if (const int error = print(text))
    throw Failure(EX_IOERR, fmt::format("duplexctl: error: {}\n", output_failed(error)));
}

/// A frame tells of the interval before it, so that the first comes after one.
Outcome run_batch(const TopRequest& request) {
  const std::size_t frames = std::max<std::size_t>(request.frames, 1);
  Reading before = asked_now(request);
  for (std::size_t i = 0; i < frames; ++i) {
    std::this_thread::sleep_until(before.at + request.interval);
    Reading now = asked_now(request);
    write_frame(request, now, before, i == 0);
    before = std::move(now);
  }
  return {};
}

}  // namespace

Outcome run_top(const TopRequest& request) {
  if (request.batch) return run_batch(request);
  return {.exit_code = top::Live(request).run()};
}

}  // namespace duplexd::duplexctl
