// Files as people have them, with what becomes of them beside.
#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using std::filesystem::path;

std::vector<std::string> example_files() {
  std::vector<std::string> found;
  for (const char* folder : {"haproxy", "nginx", "rinetd"})
    for (const auto& entry : std::filesystem::directory_iterator(files_folder() / folder))
      if (entry.is_regular_file()) found.push_back(path(folder) / entry.path().filename());
  std::ranges::sort(found);
  return found;
}

class ExampleFileTest : public testing::TestWithParam<std::string> {
 protected:
  const path file = GetParam();
  const path folder = files_folder() / file.parent_path();
  const std::string text = content_of(files_folder() / file);
  const Parsed<Imported> result =
      import_text(*syntax_named(file.parent_path().native()), file.filename(), text, machine_with(folder));
};

TEST_P(ExampleFileTest, BecomesWhatIsBesideIt) {
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_EQ(result->yaml, content_of(folder / "yaml" / file.filename().replace_extension(".yaml")));
}

TEST_P(ExampleFileTest, DuplexdTakesWhatListens) {
  ASSERT_TRUE(result);
  if (result->has_listeners) {
    EXPECT_EQ(objections(result->yaml), "");
  }
  EXPECT_EQ(result->has_listeners, file.stem() != "http");
}

TEST_P(ExampleFileTest, CommentsCountWhatIsLeft) {
  ASSERT_TRUE(result);
  std::size_t left = 0;
  for (std::size_t at = 0; (at = result->yaml.find("is not carried", at)) != std::string::npos; ++at) ++left;
  EXPECT_LE(left, result->settings - result->carried);
  EXPECT_EQ(left == 0, result->settings == result->carried);
}

TEST_P(ExampleFileTest, SyntaxIsGuessedByContent) {
  const auto guessed = guess_syntax("x.conf", text);
  const bool is_told = file.parent_path() != "rinetd";
  EXPECT_EQ(guessed, is_told ? syntax_named(file.parent_path().native()) : std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(All, ExampleFileTest, testing::ValuesIn(example_files()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || c == '.'; }, '_');
  return name;
});

}  // namespace
}  // namespace duplexd::importing
