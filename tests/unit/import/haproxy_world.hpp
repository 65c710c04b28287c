#pragma once

#include "tests/unit/import/import_world.hpp"

#include <string>

namespace duplexd::importing {

inline std::string haproxy_yaml(const std::string& text) {
  std::string yaml = yaml_of(Syntax::haproxy, text);
  if (yaml.find("\nlisteners:") != std::string::npos) {
    EXPECT_EQ(objections(yaml), "");
  }
  return yaml;
}

/// Of a frontend with these lines, and a backend for it.
inline std::string yaml_of_frontend(const std::string& lines) {
  return haproxy_yaml("frontend web\n" + lines +
                      " default_backend db\nbackend db\n server a 10.0.0.1:5432\n");
}

/// Of a listen section with these lines.
inline std::string yaml_of_listen(const std::string& lines) {
  return haproxy_yaml("listen db\n bind 127.0.0.1:80\n" + lines);
}

/// Of servers with these options each.
inline std::string yaml_of_servers(const std::vector<std::string>& options, const std::string& lines = "") {
  std::string text = lines;
  for (std::size_t i = 0; i < options.size(); ++i)
    text +=
        " server s" + std::to_string(i) + " 10.0.0." + std::to_string(i + 1) + ":5432 " + options[i] + "\n";
  return yaml_of_listen(text);
}

}  // namespace duplexd::importing
