#pragma once

#include "daemon/import/draft/node.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing {

/// A setting as a translation sees it: "timeout client" with {"30s"}. References to environment variables are
/// ${NAME} in `args`, and a dollar sign is $$, as duplexd writes them.
struct Setting {
  SettingId id = 0;
  std::string key{};
  std::vector<std::string> args{};
  bool negated = false;            ///< "no option tcpka" of HAProxy
  std::vector<Setting> options{};  ///< each a setting of its own: "check" of a server

  std::string_view arg(std::size_t index) const {
    return index < args.size() ? std::string_view(args[index]) : std::string_view();
  }
};

/// Comments by the part of the YAML that they stand in: "listeners.web", "upstreams.db"; "": in front.
using Comments = std::map<std::string, std::vector<std::string>>;

/// What becomes of each setting of the files: none is lost without a comment.
class Ledger {
 public:
  /// `where` is FILE:LINE, `text` the setting as it is written.
  SettingId add(std::string_view where, std::string_view text);

  /// Where the comment about a setting goes that nothing is said of.
  void place(SettingId id, std::string path);
  void carry(SettingId id);
  void remark(SettingId id, std::string_view what);
  /// The same in another part than that of place().
  void remark_in(const std::string& path, SettingId id, std::string_view what);
  /// The first reason stays. `more`: how many other settings the comment stands for.
  void refuse(SettingId id, std::string_view why, std::size_t more = 0);
  /// Refuses settings with one comment, at the first.
  void refuse_all(const std::vector<SettingId>& ids, std::string_view why);

  bool is_open(SettingId id) const { return entries_[id].fate == Fate::open; }
  std::size_t size() const { return entries_.size(); }
  std::size_t carried() const;
  Comments comments() const;

 private:
  enum class Fate { open, carried, refused };
  struct Entry {
    std::string where, text;
    std::string path{};
    std::vector<std::string> comments{};
    Comments elsewhere{};
    Fate fate = Fate::open;
  };

  std::vector<Entry> entries_;
};

}  // namespace duplexd::importing
