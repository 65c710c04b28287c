#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace duplexd::test {

/// Sets what getaddrinfo(3) answers in this program for names under "example" (RFC 2606), which do not exist
/// unless set; other names go to the system. One at a time; safe from any thread.
class NameService {
 public:
  NameService();
  ~NameService();
  NameService(const NameService&) = delete;
  NameService& operator=(const NameService&) = delete;

  void set(std::string_view name, std::vector<std::string> addresses);
  void fail(std::string_view name, int error);
  int asked() const;  ///< times that it was asked so far

  void hold();           ///< those who ask from now on wait ...
  void let_go();         ///< ... until here
  bool waiting() const;  ///< somebody does
};

}  // namespace duplexd::test
