#include "core/config/keys/network/spellings.hpp"

#include "core/net/address/decimal.hpp"

#include <net/if.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace duplexd {
namespace {

constexpr unsigned most_dscp = 63;

struct Class {
  std::string_view name;
  unsigned dscp;
};

// RFC 2474, RFC 2597, RFC 3246, RFC 5865 and RFC 8622.
constexpr std::array classes{Class{"cs0", 0},   Class{"le", 1},    Class{"cs1", 8},  Class{"af11", 10},
                             Class{"af12", 12}, Class{"af13", 14}, Class{"cs2", 16}, Class{"af21", 18},
                             Class{"af22", 20}, Class{"af23", 22}, Class{"cs3", 24}, Class{"af31", 26},
                             Class{"af32", 28}, Class{"af33", 30}, Class{"cs4", 32}, Class{"af41", 34},
                             Class{"af42", 36}, Class{"af43", 38}, Class{"cs5", 40}, Class{"va", 44},
                             Class{"ef", 46},   Class{"cs6", 48},  Class{"cs7", 56}};

Parsed<unsigned> parse_dscp(std::string_view text) {
  for (const auto& [name, dscp] : classes)
    if (name == text) return dscp;
  const auto number = parse_decimal(text);
  if (!number) return ParseError{"is no class"};
  if (*number > most_dscp) return ParseError{"is out of range"};
  return static_cast<unsigned>(*number);
}

std::string print_dscp(unsigned dscp) {
  const auto found = std::ranges::find(classes, dscp, &Class::dscp);
  return found == classes.end() ? fmt::format("{}", dscp) : std::string(found->name);
}

std::vector<std::string_view> class_names() {
  std::vector<std::string_view> names;
  for (const auto& each : classes) names.push_back(each.name);
  return names;
}

Parsed<std::uint32_t> parse_mark(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  if (!hexadecimal) {
    const auto number = parse_decimal(text);
    if (!number) return ParseError{"is no mark"};
    return in_range<std::uint32_t>(*number, 1, std::numeric_limits<std::uint32_t>::max());
  }
  std::uint32_t mark = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), mark, 16);
  if (error == std::errc::result_out_of_range) return ParseError{"is out of range"};
  if (error != std::errc{} || end != text.data() + text.size()) return ParseError{"is no mark"};
  return in_range<std::uint32_t>(std::uint64_t{mark}, 1, std::numeric_limits<std::uint32_t>::max());
}

/// As the kernel takes it.
bool is_interface(std::string_view name) {
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         std::ranges::none_of(name, [](char c) { return c == '/' || c == ':' || c <= ' '; });
}

/// As modules of the kernel are called.
bool is_control(std::string_view name) {
  return !name.empty() && name.size() < 16 &&
         std::ranges::all_of(name, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_'; });
}

/// A name, or `word` for "".
Spelling<std::string> name_or(std::string_view word, bool (*is_name)(std::string_view),
                              std::string_view error, Form form) {
  return {[=](std::string_view text) -> Parsed<std::string> {
            if (text == word) return parsed_text(std::string());
            if (!is_name(text)) return ParseError{std::string(error)};
            return parsed_text(std::string(text));
          },
          [word](const std::string& name) { return name.empty() ? std::string(word) : yaml_scalar(name); },
          form_with(word, std::move(form))};
}

}  // namespace

Spelling<std::string> interface_or_any() {
  return name_or(
      "any", is_interface, "is no name of an interface",
      {"the name of an interface or a VRF, such as eth1", {}, "", {text_schema("^[^/: ]{1,15}$")}});
}

Spelling<std::uint32_t> mark_or_off() {
  return word_or<std::uint32_t>("off", 0,
                                {parse_mark,
                                 [](std::uint32_t mark) { return fmt::format("{:#x}", mark); },
                                 {"a number from 1 to 0xffffffff",
                                  {},
                                  "1 to 0xffffffff",
                                  {R"({"type": "integer", "minimum": 1, "maximum": 4294967295})",
                                   text_schema("^0x[0-9a-fA-F]{1,8}$")}}});
}

Spelling<unsigned> dscp() {
  return {parse_dscp,
          print_dscp,
          {"a number from 0 to 63, or a class such as ef, af41 or cs1",
           class_names(),
           "",
           {words_schema(class_names()), R"({"type": "integer", "minimum": 0, "maximum": 63})"}}};
}

Spelling<std::string> congestion_or_auto() {
  return name_or(
      "auto", is_control, "is no name of a congestion control",
      {"a congestion control of the kernel, such as bbr", {}, "", {text_schema("^[a-z0-9_]{1,15}$")}});
}

}  // namespace duplexd
