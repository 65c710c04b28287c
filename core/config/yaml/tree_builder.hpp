#pragma once

#include "core/config/yaml/bounded_input.hpp"
#include "core/config/yaml/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Thrown through yaml-cpp to stop reading.
struct StopReading {
  Place place;
  std::string what;
};

/// Makes a tree out of yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Sources& sources, std::uint32_t file, Problems& problems, BoundedInput& input);

  YamlNode take_root() { return std::move(root_); }
  Place last_event() const noexcept { return last_event_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlEntry> key;  // read, and waiting for its value
    bool key_broken = false;       // the value is read and dropped
  };

  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark);
  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag);
  void close();
  void add(YamlNode node);
  void add_key(Open& map, YamlNode node);
  void add_value(Open& map, YamlNode node);
  void refuse_tag(const YAML::Mark& mark, const std::string& tag);
  void refuse_open_quote(const YAML::Mark& mark);

  const Sources& sources_;
  std::uint32_t file_;
  Problems& problems_;
  BoundedInput& input_;
  std::string_view text_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
  Place last_event_;
  YamlNode root_;
};

}  // namespace duplexd
