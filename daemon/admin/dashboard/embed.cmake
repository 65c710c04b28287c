# Writes the C++ source that has the page's files in it:   cmake -D OUTPUT=page_files.cpp -P embed.cmake FILE...
set(entries "")
set(after_script FALSE)
foreach(index RANGE ${CMAKE_ARGC})
  set(file "${CMAKE_ARGV${index}}")
  if(NOT after_script)
    if(file MATCHES "embed\\.cmake$")
      set(after_script TRUE)
    endif()
    continue()
  endif()
  if(file STREQUAL "")
    continue()
  endif()
  cmake_path(GET file FILENAME name)
  file(READ "${file}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  # As escapes, 32 to a line: a literal is compiled much faster than a list of numbers.
  string(REGEX REPLACE "(................................................................)" "\\1\"\n    \"" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  file(SHA256 "${file}" tag)
  string(APPEND entries "  PageFile{\"${name}\", {\n    \"${bytes}\", ${size}}, \"\\\"${tag}\\\"\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Written by embed.cmake.
#include \"daemon/admin/dashboard/page_files.hpp\"

#include <array>

#ifdef __clang__
#pragma clang diagnostic ignored \"-Woverlength-strings\"
#endif

namespace duplexd {
namespace {

constexpr auto all_page_files = std::to_array({
${entries}});

}  // namespace

std::span<const PageFile> page_files() noexcept { return all_page_files; }

}  // namespace duplexd
")
