#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/config_print.h"
#include "app/exit_code.h"

namespace vigil::app {

int print_config(const Sources& sources, ConfigPage page) {
  if (page == ConfigPage::Reference) {
    fmt::print("{}", configuration_reference());
    return kOk;
  }
  if (page == ConfigPage::Example) {
    fmt::print("{}", example_config());
    return kOk;
  }
  auto configuration = load(sources);
  if (!configuration) {
    fmt::print(stderr, "vigil config: {}\n", configuration.error().message);
    return kConfiguration;
  }
  for (const auto& warning : configuration->warnings) fmt::print(stderr, "vigil config: {}\n", warning);
  fmt::print("{}", to_yaml(*configuration));
  return kOk;
}

}  // namespace vigil::app
