// Lines of map and geo in the order in which they count: routes of duplexd go by their order.
#include "core/net/address/decimal.hpp"
#include "core/net/client_hello/name_pattern.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/addresses.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace duplexd::importing::nginx {
namespace {

using By = Variable::By;

constexpr std::size_t exact = std::numeric_limits<std::size_t>::max();

/// How long the prefix of a network is; an address is one of its own.
std::size_t length_of(std::string_view network) {
  const auto slash = network.find('/');
  if (slash == std::string_view::npos) return exact;
  return static_cast<std::size_t>(parse_decimal(network.substr(slash + 1)).value_or(0));
}

class ChoiceReader {
 public:
  ChoiceReader(const Variable& variable, const Target& listener)
      : by_(variable.by), is_geo_(variable.block->word() == "geo"), listener_(listener) {}

  void take(const Setting& line) {
    const std::string& word = line.key;
    if (!is_geo_ && word == "hostnames") has_names_ = true;
    if (!is_geo_ && (word == "hostnames" || word == "volatile")) return listener_.carry(line);
    if (line.args.size() != 1) return listener_.refuse(line, "it has no value, or several");
    if (word == "default") return void(choices_.otherwise = &line);
    if (is_geo_ || by_ == By::source) return take_source(line);
    if (word.starts_with('~')) return listener_.refuse(line, "duplexd's routes know no regular expressions");
    // A backslash in front says that the word is no word of map's own.
    const std::string value = word.starts_with('\\') ? word.substr(1) : word;
    if (by_ == By::name) return take_name(value, line);
    if (by_ == By::port && parse_decimal(value).value_or(0) - 1 >= 65535)
      return listener_.refuse(line, "it is no port");
    add(plain(value), exact, line);
  }

  Choices choices() && {
    std::ranges::stable_sort(choices_.all, std::ranges::greater(), &Choice::rank);
    return std::move(choices_);
  }

 private:
  void add(std::string value, std::size_t rank, const Setting& line) {
    choices_.all.push_back({&line, std::move(value), rank});
  }

  /// A map compares texts; of the lines of a geo the last one of a network counts.
  void take_source(const Setting& line) {
    const auto network = network_text(line.key);
    if (!network || (!is_geo_ && length_of(*network) != exact))
      return listener_.refuse(line, is_geo_ ? "duplexd's routes know networks and addresses"
                                            : "map compares it with whole addresses: it is none");
    const auto same = std::ranges::find(choices_.all, *network, &Choice::value);
    if (same != choices_.all.end()) {
      listener_.refuse(*same->line, "a later line says otherwise");
      choices_.all.erase(same);
    }
    add(*network, length_of(*network), line);
  }

  /// ".example.com" is the name and all names below it.
  void take_name(const std::string& value, const Setting& line) {
    const bool is_wild = value.starts_with('.') || value.starts_with("*.");
    if (is_wild && !has_names_)
      return listener_.refuse(line, "it stands for other names in a map with 'hostnames' alone");
    const std::string name = (value.starts_with('.') ? "*" : "") + value;
    if (value == "default" || !NamePattern::parse(name))
      return listener_.refuse(line, "duplexd's routes know names, and all names below one");
    if (value.starts_with('.')) add(plain(value.substr(1)), exact, line);
    add(plain(name), is_wild ? name.size() : exact, line);
  }

  By by_;
  bool is_geo_;
  const Target& listener_;
  Choices choices_{};
  bool has_names_ = false;
};

}  // namespace

Choices choices_of(const Variable& variable, const Target& listener) {
  ChoiceReader reader(variable, listener);
  for (const Block& line : variable.block->inside) reader.take(line.head);
  return std::move(reader).choices();
}

}  // namespace duplexd::importing::nginx
