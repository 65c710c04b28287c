#pragma once

#include <span>
#include <string_view>

namespace duplexd {

/// A file of the page, as it was when the program was built.
struct PageFile {
  std::string_view name, content;
  std::string_view tag;  ///< of its content, in quotes: "\"9f86d0…\""
};

/// Written by embed.cmake.
std::span<const PageFile> page_files() noexcept;

}  // namespace duplexd
