#include <CLI/CLI.hpp>
#include <string>

#include "app/channels.h"

namespace vigil::app {

void add_channels(CLI::App& app, ChannelsOptions& options, std::function<int()>& act) {
  auto* command = app.add_subcommand("channels", "Watch all cameras of a file without a server, and sum up at the end");
  command->add_option("--config", options.config, "Camera file as of vigil apply; - reads standard input")
      ->type_name("FILE")
      ->required();
  command->add_option("--model", options.model, "Model for cameras that name none, as of vigil process")
      ->type_name("MODEL");
  command->add_option("--device", options.device, "cpu, cuda, tensorrt or openvino [cpu]")->type_name("DEVICE");
  command->add_option("--for", options.seconds, "End after so long [when all files are over, else when interrupted]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 1e8));
  command->add_option("--save-json", options.save_json, "A line of JSON for each picture looked at, of all cameras")
      ->type_name("FILE");
  command->add_option("--data", options.data_dir, "Data folder with the models [the server's: data.dir]")
      ->type_name("DIR");
  command->add_flag("--quiet", options.quiet, "Nothing but problems on standard error");
  command->footer(
      "Cameras are analysed unless the file says analysis: {enabled: false}; files may be cameras (source_type: "
      "file),\n"
      "and are over at their end with loop: false.\n\nExamples:\n"
      "  vigil channels --config cameras.json --for 60\n"
      "  vigil channels --config cameras.yaml --save-json seen.jsonl");
  command->callback([&options, &act] { act = [&options] { return channels(options); }; });
}

}  // namespace vigil::app
