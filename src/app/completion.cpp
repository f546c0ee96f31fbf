#include "app/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>

namespace vigil::app {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// The first sentence: lists of completions are narrow.
std::string brief(const std::string& help) {
  auto end = help.find(". ");
  auto text = end == std::string::npos ? help : help.substr(0, end);
  return text.substr(0, text.find(" ["));
}

std::string words_of(const std::string& choices) {
  return choices.find('|') == std::string::npos ? "" : replaced(choices, "|", " ");
}

using Visit = std::function<void(const CommandSpec&, const std::string& path)>;
void walk(const CommandSpec& command, const std::string& path, const Visit& visit) {
  visit(command, path);
  for (const auto& each : command.commands) walk(each, path + " " + each.name, visit);
}

std::string bash(const CommandSpec& program) {
  std::string paths, values, words;
  walk(program, program.name, [&](const CommandSpec& command, const std::string& path) {
    if (path != program.name) paths += fmt::format("{}\"{}\"", paths.empty() ? "" : " | ", path);
    std::string all;
    for (const auto& each : command.commands) all += each.name + " ";
    for (const auto& flag : command.flags) {
      std::string pattern;
      for (const auto& name : flag.names) {
        pattern += fmt::format("{}\"{} {}\"", pattern.empty() ? "" : " | ", path, name);
        if (name.size() > 2) all += name + " ";
      }
      if (flag.value.empty()) continue;
      if (flag.value == "FILE" || flag.value == "DIR" || flag.value.rfind("VIDEO", 0) == 0) {
        values += fmt::format(
            "    {})\n      compopt -o filenames\n      mapfile -t COMPREPLY < <(compgen -{} -- \"$cur\")\n      "
            "return ;;\n",
            pattern, flag.value == "DIR" ? "d" : "f");
      } else {
        values +=
            fmt::format("    {})\n      mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$cur\")\n      return ;;\n",
                        pattern, words_of(flag.value));
      }
    }
    words += fmt::format("    \"{}\") words=\"{}\" ;;\n", path, all);
  });
  return fmt::format(R"(# bash completion for {0}; made by: {0} completion bash
_{0}() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD - 1]}}" path={0} words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${{COMP_WORDS[i]}}" in
    {1}) path="$path ${{COMP_WORDS[i]}}" ;;
    esac
  done
  case "$path $prev" in
{2}  esac
  case "$path" in
{3}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}}
complete -F _{0} {0}
)",
                     program.name, paths, values, words);
}

std::string zsh_quoted(std::string text) {
  text = replaced(std::move(text), "'", "'\\''");
  for (const char* special : {"[", "]", ":"}) text = replaced(std::move(text), special, std::string("\\") + special);
  return text;
}

std::string zsh_flag(const CommandSpec::Flag& flag, const std::string& name) {
  auto out = fmt::format("    '{}[{}]", name, zsh_quoted(brief(flag.help)));
  if (!flag.value.empty()) {
    out += ":" + zsh_quoted(flag.value) + ":";
    if (flag.value == "DIR") {
      out += "_files -/";
    } else if (flag.value == "FILE" || flag.value.rfind("VIDEO", 0) == 0) {
      out += "_files";
    } else if (auto words = words_of(flag.value); !words.empty()) {
      out += "(" + words + ")";
    }
  }
  return out + "' \\\n";
}

std::string zsh(const CommandSpec& program) {
  std::string out = fmt::format("#compdef {0}\n# made by: {0} completion zsh\n", program.name);
  walk(program, "_" + program.name, [&](const CommandSpec& command, const std::string& path) {
    auto function = replaced(path, " ", "_");
    out += fmt::format("\n{}() {{\n  local curcontext=\"$curcontext\" state line\n  _arguments -C \\\n", function);
    for (const auto& flag : command.flags) {
      for (const auto& name : flag.names) out += zsh_flag(flag, name);
    }
    if (command.commands.empty()) {
      out += "    && return 0\n}\n";
      return;
    }
    out += "    '1: :->command' '*:: :->rest' && return 0\n  case $state in\n  command)\n    local -a commands=(\n";
    for (const auto& each : command.commands)
      out += fmt::format("      '{}:{}'\n", each.name, zsh_quoted(brief(each.help)));
    out += "    )\n    _describe command commands ;;\n  rest)\n    case $line[1] in\n";
    for (const auto& each : command.commands) out += fmt::format("    {0}) {1}_{0} ;;\n", each.name, function);
    out += "    esac ;;\n  esac\n}\n";
  });
  return out + fmt::format("\n_{0} \"$@\"\n", program.name);
}

std::string fish_quoted(std::string text) {
  return "'" + replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish(const CommandSpec& program) {
  std::string out =
      fmt::format("# fish completion for {0}; made by: {0} completion fish\ncomplete -c {0} -f\n", program.name);
  auto add = [&](const CommandSpec& command, const std::string& condition) {
    for (const auto& flag : command.flags) {
      out += fmt::format("complete -c {} -n {}", program.name, fish_quoted(condition));
      for (const auto& name : flag.names) out += name.size() == 2 ? " -s " + name.substr(1) : " -l " + name.substr(2);
      if (flag.value == "FILE" || flag.value == "DIR" || flag.value.rfind("VIDEO", 0) == 0) {
        out += " -r -F";
      } else if (!flag.value.empty()) {
        out += " -x";
        if (auto words = words_of(flag.value); !words.empty()) out += " -a " + fish_quoted(words);
      }
      out += " -d " + fish_quoted(brief(flag.help)) + "\n";
    }
    for (const auto& each : command.commands) {
      out += fmt::format("complete -c {} -n {} -a {} -d {}\n", program.name, fish_quoted(condition), each.name,
                         fish_quoted(brief(each.help)));
    }
  };
  add(program, "__fish_use_subcommand");
  for (const auto& each : program.commands) add(each, "__fish_seen_subcommand_from " + each.name);
  return out;
}

}  // namespace

CommandSpec describe(const CLI::App& app) {
  CommandSpec out;
  out.name = app.get_name();
  out.help = app.get_description();
  for (const auto* option : app.get_options()) {
    CommandSpec::Flag flag;
    for (const auto& name : option->get_lnames()) flag.names.push_back("--" + name);
    for (const auto& name : option->get_snames()) flag.names.push_back("-" + name);
    flag.help = option->get_description();
    if (option->get_items_expected_max() > 0) flag.value = option->get_type_name();
    if (!flag.names.empty()) out.flags.push_back(std::move(flag));
  }
  for (const auto* command : app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    out.commands.push_back(describe(*command));
  return out;
}

std::string completion_script(const CommandSpec& program, std::string_view shell) {
  if (shell == "zsh") return zsh(program);
  if (shell == "fish") return fish(program);
  return bash(program);
}

}  // namespace vigil::app
