#include "daemon/import/draft/writer.hpp"

#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

TEST(ImportWriterTest, CommentsStayComments) {
  EXPECT_EQ(comment_lines("a\nlisteners: {}", 2), "  # a listeners: {}\n");
  EXPECT_EQ(comment_lines("", 0), "# \n");
  const std::string lines = comment_lines(std::string(150, 'x') + " " + std::string(80, 'y') + " z", 0);
  EXPECT_EQ(lines, "# " + std::string(150, 'x') + "\n#   " + std::string(80, 'y') + " z\n");
}

TEST(ImportWriterTest, LostPartsLeaveTheirComments) {
  Node root;
  root.at("limits.sessions") = {.kind = Node::Kind::scalar, .key = "sessions", .text = "5"};
  const Written written = write_yaml(root, {{"listeners.gone", {"why"}}});
  EXPECT_EQ(written.text, "# why\nlimits:\n  sessions: 5\n");
  EXPECT_EQ(written.lines.size(), 3u);
  EXPECT_EQ(written.lines[2], root.child("limits").find("sessions"));
}

TEST(ImportWriterTest, EmptyPartsAreNotWritten) {
  Node root;
  root.at("listeners.web.tls.certificates").kind = Node::Kind::list;
  EXPECT_TRUE(root.empty());
  EXPECT_EQ(write_yaml(root, {{"listeners.web", {"why"}}}).text, "# why\n");
}

TEST(ImportWriterTest, AnyTextIsOneScalar) {
  for (const std::string text :
       {"a: b", "#x", "- x", "'", "\"", "\\", "[a, b]", "${X}", "$$", " ", "null", "*x"}) {
    Node root;
    root.at("key") = {.kind = Node::Kind::scalar, .key = "key", .text = text};
    const Written written = write_yaml(root, {});
    EXPECT_EQ(written.lines.size(), 1u);
    EXPECT_THAT(objections(written.text), testing::HasSubstr("unknown key 'key'")) << written.text;
  }
}

}  // namespace
}  // namespace duplexd::importing
