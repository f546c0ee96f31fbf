#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

// vigil models …: what detectors there are, and where they come from.

namespace vigil::app {

// What is said about a model that says little about itself.
struct ModelFacts {
  std::string name, version, labels_file, card_file, licence, sha256, task;
  bool make_default = false;
};

struct ModelsOptions {
  std::string data_dir;  // empty: as the server would choose
  std::string what;      // a name, path or URL
  std::string mlflow_url;
  ModelFacts facts;
  bool json = false;
};

int models_list(const ModelsOptions& options);
int models_pull(const ModelsOptions& options);
int models_add(const ModelsOptions& options);
int models_verify(const ModelsOptions& options);
int models_default(const ModelsOptions& options);

// The subcommand; its callbacks set `act`.
void add_models(CLI::App& app, ModelsOptions& options, std::function<int()>& act);

}  // namespace vigil::app
