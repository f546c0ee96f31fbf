#pragma once

#include <string>

#include "app/configuration.h"

namespace vigil::app {

// The effective configuration as a vigil.yaml, each line with where its value came from. Secrets are redacted.
std::string to_yaml(const Configuration& configuration);

// docs/ref/configuration.md, made from the table of options.
std::string configuration_reference();

// A vigil.yaml in which everything stands at its default and is commented out; deploy/vigil.yaml.
std::string example_config();

}  // namespace vigil::app
