#include "app/config_print.h"

#include <fmt/format.h>

#include "base/json.h"

namespace vigil::app {
namespace {

std::string_view section_of(std::string_view key) {
  return key.substr(0, key.find('.'));
}
std::string_view name_of(std::string_view key) {
  return key.substr(key.find('.') + 1);
}

// A YAML scalar; a JSON string is one, too.
std::string scalar(const Option& option, const std::string& text) {
  using Form = Option::Form;
  switch (option.form) {
    case Form::Boolean:
    case Form::Integer:
    case Form::Number:
    case Form::Choice:
    case Form::Duration:
    case Form::Size:
      return text;
    case Form::List:
    case Form::Links:
    case Form::Durations: {
      std::string out;
      for (const auto& each : parse_list(text))
        out += (out.empty() ? "" : ", ") + (option.form == Form::Durations ? each : vigil::to_text(Json(each)));
      return "[" + out + "]";
    }
    default:
      return vigil::to_text(Json(text));
  }
}

const char* section_title(std::string_view section) {
  if (section == "server") return "Server";
  if (section == "web") return "Web page";
  if (section == "auth") return "Signing in";
  if (section == "data") return "Data";
  if (section == "http") return "HTTP";
  if (section == "ingest") return "Cameras";
  if (section == "buffer") return "Memory per camera";
  if (section == "live") return "Live video";
  if (section == "models") return "Models";
  if (section == "database") return "Database";
  if (section == "records") return "Records of what was seen";
  if (section == "blob") return "Where uploaded files lie";
  if (section == "uploads") return "Uploads";
  if (section == "jobs") return "Jobs";
  if (section == "redis") return "Redis";
  if (section == "scene") return "Scenes in words";
  if (section == "reid") return "Who was seen where (re-identification)";
  return "Log";
}

constexpr const char* kReferenceHead = R"(# Configuration

<!-- Made by `vigil config reference` from the table in src/app/options.cpp. Do not edit. -->

Everything about the server can be said in three ways, the later winning over the earlier:

1. in `vigil.yaml`: the file named by `--config` or `VIGIL_CONFIG`, else the first that exists of
   `$XDG_CONFIG_HOME/vigil/vigil.yaml` (`~/.config/vigil/vigil.yaml`) and `/etc/vigil/vigil.yaml`;
2. in the environment;
3. on the command line of `vigil serve`.

`vigil config` prints the settings in force and where each came from. A key that does not exist is an error that names the file, the line
and the nearest key there is.

Durations have a unit (`500ms`, `5s`, `2m`, `1h`, `30d`), sizes too (`512KiB`, `32MiB`, `1GiB`; `kB`, `MB`, `GB` are powers of ten). Lists are YAML
lists in the file and comma-separated elsewhere. Changes take effect at the next start.
)";

}  // namespace

std::string to_yaml(const Configuration& configuration) {
  std::string out =
      configuration.file.empty() ? "# no vigil.yaml was read\n" : fmt::format("# read from {}\n", configuration.file);
  std::string_view section;
  for (const auto& option : options()) {
    if (section_of(option.key) != section) {
      section = section_of(option.key);
      out += fmt::format("{}:\n", section);
    }
    const auto& value = configuration.values.at(std::string(option.key));
    out +=
        fmt::format("  {}: {}  # {}\n", name_of(option.key), scalar(option, shown(option, value.text)), value.source);
  }
  return out;
}

std::string configuration_reference() {
  std::string out = kReferenceHead;
  std::string_view section;
  for (const auto& option : options()) {
    if (section_of(option.key) != section) {
      section = section_of(option.key);
      out += fmt::format("\n## {}\n", section_title(section));
    }
    out += fmt::format("\n### `{}`\n\n{}\n\n", option.key, option.help);
    out += option.default_text.empty() ? "- Default: empty\n" : fmt::format("- Default: `{}`\n", option.default_text);
    if (!option.choices.empty()) {
      std::string choices;
      for (char c : option.choices) choices += c == '|' ? "`, `" : std::string(1, c);
      out += fmt::format("- One of `{}`\n", choices);
    }
    out += fmt::format("- Command line: `{}{}`\n", option.flag,
                       option.form == Option::Form::Boolean ? "" : " " + value_name(option));
    out += fmt::format("- Environment: `{}`\n", environment_name(option));
  }
  return out;
}

std::string example_config() {
  std::string out =
      "# Vigil's configuration. Every line stands at its default; remove the # to change one.\n"
      "# All keys: docs/ref/configuration.md. What is in force: vigil config.\n";
  std::string_view section;
  for (const auto& option : options()) {
    if (section_of(option.key) != section) {
      section = section_of(option.key);
      out += fmt::format("\n{}#{}:\n", "", section);
    }
    out += fmt::format("#  # {}\n", option.help);
    out += fmt::format("#  {}: {}\n", name_of(option.key), scalar(option, std::string(option.default_text)));
  }
  return out;
}

}  // namespace vigil::app
