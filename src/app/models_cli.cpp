#include <CLI/CLI.hpp>

#include "app/models.h"

namespace vigil::app {
namespace {

void add_data(CLI::App& command, ModelsOptions& options) {
  command.add_option("--data", options.data_dir, "Data folder [the server's: data.dir]")->type_name("DIR");
}

void add_facts(CLI::App& command, ModelFacts& facts) {
  command.add_option("--name", facts.name, "Name to keep it under [the file's]")->type_name("NAME");
  command.add_option("--version", facts.version, "Version to keep it under [1]")->type_name("VERSION");
  command.add_option("--labels", facts.labels_file, "File with the names of its classes, one a line")
      ->type_name("FILE");
  command.add_option("--card", facts.card_file, "A model.json that says how pictures are prepared for it")
      ->type_name("FILE");
  command
      .add_option("--task", facts.task,
                  "What it is for: detect, find_plates, read_plates, appearance, person_attributes, find_faces, "
                  "age_gender, segment [detect]")
      ->type_name("TASK");
  command.add_option("--licence", facts.licence, "Licence of the weights, to be shown")->type_name("TEXT");
  command.add_option("--sha256", facts.sha256, "The file must have this sum")->type_name("HEX");
  command.add_flag("--default", facts.make_default, "Make it the default afterwards");
}

}  // namespace

void add_models(CLI::App& app, ModelsOptions& options, std::function<int()>& act) {
  auto* command = app.add_subcommand("models", "Models: list, fetch, add, verify, choose the default detector");
  auto on = [&](CLI::App* sub, int (*run)(const ModelsOptions&)) {
    add_data(*sub, options);
    sub->callback([&options, &act, run] { act = [&options, run] { return run(options); }; });
  };
  auto* list = command->add_subcommand("list", "Models that are here, and those that can be fetched by name");
  list->add_flag("--json", options.json, "Print JSON");
  on(list, models_list);

  auto* pull = command->add_subcommand("pull", "Fetch a model: by name, from a URL, or from an MLflow registry");
  pull->add_option("model", options.what, "Name in the catalogue [its default], URL, or models:/NAME/VERSION")
      ->type_name("NAME|URL");
  pull->add_option("--mlflow", options.mlflow_url, "Address of the MLflow server [$MLFLOW_TRACKING_URI]")
      ->type_name("URL");
  add_facts(*pull, options.facts);
  pull->footer(
      "Examples:\n"
      "  vigil models pull yolox-nano\n"
      "  vigil models pull https://models.example/shop.onnx --name shop --labels shop.txt --sha256 9f86d0…\n"
      "  vigil models pull models:/shop/3 --mlflow http://mlflow.example:5000");
  on(pull, models_pull);

  auto* add =
      command->add_subcommand("add", "Add a model from a file, or from a folder with model.onnx and model.json");
  add->add_option("path", options.what, "File or folder")->type_name("PATH")->required();
  add_facts(*add, options.facts);
  add->footer(
      "Examples:\n"
      "  vigil models add ./shop.onnx --labels shop.txt --default\n"
      "  vigil models add ./attributes.onnx --task person_attributes");
  on(add, models_add);

  auto* verify = command->add_subcommand("verify", "Read models again: is each the file that it was, does it run?");
  verify->add_option("model", options.what, "Name, or name@version [all]")->type_name("NAME");
  on(verify, models_verify);

  auto* choose = command->add_subcommand("default", "Print the default model, or choose it");
  choose->add_option("model", options.what, "Name, name@version, or classic: no model")->type_name("NAME");
  on(choose, models_default);

  command->require_subcommand(1);
  command->footer(
      "docs/models.md says which models are understood.\n\nExample:\n  vigil models pull && vigil models list");
}

}  // namespace vigil::app
