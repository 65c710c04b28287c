#include "daemon/import/draft/writer.hpp"

#include "core/config/spelling/spelling.hpp"

#include <algorithm>
#include <utility>

namespace duplexd::importing {
namespace {

constexpr std::size_t line_length = 110;

/// References to variables stay as they are, unlike in yaml_scalar().
std::string scalar_of(std::string_view text) {
  // 0600 is octal for other readers of YAML, and duplexd wants quotes there.
  const bool octal =
      text.size() > 1 && text.find_first_not_of("01234567") == std::string_view::npos && text[0] == '0';
  if (!octal && text.find('$') == std::string_view::npos) return yaml_scalar(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// An endpoint without more than an address is written as the address.
const Node* short_form(const Node& item) {
  const bool bare = item.kind == Node::Kind::map && item.children.size() == 1;
  return bare && item.children.front().key == "address" ? &item.children.front() : nullptr;
}

class Writer {
 public:
  explicit Writer(Comments& comments) : comments_(&comments) {}

  void write_map(const Node& map, const std::string& path, std::size_t indent) {
    for (const Node& child : map.children) write_child(child, path, indent);
  }
  void write_comments(const std::string& path, std::size_t indent) {
    const auto found = comments_->find(path);
    if (found == comments_->end()) return;
    for (const auto& comment : found->second) add(comment_lines(comment, indent), nullptr);
    comments_->erase(found);
  }
  void add(const std::string& text, const Node* node) {
    written.text += text;
    written.lines.insert(written.lines.end(), static_cast<std::size_t>(std::ranges::count(text, '\n')), node);
  }

  Written written;

 private:
  void write_child(const Node& child, const std::string& path, std::size_t indent) {
    if (child.empty()) return;
    const std::string line = std::string(indent, ' ') + scalar_of(child.key) + ":";
    if (child.kind == Node::Kind::scalar) return add(line + " " + scalar_of(child.text) + "\n", &child);
    if (write_short_list(child, line)) return;
    add(line + "\n", &child);
    if (child.kind == Node::Kind::list) return write_items(child, indent + 2);
    const std::string below = path.empty() ? child.key : path + "." + child.key;
    write_comments(below, indent + 2);
    write_map(child, below, indent + 2);
  }
  bool write_short_list(const Node& list, const std::string& line) {
    if (list.kind != Node::Kind::list || list.children.size() != 1) return false;
    const Node& only = list.children.front();
    const Node* const item = only.kind == Node::Kind::scalar ? &only : short_form(only);
    if (item) add(line + " [" + scalar_of(item->text) + "]\n", &only);
    return item != nullptr;
  }
  void write_items(const Node& list, std::size_t indent) {
    for (const Node& item : list.children) {
      const std::string dash = std::string(indent, ' ') + "- ";
      const Node* const text = item.kind == Node::Kind::scalar ? &item : short_form(item);
      if (text) add(dash + scalar_of(text->text) + "\n", &item);
      if (!text) write_item_map(item, dash, indent);
    }
  }
  void write_item_map(const Node& item, const std::string& dash, std::size_t indent) {
    Writer inner(*comments_);
    inner.write_map(item, "", indent + 2);
    if (inner.written.text.empty()) return;
    inner.written.text.replace(0, dash.size(), dash);
    inner.written.lines.front() = &item;
    written.text += inner.written.text;
    written.lines.insert(written.lines.end(), inner.written.lines.begin(), inner.written.lines.end());
  }

  Comments* comments_;
};

/// Parts that have gone leave their comments to the head of the file.
void move_up(const Node& root, Comments& comments) {
  std::vector<std::string> lost;
  for (const auto& [path, _] : comments) {
    const auto dot = path.find('.');
    const Node* const map = root.find(path.substr(0, dot));
    const Node* const part = map && dot != std::string::npos ? map->find(path.substr(dot + 1)) : nullptr;
    if (!path.empty() && (!part || part->empty())) lost.push_back(path);
  }
  for (const auto& path : lost) {
    auto& head = comments[""];
    auto here = std::move(comments.extract(path).mapped());
    head.insert(head.end(), here.begin(), here.end());
  }
}

}  // namespace

std::string comment_lines(std::string_view text, std::size_t indent) {
  std::string result;
  for (bool first = true; first || !text.empty(); first = false) {
    const std::string start = std::string(indent, ' ') + (first ? "# " : "#   ");
    const auto room = line_length - std::min(start.size(), line_length / 2);
    auto end = text.size() <= room ? text.size() : text.rfind(' ', room);
    if (end == std::string_view::npos || end == 0) end = std::min(text.find(' ', room), text.size());
    std::string line = start + std::string(text.substr(0, end));
    std::ranges::replace(line, '\n', ' ');
    result += line + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

Written write_yaml(const Node& root, Comments comments) {
  move_up(root, comments);
  Writer writer(comments);
  writer.write_comments("", 0);
  writer.write_map(root, "", 0);
  return std::move(writer.written);
}

}  // namespace duplexd::importing
