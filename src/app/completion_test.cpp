#include "app/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

namespace vigil::app {
namespace {

using ::testing::HasSubstr;

CommandSpec program() {
  CommandSpec serve{
      "serve",
      "Run the server. At once.",
      {{{"--auth"}, "Who's in [x]", "none|required"}, {{"--data"}, "Folder", "DIR"}, {{"--quiet"}, "Quiet", ""}},
      {}};
  CommandSpec config{"config", "Print", {}, {{"reference", "The page", {}, {}}}};
  return {"vigil", "Vigil", {{{"--help", "-h"}, "Help", ""}}, {serve, config}};
}

// What bash would offer for a line, by running the script in a real bash.
std::string complete(const std::string& line) {
  auto script = completion_script(program(), "bash") + "\nread -ra COMP_WORDS <<<\"" + line + "\"\n[[ \"" + line +
                "\" == *' ' ]] && COMP_WORDS+=('')\n"
                "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\ncompopt() { :; }\n_vigil\necho \"${COMPREPLY[*]}\"\n";
  std::string path = ::testing::TempDir() + "/vigil-completion.bash";
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return "cannot write";
  std::fputs(script.c_str(), file);
  std::fclose(file);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(("bash " + path + " 2>&1").c_str(), "r"), ::pclose);
  std::array<char, 4096> out{};
  auto size = std::fread(out.data(), 1, out.size() - 1, pipe.get());
  std::string text(out.data(), size);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

TEST(Completion, BashOffersCommandsFlagsAndChoices) {
  EXPECT_EQ(complete("vigil "), "serve config --help");
  EXPECT_EQ(complete("vigil se"), "serve");
  EXPECT_EQ(complete("vigil serve --"), "--auth --data --quiet");
  EXPECT_EQ(complete("vigil serve --auth "), "none required");
  EXPECT_EQ(complete("vigil serve --auth n"), "none");
  EXPECT_EQ(complete("vigil config r"), "reference");
  EXPECT_EQ(complete("vigil serve --data /etc/ssl/cer"), "/etc/ssl/certs");
}

TEST(Completion, ZshAndFishNameCommandsFlagsAndChoices) {
  auto zsh = completion_script(program(), "zsh");
  EXPECT_THAT(zsh, HasSubstr("#compdef vigil\n"));
  EXPECT_THAT(zsh, HasSubstr("'--auth[Who'\\''s in]:none|required:(none required)'"));
  EXPECT_THAT(zsh, HasSubstr("'serve:Run the server'"));
  EXPECT_THAT(zsh, HasSubstr("config) _vigil_config ;;"));
  auto fish = completion_script(program(), "fish");
  EXPECT_THAT(
      fish,
      HasSubstr(
          "complete -c vigil -n '__fish_seen_subcommand_from serve' -l auth -x -a 'none required' -d 'Who\\'s in'\n"));
  EXPECT_THAT(fish, HasSubstr("complete -c vigil -n '__fish_use_subcommand' -a serve -d 'Run the server'\n"));
}

}  // namespace
}  // namespace vigil::app
