#include "core/config/keys/tls/spellings.hpp"

namespace duplexd {

// Editors read a version without quotes as a number.
Spelling<TlsVersion> tls_version() {
  auto spelling = one_of<TlsVersion>({{"1.2", TlsVersion::tls12}, {"1.3", TlsVersion::tls13}});
  spelling.form.schema = {R"({"enum": ["1.2", "1.3", 1.2, 1.3]})"};
  return spelling;
}

Spelling<TlsVerify> tls_verify() {
  return one_of<TlsVerify>({{"full", TlsVerify::full}, {"chain", TlsVerify::chain}, {"off", TlsVerify::off}});
}

Spelling<TlsVerify> tls_verify_or_not() {
  const auto whether = boolean();
  return {[parse = whether.parse](std::string_view text) -> Parsed<TlsVerify> {
            const auto is = parse(text);
            if (!is) return is.error();
            return *is ? TlsVerify::full : TlsVerify::off;
          },
          [print = whether.print](const TlsVerify& verify) { return print(verify != TlsVerify::off); },
          whether.form};
}

Spelling<std::string> alpn_protocol() {
  constexpr std::size_t most = 255;
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty() || text.size() > most || text.find(' ') != std::string_view::npos)
              return ParseError{"is no name of a protocol"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          {"a name of ALPN, such as postgresql", {}, "", {text_schema("^[^ ]{1,255}$")}}};
}

}  // namespace duplexd
