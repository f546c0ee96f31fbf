#include <CLI/CLI.hpp>
#include <string>

#include "app/process.h"

namespace vigil::app {

void add_process(CLI::App& app, ProcessOptions& options, std::function<int()>& act) {
  auto* command = app.add_subcommand("process", "Find and follow people and things in a video file");
  command->add_option("video", options.video, "Video file, of any format that FFmpeg reads")
      ->type_name("VIDEO")
      ->required();
  command
      ->add_option("--model", options.model,
                   "Name of an installed model, a folder with model.onnx and model.json, an ONNX file with the classes "
                   "of COCO, or classic: people, without any model [the default model, else classic]")
      ->type_name("MODEL");
  command->add_option("--device", options.device, "cpu, cuda, tensorrt or openvino [cpu]")->type_name("DEVICE");
  auto* fps = command->add_option("--fps", options.fps, "Look at so many pictures a second at most [all]")
                  ->type_name("NUMBER")
                  ->check(CLI::Range(0.1, 120.0));
  command->add_option("--every", options.every, "Look at every N-th picture [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000))
      ->excludes(fps);
  command->add_option("--classes", options.classes, "Only these, with commas between: person,car [all]")
      ->type_name("NAMES")
      ->delimiter(',');
  command->add_option("--confidence", options.confidence, "What is less sure begins no track [0.5]")
      ->type_name("0..1")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--tiles", options.tiles, "Look at overlapping parts, too: small things, several times the cost");
  command->add_flag("--no-gate", options.no_gate, "Give the detector also pictures in which nothing moves");
  command->add_flag("--attributes", options.attributes, "Clothing, gender and age of persons, colours: guesses");
  command->add_flag("--plates", options.plates, "Read the licence plates of vehicles");
  command
      ->add_option("--plate-formats", options.plate_formats,
                   "Formats, replacements and lists of plates, as JSON of GET /api/plate-settings; includes --plates")
      ->type_name("FILE");
  command->add_flag("--scene", options.scene, "Say now and then, in words, what is to be seen as a whole");
  command->add_flag("--appearance", options.appearance, "Tell who of those seen may be the same person");
  command->add_option("--save-json", options.save_json, "A line of JSON for each picture looked at (gvametaconvert)")
      ->type_name("FILE");
  command->add_option("--save-mot", options.save_mot, "Tracks as text, as MOTChallenge has them")->type_name("FILE");
  command->add_option("--save-coco", options.save_coco, "Boxes as a COCO data set")->type_name("FILE");
  command->add_option("--save-video", options.save_video, "The video with boxes drawn upon it, as MP4 (H.264)")
      ->type_name("FILE");
  command
      ->add_option("--db", options.db,
                   "Write runs, tracks and pictures into a database: the data folder of a server that is not running, "
                   "or a PostgreSQL address")
      ->type_name("DIR|URL");
  command->add_option("--data", options.data_dir, "Data folder with the models [the server's: data.dir]")
      ->type_name("DIR");
  command->add_flag("--quiet", options.quiet, "No progress");
  command->footer(
      "Prints a summary as JSON. Damaged pictures are passed over and counted.\n\nExamples:\n"
      "  vigil process walkway.mp4\n"
      "  vigil process walkway.mp4 --every 3 --classes person,car --save-mot tracks.txt --save-video boxes.mp4");
  command->callback([&options, &act] { act = [&options] { return process(options); }; });
}

}  // namespace vigil::app
