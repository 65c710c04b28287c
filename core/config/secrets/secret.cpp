#include "core/config/secrets/secret.hpp"

#include "core/config/system.hpp"

namespace duplexd {
namespace {

constexpr std::size_t line_end = 2;  // "\r\n"

}  // namespace

Parsed<std::string> read_secret(const std::string& file, std::size_t most) {
  auto text = host_system({}).read_included(file, most + line_end + 1);
  if (!text) return text.error();
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->size() > most) return ParseError{"is larger than a secret"};
  if (text->empty() || text->find_first_of("\r\n") != std::string::npos)
    return ParseError{"is empty, or has more than one line"};
  return text;
}

}  // namespace duplexd
