#include "daemon/duplexctl/import/import_command.hpp"
#include "daemon/process.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

#include <sysexits.h>

#include <fstream>
#include <iterator>

namespace duplexd::duplexctl {
namespace {

using importing::Syntax;
using test::TemporaryDirectory;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* whole_file = "127.0.0.1 80 10.0.0.1 80\n";

int code_of(const ImportRequest& request) {
  try {
    return run_import(request).exit_code;
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), StartsWith("duplexctl: error: "));
    return failure.exit_code;
  }
}

std::string read_back(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ImportCommandTest, ExitCodeTellsHowMuch) {
  const TemporaryDirectory folder;
  EXPECT_EQ(code_of({.file = folder.write("rinetd.conf", whole_file)}), EX_OK);
  EXPECT_EQ(code_of({.file = folder.write("rinetd.conf", std::string(whole_file) + "logcommon\n")}),
            exit_in_part);
  EXPECT_EQ(code_of({.file = folder.write("rinetd.conf", "logcommon\n")}), EX_DATAERR);
  EXPECT_EQ(code_of({.file = folder.write("rinetd.conf", "127.0.0.1 80 10.0.0.1\n")}), EX_DATAERR);
  EXPECT_EQ(code_of({.file = folder.path("nothing")}), EX_NOINPUT);
  EXPECT_EQ(code_of({.file = folder.write("x", whole_file)}), EX_USAGE);
  EXPECT_EQ(code_of({.file = folder.path("x"), .from = Syntax::rinetd}), EX_OK);
}

TEST(ImportCommandTest, SummaryIsToldBesideTheYaml) {
  const TemporaryDirectory folder;
  const Outcome outcome = run_import({.file = folder.write("rinetd.conf", whole_file)});
  EXPECT_THAT(outcome.out, HasSubstr("endpoints: [10.0.0.1:80]"));
  EXPECT_THAT(outcome.out, HasSubstr("\n# carried the one setting\n"));
  EXPECT_THAT(outcome.err, HasSubstr("rinetd.conf: carried the one setting\n"));
}

TEST(ImportCommandTest, OutputIsNeverOverwrittenUnasked) {
  const TemporaryDirectory folder;
  const std::string file = folder.write("rinetd.conf", whole_file),
                    output = folder.write("out.yaml", "mine\n");
  EXPECT_EQ(code_of({.file = file, .output = output}), EX_CANTCREAT);
  EXPECT_EQ(read_back(output), "mine\n");
  EXPECT_EQ(code_of({.file = file, .output = output, .force = true}), EX_OK);
  EXPECT_THAT(read_back(output), HasSubstr("127.0.0.1:80"));
  const Outcome outcome = run_import({.file = file, .output = folder.path("new.yaml")});
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(read_back(folder.path("new.yaml")), read_back(output));
}

}  // namespace
}  // namespace duplexd::duplexctl
