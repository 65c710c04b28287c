#pragma once

#include "core/config/spelling/wording.hpp"
#include "core/net/address/parsed.hpp"

#include <fmt/format.h>

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// What the values of a key look like, for messages and documents.
struct Form {
  std::string expected = {};                 ///< what to write instead of a refused text: "true or false"
  std::vector<std::string_view> words = {};  ///< those that stand for a value, for suggestions
  std::string range = {};                    ///< "1ms to 1h"; "": only words are allowed, or any text
  std::vector<std::string> schema = {};      ///< JSON Schema of each way to write a value
  bool in_quotes = false;                    ///< required, because other YAML readers misread a bare value
};

/// How the file spells a value of type T: `parse` reads what `print` writes. An error of `parse` continues
/// the refused text ("is out of range") if something is expected; otherwise it is a whole sentence.
template <class T>
struct Spelling {
  std::function<Parsed<T>(std::string_view)> parse;
  std::function<std::string(const T&)> print;
  Form form;
};

/// JSON Schema of a text that matches `pattern`, and of one of `words`.
std::string text_schema(std::string_view pattern);
std::string words_schema(const std::vector<std::string_view>& words);

Spelling<bool> boolean();
Spelling<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most);
Spelling<std::chrono::milliseconds> duration(std::chrono::milliseconds least, std::chrono::milliseconds most);
Spelling<std::chrono::seconds> whole_seconds(std::chrono::seconds least, std::chrono::seconds most);
Spelling<std::size_t> byte_size(std::size_t least, std::size_t most);
Spelling<unsigned> percent(unsigned most);  ///< `most` from 20 to 99
Spelling<mode_t> file_mode();

/// A YAML scalar, in quotes where it needs them, that the loader reads as `text`.
std::string yaml_scalar(std::string_view text);
/// The text that yaml_scalar() was given.
std::string scalar_text(std::string_view scalar);

template <class T>
Spelling<T> number(T least, T most) {
  auto wide = whole_number(static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most));
  return {[parse = wide.parse](std::string_view text) -> Parsed<T> {
            const auto value = parse(text);
            if (!value) return value.error();
            return static_cast<T>(*value);
          },
          [](const T& value) { return fmt::format("{}", value); }, wide.form};
}

template <class T>
struct Word {
  std::string_view word;
  T meaning;
};

/// One of a few words; `table` has one for every value of T.
template <class T>
Spelling<T> one_of(const std::vector<Word<T>>& table) {
  Spelling<T> spelling;
  for (const auto& row : table) spelling.form.words.push_back(row.word);
  spelling.form.expected = either_of(spelling.form.words);
  spelling.form.schema = {words_schema(spelling.form.words)};
  spelling.parse = [table](std::string_view text) -> Parsed<T> {
    for (const auto& row : table)
      if (row.word == text) return row.meaning;
    return ParseError{"is not allowed"};
  };
  spelling.print = [table](const T& value) {
    for (const auto& row : table)
      if (row.meaning == value) return std::string(row.word);
    return std::string();
  };
  return spelling;
}

/// The form of a value that `word` may stand for, too.
Form form_with(std::string_view word, Form other);

/// As `other`, or a word that stands for one value: `off`, `auto`.
template <class T>
Spelling<T> word_or(std::string_view word, T meaning, Spelling<T> other) {
  return {[word, meaning, parse = other.parse](std::string_view text) -> Parsed<T> {
            if (text == word) return meaning;
            return parse(text);
          },
          [word, meaning, print = other.print](const T& value) {
            return value == meaning ? std::string(word) : print(value);
          },
          form_with(word, std::move(other.form))};
}

}  // namespace duplexd
