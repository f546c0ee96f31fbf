#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/options.h"

namespace vigil::app {

// Where settings come from. What stands further down wins: defaults, vigil.yaml, environment, command line.
struct Sources {
  std::optional<std::string> config_file;           // --config; must exist
  std::map<std::string, std::string> environment;   // all of it
  std::map<std::string, std::string> command_line;  // by key
};

// The environment of this process.
std::map<std::string, std::string> process_environment();

// The effective settings, and where each came from.
struct Configuration {
  struct Value {
    std::string text;
    std::string source;  // "default", "vigil.yaml:12", "environment VIGIL_REDIS_URL", "command line --redis"
  };
  Settings settings;
  std::map<std::string, Value> values;  // by key, one for each option; texts are not redacted
  std::string file;                     // the vigil.yaml that was read; empty: none
  std::vector<std::string> warnings;
};

// Reads and checks everything. Without --config and VIGIL_CONFIG the first of $XDG_CONFIG_HOME/vigil/vigil.yaml
// (~/.config) and /etc/vigil/vigil.yaml that exists is read. Fills in data.dir and web.root where they are empty, and
// the Redis password from its file. InvalidArgument (exit status 3): says where (file:line, variable, flag), which key,
// what is expected; names the nearest key.
Result<Configuration> load(const Sources& sources);

// Where a user's data go by default.
std::string default_data_dir(const std::map<std::string, std::string>& environment);

}  // namespace vigil::app
