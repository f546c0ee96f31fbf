#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

// Shell completion, made from the command line's own description.

namespace vigil::app {

struct CommandSpec {
  struct Flag {
    std::vector<std::string> names;  // "--listen", "-o"
    std::string help;
    std::string value;  // "ADDR:PORT", "none|required", "FILE", "DIR"; empty: takes none
  };
  std::string name;
  std::string help;
  std::vector<Flag> flags;
  std::vector<CommandSpec> commands;
};

CommandSpec describe(const CLI::App& app);

// A script for "bash", "zsh" or "fish".
std::string completion_script(const CommandSpec& program, std::string_view shell);

}  // namespace vigil::app
