#pragma once

#include "core/net/address/parsed.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd {

/// Which names of a ClientHello are meant.
class NamePattern {
 public:
  static constexpr std::string_view any_word = "default";

  /// "www.example.com"; "*.example.com", the names below it at any depth, and not itself; "default", every
  /// name, and none. Capitals and a final dot do not matter. An error continues the
  /// refused text: "is no host name".
  static Parsed<NamePattern> parse(std::string_view text);
  std::string to_string() const;

  /// `name` is as ClientHello::server_name() has it; "": none.
  bool matches(std::string_view name) const noexcept;
  /// Whether it matches all that `other` matches.
  bool covers(const NamePattern& other) const noexcept;
  friend bool operator==(const NamePattern&, const NamePattern&) noexcept = default;

 private:
  enum class Kind : std::uint8_t { exact, below, any };

  NamePattern(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

  Kind kind_;
  std::string name_;  // in lower case; of `below` with a dot before it
};

}  // namespace duplexd
