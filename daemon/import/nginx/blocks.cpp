#include "daemon/import/nginx/blocks.hpp"

#include "core/config/hints/foreign.hpp"
#include "daemon/import/nginx/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

namespace duplexd::importing::nginx {
namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_files = 200;
constexpr std::size_t most_directives = 100'000;
constexpr std::size_t longest_file = 1024 * 1024;

/// Directives that may be there several times: where an inner block has any of a line, none from outside
/// counts.
constexpr std::array<std::string_view, 4> replaced_as_wholes{
    "allow deny", "ssl_certificate ssl_certificate_key", "limit_conn", "set_real_ip_from"};

/// Directives that name a file, which is relative to the folder of nginx.conf wherever they stand.
constexpr std::string_view of_files =
    "ssl_certificate ssl_certificate_key ssl_client_certificate ssl_crl ssl_stapling_file "
    "ssl_trusted_certificate proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_trusted_certificate";

/// No file is "engine:name:id" or "data:", nor what a variable says.
bool is_relative(std::string_view name) {
  return !name.empty() && !name.starts_with('/') && name.find_first_of(":$") == std::string_view::npos;
}

bool has_any(const Block& block, std::string_view words) {
  return std::ranges::any_of(block.inside, [&](const Block& each) { return has_word(words, each.word()); });
}

/// Reads the tokens of files into blocks.
class BlockReader {
 public:
  BlockReader(const System& system, Ledger& ledger, std::filesystem::path folder)
      : system_(system), ledger_(ledger), folder_(std::move(folder)) {}

  std::optional<ParseError> read_text(const std::string& name, std::string_view text, Block& block,
                                      std::size_t depth) {
    if (++files_ > most_files)
      return ParseError{fmt::format("{}: more than {} files are included", name, most_files)};
    const auto tokens = tokens_of(text);
    if (!tokens) return ParseError{fmt::format("{}:{}", name, tokens.error().what)};
    std::span<const Token> rest(*tokens);
    while (!rest.empty())
      if (auto error = read_directive(name, rest, block, depth)) return error;
    return std::nullopt;
  }

 private:
  std::optional<ParseError> read_directive(const std::string& name, std::span<const Token>& rest,
                                           Block& block, std::size_t depth) {
    const Token& first = rest.front();
    const auto mistake = [&](std::string_view what) {
      return ParseError{fmt::format("{}:{}: {}", name, first.line, what)};
    };
    if (!first.is_word) return mistake(fmt::format("'{}' is not expected here", first.text));
    if (depth > deepest) return mistake("blocks or files are too deep inside of each other");
    if (ledger_.size() > most_directives) return mistake("it has too many settings");
    Block directive = head_of(name, rest);
    if (rest.empty()) return mistake(fmt::format("nothing ends '{}'", first.text));
    const std::string mark = rest.front().text;
    rest = rest.subspan(1);
    if (mark == "}") return mistake(fmt::format("nothing ends '{}'", first.text));
    if (mark == ";" && directive.word() == "include" && unread_ == 0)
      return read_included(directive, block, depth);
    if (mark == "{")
      if (auto error = read_inside(name, first.line, rest, directive, depth)) return error;
    block.inside.push_back(std::move(directive));
    return std::nullopt;
  }

  /// The words in front of a mark, which stays.
  Block head_of(const std::string& name, std::span<const Token>& rest) {
    Block block{.head = {.key = rest.front().text}};
    const std::string where = fmt::format("{}:{}", name, rest.front().line);
    std::string text = block.head.key;
    for (rest = rest.subspan(1); !rest.empty() && rest.front().is_word; rest = rest.subspan(1)) {
      text += " " + rest.front().text;
      block.head.args.push_back(rest.front().text);
    }
    block.head.id = ledger_.add(where, text);
    take_parameters(block.head, where);
    find_file(block.head);
    return block;
  }

  /// Where the folder is not known, the name stays as it is.
  void find_file(Setting& line) const {
    const bool names_file = has_word(of_files, line.key) && is_relative(line.arg(0));
    if (names_file && folder_.is_absolute()) line.args[0] = (folder_ / line.args[0]).native();
  }

  /// The parameters of listen and server lines are settings of their own: "weight=5".
  void take_parameters(Setting& line, const std::string& where) {
    if (line.key != "listen" && line.key != "server") return;
    for (std::size_t word = 1; word < line.args.size(); ++word) {
      const std::string& text = line.args[word];
      const auto equals = std::min(text.find('='), text.size());
      Setting& option =
          line.options.emplace_back(Setting{.id = ledger_.add(where, text), .key = text.substr(0, equals)});
      if (equals < text.size()) option.args.push_back(text.substr(equals + 1));
    }
  }

  std::optional<ParseError> read_inside(const std::string& name, std::size_t line,
                                        std::span<const Token>& rest, Block& block, std::size_t depth) {
    block.has_block = true;
    const bool is_unread = block.word() == "http" || block.word() == "mail";
    unread_ += is_unread ? 1 : 0;
    while (!rest.empty() && (rest.front().is_word || rest.front().text != "}"))
      if (auto error = read_directive(name, rest, block, depth + 1)) return error;
    if (rest.empty())
      return ParseError{fmt::format("{}:{}: the block '{}' is not closed", name, line, block.word())};
    rest = rest.subspan(1);
    unread_ -= is_unread ? 1 : 0;
    return std::nullopt;
  }

  /// A file that is not there is a comment: the others say enough.
  std::optional<ParseError> read_included(const Block& include, Block& block, std::size_t depth) {
    const std::filesystem::path path = folder_ / std::string(include.head.arg(0));
    const bool is_pattern = path.native().find_first_of("*?[") != std::string::npos;
    std::vector<std::filesystem::path> files{path};
    if (is_pattern) files = system_.find(path.parent_path(), path.filename());
    ledger_.carry(include.head.id);
    for (const auto& file : files) {
      const auto text = system_.read(file, longest_file);
      if (!text) ledger_.refuse(include.head.id, text.error().what);
      if (!text) continue;
      if (auto error = read_text(file.native(), *text, block, depth + 1)) return error;
    }
    return std::nullopt;
  }

  const System& system_;
  Ledger& ledger_;
  std::filesystem::path folder_;
  std::size_t files_ = 0;
  std::size_t unread_ = 0;  // blocks around whose files do not matter
};

}  // namespace

std::vector<const Block*> Block::all(std::string_view name) const {
  std::vector<const Block*> found;
  for (const Block& block : inside)
    if (block.word() == name) found.push_back(&block);
  return found;
}

Parsed<Block> blocks_of(const std::string& name, std::string_view text, const System& system,
                        Ledger& ledger) {
  Block file;
  BlockReader reader(system, ledger, std::filesystem::path(name).parent_path());
  if (auto error = reader.read_text(name, text, file, 0)) return *error;
  return file;
}

std::vector<SettingId> ids_of(const Block& block) {
  std::vector<SettingId> ids{block.head.id};
  for (const Setting& option : block.head.options) ids.push_back(option.id);
  for (const Block& each : block.inside) {
    const auto below = ids_of(each);
    ids.insert(ids.end(), below.begin(), below.end());
  }
  return ids;
}

Scope scope_of(const Block& block, const Scope& outer) {
  Scope scope = outer;
  for (const auto& lists : replaced_as_wholes)
    if (has_any(block, lists))
      std::erase_if(scope.settings, [&](const Setting& setting) { return has_word(lists, setting.key); });
  for (const Block& each : block.inside)
    if (!each.has_block) scope.settings.push_back(each.head);
  return scope;
}

}  // namespace duplexd::importing::nginx
