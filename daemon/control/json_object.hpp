#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd {

/// The name of a member as it stands in the text, with the comma before it. Made by the compiler.
template <std::size_t Size>
struct JsonKey {
  consteval JsonKey(const char (&name)[Size]) {  // a literal stands where a key is wanted
    text[0] = ',';
    text[1] = '"';
    for (std::size_t i = 0; i + 1 < Size; ++i) {
      if (name[i] < ' ' || name[i] > '~' || name[i] == '"' || name[i] == '\\') throw "needs an escape";
      text[i + 2] = name[i];
    }
    text[Size + 1] = '"';
    text[Size + 2] = ':';
  }

  std::array<char, Size + 3> text{};
};

/// Collects short pieces before they go to a text, because each costs a call there.
class JsonOutput {
 public:
  explicit JsonOutput(std::string& text) : text_(text) {}
  JsonOutput(const JsonOutput&) = delete;
  JsonOutput& operator=(const JsonOutput&) = delete;

  [[gnu::always_inline]] void put(std::string_view piece) {
    if (piece.size() > pieces_.size() - size_) return put_apart(piece);
    piece.copy(pieces_.data() + size_, piece.size());
    size_ += piece.size();
  }
  template <std::integral Number>
  void put_number(Number number) {
    if (pieces_.size() - size_ < most_digits) flush();
    char* const end = pieces_.data() + pieces_.size();
    size_ = static_cast<std::size_t>(std::to_chars(pieces_.data() + size_, end, number).ptr - pieces_.data());
  }
  /// With quotes. A word of the program needs no escape.
  void put_word(std::string_view word) {
    put("\"");
    put(word);
    put("\"");
  }
  void put_string(std::string_view value);  ///< the same for any text, escaped where it has to be
  void flush();                             ///< before the text is used

 private:
  static constexpr std::size_t most_digits = 20;  // of 64 bits, with a sign

  void put_apart(std::string_view piece);

  std::string& text_;
  std::size_t size_ = 0;
  std::array<char, 1024> pieces_;
};

/// Appends an object to a text, member by member, without values of Boost.JSON: for what is told of
/// thousands.
class JsonObject {
 public:
  /// `write` is called with the object.
  template <class Write>
  static void append(std::string& text, Write write) {
    JsonOutput out(text);
    put(out, write);
    out.flush();
  }

  template <JsonKey Key>
  JsonObject& add(std::string_view text) {
    begin<Key>();
    out_.put_string(text);
    return *this;
  }
  /// As JsonOutput::put_word().
  template <JsonKey Key>
  JsonObject& add_word(std::string_view word) {
    begin<Key>();
    out_.put_word(word);
    return *this;
  }
  template <JsonKey Key, std::same_as<bool> Bool>
  JsonObject& add(Bool value) {
    begin<Key>();
    value ? out_.put("true") : out_.put("false");
    return *this;
  }
  template <JsonKey Key, std::integral Number>
  requires(!std::same_as<Number, bool>) JsonObject& add(Number value) {
    begin<Key>();
    out_.put_number(value);
    return *this;
  }
  /// A time, which is not negative, in milliseconds with three decimals.
  template <JsonKey Key>
  JsonObject& add(std::chrono::microseconds time) {
    const auto rest = time.count() % 1000;
    begin<Key>();
    out_.put_number(time.count() / 1000);
    const std::array<char, 4> decimals{'.', digit(rest / 100), digit(rest / 10 % 10), digit(rest % 10)};
    out_.put({decimals.data(), decimals.size()});
    return *this;
  }
  template <JsonKey Key>
  JsonObject& add_null() {
    begin<Key>();
    out_.put("null");
    return *this;
  }
  template <JsonKey Key, std::invocable<JsonObject&> Write>
  JsonObject& add_object(Write write) {
    begin<Key>();
    put(out_, write);
    return *this;
  }

 private:
  explicit JsonObject(JsonOutput& out) : out_(out) { out_.put("{"); }

  template <class Write>
  static void put(JsonOutput& out, Write write) {
    JsonObject object(out);
    write(object);
    out.put("}");
  }

  static constexpr char digit(std::int64_t value) noexcept { return static_cast<char>('0' + value); }

  template <JsonKey Key>
  void begin() {
    static constexpr auto text = Key.text;
    has_members_ ? out_.put({text.data(), text.size()}) : out_.put({text.data() + 1, text.size() - 1});
    has_members_ = true;
  }

  JsonOutput& out_;
  bool has_members_ = false;
};

}  // namespace duplexd
