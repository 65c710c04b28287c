#include "core/health/prepared_check.hpp"

#include "core/conversation/tls.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

bool uses_tls(CheckType type) { return type == CheckType::tls || type == CheckType::https; }

/// A regular expression that is none matches nothing; the configuration does not let it through.
Regex matcher(const TextMatch& match) {
  switch (match.how) {
    case TextMatch::How::anything:
      return [](std::string_view) { return true; };
    case TextMatch::How::prefix:
      return [text = match.text](std::string_view bytes) { return bytes.starts_with(text); };
    case TextMatch::How::contains:
      return [text = match.text](std::string_view bytes) { return bytes.find(text) != bytes.npos; };
    case TextMatch::How::regex:
      break;
  }
  auto compiled = regex(match.text);
  return compiled ? *std::move(compiled) : [](std::string_view) { return false; };
}

std::vector<Regex> matchers(const std::vector<ExchangeStep>& steps) {
  std::vector<Regex> result;
  for (const auto& step : steps) result.push_back(step.sends ? nullptr : matcher(step.bytes));
  return result;
}

}  // namespace

PreparedCheck::PreparedCheck(std::shared_ptr<const CheckConfig> check)
    : config(std::move(check)),
      tls(uses_tls(config->type) ? std::make_unique<TlsContext>(config->tls) : nullptr),
      body(matcher(config->http.body)),
      steps(matchers(config->steps)) {}

PreparedCheck::~PreparedCheck() = default;

}  // namespace duplexd
