#pragma once

#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/import/import_request.hpp"
#include "daemon/import/imported.hpp"

#include <string>

namespace duplexd::duplexctl {

/// The exit code of a file that is carried in part.
inline constexpr int exit_in_part = 1;

/// Reads the file and writes what duplexd would do in its place. Throws Failure: EX_NOINPUT for a file that
/// cannot be read, EX_USAGE for one whose syntax is not told, EX_DATAERR for one that cannot be understood,
/// EX_CANTCREAT for an output that is there or cannot be written.
Outcome run_import(const ImportRequest& request);

/// The outcome of a translation, without writing it to a file.
Outcome outcome_of_import(const importing::Imported& imported, const std::string& name);

}  // namespace duplexd::duplexctl
