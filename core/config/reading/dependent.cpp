#include "core/config/reading/dependent.hpp"

#include "core/net/address/decimal.hpp"

#include <functional>
#include <limits>
#include <utility>

namespace duplexd {
namespace {

/// A name of the system's database, or a number.
template <class Id>
Spelling<std::optional<Id>> account(const std::function<std::optional<Id>(const std::string&)>& find,
                                    std::string_view kind) {
  Spelling<std::optional<Id>> spelling{
      [find](std::string_view text) -> Parsed<std::optional<Id>> {
        // chown(2) takes the highest id for "no change".
        const auto number = parse_decimal(text);
        if (number && *number < std::numeric_limits<Id>::max())
          return std::optional(static_cast<Id>(*number));
        if (const auto id = find(std::string(text))) return id;
        return ParseError{"is not known on this host"};
      },
      [](const std::optional<Id>& id) { return fmt::format("{}", id.value_or(0)); },
      {fmt::format("the name or number of a {}", kind),
       {},
       "",
       {text_schema("."), R"({"type": "integer", "minimum": 0})"}}};
  return word_or<std::optional<Id>>("auto", std::nullopt, std::move(spelling));
}

Spelling<Bind> bind_address() {
  return {[left = Dependent::most_addresses](std::string_view text) mutable -> Parsed<Bind> {
            auto addresses = parse_bind(text);
            if (!addresses) return addresses.error();
            if (addresses->size() > left) {
              left = 0;
              return ParseError{
                  fmt::format("more than {} addresses to listen on in all", Dependent::most_addresses)};
            }
            left -= addresses->size();
            return Bind{std::string(text), *std::move(addresses)};
          },
          [](const Bind& bind) { return yaml_scalar(bind.text); },
          {.schema = {text_schema(".")}}};
}

Spelling<std::size_t> no_upstream() {
  return {[](std::string_view) -> Parsed<std::size_t> { return ParseError{"is no upstream"}; },
          [](std::size_t) { return std::string(); },
          {.schema = {text_schema(".")}}};
}

}  // namespace

Dependent::Dependent(const System& system)
    : user(account<uid_t>(system.user, "user")),
      group(account<gid_t>(system.group, "group")),
      bind(bind_address()),
      upstream(no_upstream()) {}

const Dependent& any_file() {
  static const Dependent dependent{System()};
  return dependent;
}

}  // namespace duplexd
