#pragma once

#include "core/config/upstream_config.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/metrics/totals.hpp"
#include "core/net/address/address.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace duplexd {

// Values as JSON, field by field. A type's visit(fields, value) names its fields once, and is found where it
// is used: `fields("sent", flow.sent)` writes the field or reads it.

namespace json_fields {

template <class T>
concept Scalar = std::integral<T> || std::same_as<T, std::string>;
template <class T>
concept Duration = requires(T time) {
  T(time.count());
};

inline std::string text_of(const SocketAddress& address) { return address.to_string(); }
inline std::string text_of(const PeerAddress& address) { return address.to_string(); }
inline std::string text_of(CloseReason reason) { return std::string(to_word(reason)); }
std::string text_of(LiveSessions sessions);

// A text that cannot be read is an exception, which the reader of the whole catches.
void read(std::string_view text, SocketAddress& address);
void read(std::string_view text, PeerAddress& address);
/// A reason of another release is local_error.
void read(std::string_view text, CloseReason& reason);
/// What another release may do with them is `keep`.
void read(std::string_view text, LiveSessions& sessions);

boost::json::value value_of(const LimitCounts& counts);
boost::json::value value_of(LimitSet limits);
using BucketCounts = decltype(HistogramCounts::buckets);
boost::json::value value_of(const BucketCounts& buckets);
// A limit of another release is left out.
void read(const boost::json::value& from, LimitCounts& counts);
void read(const boost::json::value& from, LimitSet& limits);
/// A release that has more buckets: the last one here has the rest.
void read(const boost::json::value& from, BucketCounts& buckets);

template <class T>
concept Text = requires(const T& value) {
  text_of(value);
};

}  // namespace json_fields

/// Writes the fields of values. Bytes that are held go to a text of their own.
class FieldWriter {
 public:
  static constexpr bool reads = false;

  explicit FieldWriter(std::string& bytes) : bytes_(bytes) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    object_[name] = to_value(value);
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) (*this)(name, *value);
  }
  template <class T>
  void operator()(const char* name, const std::vector<T>& values) {
    boost::json::array all;
    for (const T& value : values) all.push_back(to_value(value));
    object_[name] = std::move(all);
  }
  void operator()(const char* name, const std::vector<std::byte>& held) {
    object_[name] = held.size();
    bytes_.append(reinterpret_cast<const char*>(held.data()), held.size());
  }
  void operator()(const char* name, const CloseCounts& counts) {
    boost::json::object all;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) all[to_word(static_cast<CloseReason>(i))] = counts[i];
    }
    object_[name] = std::move(all);
  }

  void operator()(const char* name, const LimitCounts& counts) {
    object_[name] = json_fields::value_of(counts);
  }
  void operator()(const char* name, LimitSet limits) { object_[name] = json_fields::value_of(limits); }
  void operator()(const char* name, const json_fields::BucketCounts& buckets) {
    object_[name] = json_fields::value_of(buckets);
  }

  boost::json::object take() { return std::move(object_); }

 private:
  template <class T>
  boost::json::value to_value(const T& value) {
    if constexpr (json_fields::Scalar<T>) {
      return boost::json::value_from(value);
    } else if constexpr (json_fields::Duration<T>) {
      return value.count();
    } else if constexpr (json_fields::Text<T>) {
      return boost::json::value_from(json_fields::text_of(value));
    } else {
      FieldWriter inner(bytes_);
      visit(inner, value);
      return inner.take();
    }
  }

  boost::json::object object_;
  std::string& bytes_;
};

/// Reads them. A field that is missing leaves the value as it is; one that cannot be read is an exception.
class FieldReader {
 public:
  static constexpr bool reads = true;

  FieldReader(const boost::json::object& object, std::string_view& bytes) : object_(object), bytes_(bytes) {}

  template <class T>
  void operator()(const char* name, T& value) {
    if (const boost::json::value* const found = object_.if_contains(name)) read(*found, value);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    if (!object_.contains(name)) return;
    value = T{};
    (*this)(name, *value);
  }
  template <class T>
  void operator()(const char* name, std::vector<T>& values) {
    const boost::json::value* const found = object_.if_contains(name);
    if (!found) return;
    for (const boost::json::value& each : found->as_array()) read(each, values.emplace_back());
  }
  void operator()(const char* name, std::vector<std::byte>& held) {
    std::size_t size = 0;
    (*this)(name, size);
    if (size > bytes_.size()) throw std::length_error("its bytes are missing");
    const auto* const first = reinterpret_cast<const std::byte*>(bytes_.data());
    held.assign(first, first + size);
    bytes_.remove_prefix(size);
  }
  void operator()(const char* name, CloseCounts& counts) {
    const boost::json::value* const found = object_.if_contains(name);
    if (!found) return;
    for (const auto& [word, count] : found->as_object()) {
      CloseReason reason{};
      json_fields::read(word, reason);
      counts[static_cast<std::size_t>(reason)] += boost::json::value_to<std::uint64_t>(count);
    }
  }
  void operator()(const char* name, LimitCounts& counts) { read_counts(name, counts); }
  void operator()(const char* name, LimitSet& limits) { read_counts(name, limits); }
  void operator()(const char* name, json_fields::BucketCounts& buckets) { read_counts(name, buckets); }

 private:
  template <class T>
  void read_counts(const char* name, T& value) {
    if (const boost::json::value* const found = object_.if_contains(name)) json_fields::read(*found, value);
  }
  template <class T>
  void read(const boost::json::value& from, T& value) {
    if constexpr (json_fields::Scalar<T>) {
      value = boost::json::value_to<T>(from);
    } else if constexpr (json_fields::Duration<T>) {
      value = T(boost::json::value_to<typename T::rep>(from));
    } else if constexpr (json_fields::Text<T>) {
      json_fields::read(from.as_string(), value);
    } else {
      FieldReader inner(from.as_object(), bytes_);
      visit(inner, value);
    }
  }

  const boost::json::object& object_;
  std::string_view& bytes_;
};

/// T, as a visit() takes it from a writer or a reader.
template <class Fields, class T>
using SameConst = std::conditional_t<Fields::reads, T, const T>;

}  // namespace duplexd
