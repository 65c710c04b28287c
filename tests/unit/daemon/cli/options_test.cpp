#include "daemon/cli/options.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace duplexd {
namespace {

using Action = Options::Action;
using testing::ElementsAre;
using testing::HasSubstr;

Parsed<Options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "duplexd");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(OptionsTest, InstalledFileIsTheDefault) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->action, Action::run);
  EXPECT_THAT(options->config_file, testing::EndsWith("duplexd.yaml"));
  EXPECT_EQ(options->listen, "");
  EXPECT_FALSE(options->log_level);
  EXPECT_FALSE(options->log_format);
}

TEST(OptionsTest, ConfigOptionHasEverySpelling) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"-c", "x.yaml"}, {"-cx.yaml"}, {"--config", "x.yaml"}, {"--config=x.yaml"}}) {
    const auto options = parse(arguments);
    ASSERT_TRUE(options) << arguments[0];
    EXPECT_EQ(options->config_file, "x.yaml");
  }
}

TEST(OptionsTest, ListenAndUpstreamReplaceTheFile) {
  const auto options = parse({"--listen", ":1", "--upstream", "a:1", "--upstream", "b:2"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->listen, ":1");
  EXPECT_THAT(options->upstreams, ElementsAre("a:1", "b:2"));
}

TEST(OptionsTest, LogOptionsOverrideTheFile) {
  const auto options = parse({"--log-level", "warning", "--log-format", "json"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->log_level, LogLevel::warning);
  EXPECT_EQ(options->log_format, LogFormat::json);
}

TEST(OptionsTest, VerboseShowsMoreOfCheck) {
  EXPECT_FALSE(parse({"--check"})->verbose);
  EXPECT_TRUE(parse({"--check", "--verbose"})->verbose);
}

struct ActionCase {
  const char* option;
  Action action;
};

std::ostream& operator<<(std::ostream& out, const ActionCase& each) { return out << each.option; }

class ActionTest : public testing::TestWithParam<ActionCase> {};

TEST_P(ActionTest, EachOptionChoosesItsAction) {
  const auto options = parse({GetParam().option});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->action, GetParam().action);
}

INSTANTIATE_TEST_SUITE_P(
    All, ActionTest,
    testing::Values(ActionCase{"-t", Action::check}, ActionCase{"--check", Action::check},
                    ActionCase{"-T", Action::dump_config}, ActionCase{"--dump-config", Action::dump_config},
                    ActionCase{"-V", Action::version}, ActionCase{"--version", Action::version},
                    ActionCase{"--build-info", Action::build_info}, ActionCase{"-h", Action::help},
                    ActionCase{"--help", Action::help}));

struct Mistake {
  std::vector<const char*> arguments;
  const char* said;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.said; }

class MistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, WrongArgumentsAreExplained) {
  const auto options = parse(GetParam().arguments);
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().what, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Common, MistakeTest,
    testing::Values(Mistake{{"--confg", "x"}, "--confg"}, Mistake{{"--conf", "x"}, "--conf"},
                    Mistake{{"-x"}, "-x"}, Mistake{{"x.yaml"}, "--config FILE"},
                    Mistake{{"--config"}, "--config"}, Mistake{{"-c", "a", "-c", "b"}, "--config"},
                    Mistake{{"-c", "a", "--listen", ":1", "--upstream", "b:2"}, "exclude each other"},
                    Mistake{{"--listen", ":1"}, "--listen needs --upstream"},
                    Mistake{{"--upstream", "a:1"}, "--upstream needs --listen"},
                    Mistake{{"--verbose"}, "--verbose needs --check"},
                    Mistake{{"-T", "--verbose"}, "--verbose needs --check"},
                    Mistake{{"--probe"}, "--probe needs --check"},
                    Mistake{{"--listen", ":1", "--listen", ":2", "--upstream", "a:1"}, "--listen"},
                    Mistake{{"-T", "--listen", ":1", "--upstream", "a:1"}, "--dump-config needs a file"},
                    Mistake{{"--log-level", "loud"}, "error, warning, info, debug"},
                    Mistake{{"--log-format", "xml"}, "auto, logfmt, json, journald"}));

TEST(HelpTest, HelpNamesEveryOption) {
  const std::string help = help_text();
  for (const char* option : {"-c, --config FILE", "--listen ADDR", "--upstream ADDR", "-t, --check",
                             "--verbose", "--probe", "-T, --dump-config", "--log-level", "--log-format",
                             "-V, --version", "--build-info", "-h, --help", "duplexd.yaml(5)"}) {
    EXPECT_THAT(help, HasSubstr(option));
  }
}

TEST(HelpTest, HelpFitsATerminal) {
  const std::string help = help_text();
  for (std::size_t from = 0, to; (to = help.find('\n', from)) != help.npos; from = to + 1) {
    EXPECT_LE(to - from, 100u) << help.substr(from, to - from);
  }
}

}  // namespace
}  // namespace duplexd
