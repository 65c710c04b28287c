#include "daemon/admin/dashboard/dashboard.hpp"

#include "core/control/http.hpp"
#include "daemon/admin/dashboard/page_files.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace duplexd {
namespace {

constexpr std::string_view folder = "/dashboard/", first_page = "index.html";

// No other site may frame the page, and nothing that gets into it can run or be sent elsewhere.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

struct Kind {
  std::string_view extension, content_type;
};
constexpr std::array kinds{Kind{".html", "text/html; charset=utf-8"}, Kind{".css", "text/css; charset=utf-8"},
                           Kind{".js", "text/javascript; charset=utf-8"}, Kind{".svg", "image/svg+xml"}};

std::string content_type_of(std::string_view name) {
  const auto kind =
      std::ranges::find_if(kinds, [&](const Kind& each) { return name.ends_with(each.extension); });
  return std::string(kind == kinds.end() ? "application/octet-stream" : kind->content_type);
}

// Relative, so that a proxy may show the page under another path.
ControlResponse to_the_page() {
  ControlResponse response{.status = 302, .body = "", .content_type = "text/plain; charset=utf-8"};
  response.fields = {{"Location", "dashboard/"}};
  return response;
}

std::vector<HttpField> fields_of(const PageFile& file) {
  return {{"ETag", std::string(file.tag)},
          {"Cache-Control", "no-cache"},
          {"Content-Security-Policy", std::string(content_policy)},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Referrer-Policy", "no-referrer"},
          {"X-Content-Type-Options", "nosniff"}};
}

}  // namespace

bool is_of_dashboard(std::string_view target) noexcept {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == "/" || path == folder.substr(0, folder.size() - 1) || path.starts_with(folder);
}

// A tag has no quote inside, so that a list has it where it has its text.
ControlResponse dashboard_response(std::string_view path, std::string_view known_tags) {
  if (!path.starts_with(folder)) return to_the_page();
  path.remove_prefix(folder.size());
  const auto file = std::ranges::find(page_files(), path.empty() ? first_page : path, &PageFile::name);
  if (file == page_files().end()) return error_response(404, "there is nothing of this name");
  const bool is_known = known_tags == "*" || known_tags.find(file->tag) != known_tags.npos;
  ControlResponse response{.status = is_known ? 304u : 200u,
                           .body = is_known ? "" : std::string(file->content)};
  response.content_type = content_type_of(file->name);
  response.fields = fields_of(*file);
  return response;
}

}  // namespace duplexd
