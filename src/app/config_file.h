#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vigil::app {

// One setting as it stands in a vigil.yaml: nested keys are joined by dots, lists by commas.
struct ConfigEntry {
  std::string key;
  std::string text;
  int line = 0;  // from 1
};

// Takes a configuration apart; `name` stands for the file in errors ("vigil.yaml:12: …"). At most 1 MiB.
// InvalidArgument: not YAML, a key twice, a value that is no text, number, boolean or list of those.
Result<std::vector<ConfigEntry>> parse_config(std::string_view yaml, const std::string& name);

// Reads a whole file of at most `limit` bytes. NotFound, PermissionDenied, PayloadTooLarge, Unavailable.
Result<std::string> read_text_file(const std::string& path, std::size_t limit);

}  // namespace vigil::app
