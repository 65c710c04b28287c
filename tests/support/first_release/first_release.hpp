#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace duplexd::test {

/// The messages of a hand-over as the first release that can hand over writes them, by kind, with all members
/// that they may have, and the "bytes" that sessions hold. They stand for the program of that release, which
/// is out there: it reads what we write after a downgrade, and we read what it writes after an upgrade. So
/// the file never changes, and whatever is added to a message, these members stay, with their types.
const boost::json::object& first_release();
std::string first_release_text(std::string_view kind);

/// The place of the first member of `needed` that `written` lacks, or has as something else; "": there is
/// none. What is written may have more.
std::string lacks(const boost::json::value& written, const boost::json::value& needed);

/// As a later release may write it: each object has a member more, and each of `words` is another one.
boost::json::value of_later_release(boost::json::value value, std::string_view word);

/// Calls `look` with the whole once for each value in it, and each other value that this one is replaced by:
/// null, a number, a text, a list and an object.
void replace_each(boost::json::value& whole, const std::function<void(const boost::json::value&)>& look);

}  // namespace duplexd::test
