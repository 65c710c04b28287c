#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Include : public testing::Test {
 protected:
  Include() {
    std::string pattern = (std::filesystem::temp_directory_path() / "duplexd-include-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::filesystem::filesystem_error("mkdtemp", {});
    folder_ = pattern;
    std::filesystem::create_directory(folder_ / "conf.d");
  }
  ~Include() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) { std::ofstream(folder_ / name) << text; }

  LoadedConfig load(std::string_view main) {
    write("main.yaml", main);
    return load_config(folder_ / "main.yaml", few_variables);
  }

  /// "FILE:LINE:COLUMN: WHAT" with the folder left out.
  std::vector<std::string> load_problems(std::string_view main) {
    std::vector<std::string> result;
    const auto without_folder = [this](std::string text) {
      for (auto at = text.find(folder_.string()); at != text.npos; at = text.find(folder_.string()))
        text.erase(at, folder_.string().size() + 1);
      return text;
    };
    for (const auto& problem : load(main).problems)
      result.push_back(without_folder(problem.file + ":" + std::to_string(problem.line) + ":" +
                                      std::to_string(problem.column) + ": " + problem.what));
    return result;
  }

  std::filesystem::path folder_;
};

TEST_F(Include, FilesAreReadInNameOrder) {
  write("conf.d/b.yaml", "listeners: {b: {bind: \":2\", upstream: u}}");
  write("conf.d/a.yaml", "listeners: {a: {bind: \":1\", upstream: u}}\nupstreams: {u: {endpoints: \"h:1\"}}");
  write("conf.d/c.yaml.off", "not read");
  const auto loaded = load("include: conf.d/*.yaml\nlisteners: {main: {bind: \":3\", upstream: u}}");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  std::vector<std::string> names;
  for (const auto& listener : loaded.config->listeners) names.push_back(listener.name);
  EXPECT_THAT(names, ElementsAre("main", "a", "b"));
  EXPECT_EQ(effective(loaded, "listeners.b.bind"),
            "[\":2\"]  # " + (folder_ / "conf.d/b.yaml").string() + ":1:17");
  EXPECT_EQ(effective(loaded, "include"),
            "[\"conf.d/*.yaml\"]  # " + (folder_ / "main.yaml").string() + ":1:1");
}

TEST_F(Include, IncludeListKeepsOrderWithoutRepeats) {
  write("a.yaml", "upstreams: {a: {endpoints: \"h:1\"}}");
  write("b.yaml", "upstreams: {b: {endpoints: \"h:1\"}}");
  const auto loaded =
      load("include: [b.yaml, \"[ab].yaml\", ./a.yaml]\nlisteners: {l: {bind: \":3\", upstream: a}}");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  ASSERT_EQ(loaded.config->upstreams.size(), 2u);
  EXPECT_EQ(loaded.config->upstreams[0].name, "b");
}

TEST_F(Include, OnlyPatternsMayMatchNothing) {
  EXPECT_THAT(load_problems(with("", "", "include: [conf.d/*.yaml, none.yaml]")),
              ElementsAre("main.yaml:10:26: include: 'none.yaml' cannot be read: No such file or directory"));
}

TEST_F(Include, DuplicateNameNamesBothPlaces) {
  write("a.yaml", "upstreams:\n  pool: {endpoints: \"h:1\"}");
  EXPECT_THAT(load_problems(with("", "", "include: a.yaml")),
              ElementsAre("a.yaml:2:3: upstreams: 'pool' is here twice; the first is at main.yaml:7:3"));
}

TEST_F(Include, IncludedFilesHoldListenersAndUpstreams) {
  write("a.yaml", "workers: 1\ninclude: b.yaml");
  EXPECT_THAT(load_problems(with("", "", "include: a.yaml")),
              ElementsAre("a.yaml:1:1: unknown key 'workers'; allowed: listeners, upstreams",
                          "a.yaml:2:1: unknown key 'include'; allowed: listeners, upstreams"));
}

TEST_F(Include, MistakesOfMainFileComeFirst) {
  write("a.yaml", "listeners: {a: {bind: x}}");
  EXPECT_THAT(
      load_problems("workers: x\ninclude: a.yaml\n" + with("")),
      ElementsAre(HasSubstr("main.yaml:1:10: workers"), HasSubstr("a.yaml:1:13: listeners.a: 'upstream'"),
                  HasSubstr("a.yaml:1:23: listeners.a.bind")));
}

TEST_F(Include, BrokenFileCausesNoOtherMistakes) {
  write("a.yaml", "upstreams: {pg: {");
  EXPECT_THAT(load_problems("include: a.yaml\nlisteners: {l: {bind: \":1\", upstream: pg}}"),
              ElementsAre(HasSubstr("a.yaml:1:17: this is not YAML")));
}

TEST_F(Include, WorldWritableFileIsRefused) {
  write("a.yaml", "");
  ASSERT_EQ(::chmod((folder_ / "a.yaml").c_str(), 0666), 0);
  EXPECT_THAT(
      load_problems(with("", "", "include: a.yaml")),
      ElementsAre("main.yaml:10:10: include: 'a.yaml' may be written by everyone; run chmod o-w on it"));
}

TEST_F(Include, IrregularFileIsRefused) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.yaml").c_str(), 0600), 0);
  EXPECT_THAT(load_problems(with("", "", "include: [conf.d, \"p*.yaml\"]")),
              ElementsAre("main.yaml:10:11: include: 'conf.d' is not a regular file",
                          "main.yaml:10:19: include: 'pipe.yaml' is not a regular file"));
}

TEST_F(Include, TotalSizeOfFilesIsLimited) {
  for (const auto* name : {"conf.d/a.yaml", "conf.d/b.yaml", "conf.d/c.yaml"})
    write(name, "# " + std::string(400'000, 'x'));
  EXPECT_THAT(load_problems(with("", "", "include: conf.d/*")),
              ElementsAre("conf.d/c.yaml:1:1: more than 1048576 bytes, in all files together"));
}

TEST_F(Include, EmptyFileIsAllowed) {
  write("a.yaml", "# nothing yet\n");
  EXPECT_TRUE(load(with("", "", "include: a.yaml")).config);
}

TEST_F(Include, WildcardsInFolderNamesAreLiteral) {
  std::filesystem::create_directories(folder_ / "[x]*" / "conf.d");
  write("[x]*/conf.d/a.yaml", "upstreams: {u: {endpoints: \"h:1\"}}");
  write("[x]*/main.yaml", "include: conf.d/*.yaml\nlisteners: {l: {bind: \":1\", upstream: u}}");
  EXPECT_TRUE(load_config(folder_ / "[x]*" / "main.yaml", few_variables).config);
}

}  // namespace
}  // namespace duplexd
