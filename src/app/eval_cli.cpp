#include <CLI/CLI.hpp>
#include <string>

#include "app/eval.h"

namespace vigil::app {
namespace {

void add_truth(CLI::App& command, std::string& truth, ZeroMarked& zero_marked) {
  command.add_option("--gt", truth, "Ground truth, a text file as MOTChallenge has it")->type_name("FILE")->required();
  command
      .add_option_function<std::string>(
          "--zero-marked",
          [&zero_marked](const std::string& text) {
            zero_marked = text == "drop" ? ZeroMarked::Drop : ZeroMarked::Ignore;
          },
          "Truth marked 0: what is found there counts neither way (ignore), or as if it was not marked at all "
          "(drop) [ignore]")
      ->type_name("ignore|drop")
      ->check(CLI::IsMember({"ignore", "drop"}));
}

void add_mot(CLI::App& eval, EvalMotOptions& options, std::function<int()>& act) {
  auto* command = eval.add_subcommand("mot", "Score a tracker's result against ground truth");
  add_truth(*command, options.truth, options.zero_marked);
  command->add_option("--result", options.result, "What the tracker found, in the same format")
      ->type_name("FILE")
      ->required();
  command->footer(
      "Example:\n  vigil process video.mp4 --save-mot found.txt && vigil eval mot --gt gt.txt --result found.txt");
  command->callback([&options, &act] { act = [&options] { return eval_mot(options); }; });
}

void add_tracking(CLI::App& eval, EvalTrackingOptions& options, std::function<int()>& act) {
  auto* command = eval.add_subcommand("tracking", "Run the tracker alone on a file of detections, and score it");
  command->add_option("--det", options.detections, "Detections: frame,-1,x,y,width,height,score")
      ->type_name("FILE")
      ->required();
  add_truth(*command, options.truth, options.zero_marked);
  command->add_option("--save-mot", options.save_mot, "Write the tracks here")->type_name("FILE");
  command
      ->add_option("--fps", options.fps, "Frames a second [frameRate in ../seqinfo.ini beside the detections, else 25]")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.1, 1000.0));
  command
      ->add_option("--every", options.every, "Detections of every N-th frame only; boxes between are expected ones [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--high-score", options.high_score,
                   "From this score on a detection may begin a track [the tracker's]")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--low-score", options.low_score, "Weaker detections are not used [the tracker's]")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--lost-after", options.lost_after, "Unseen for so long a track ends [the tracker's]")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 3600.0));
  command
      ->add_option_function<std::string>(
          "--boxes",
          [&options](const std::string& text) {
            options.boxes = text == "live" ? Boxes::Live : text == "filled" ? Boxes::Filled : Boxes::Lookback;
          },
          "Which count: those of tracks already believed (live), also the first ones of tracks that are "
          "believed later (lookback), and straight lines over gaps up to 0.5 s (filled) [lookback]")
      ->type_name("live|lookback|filled")
      ->check(CLI::IsMember({"live", "lookback", "filled"}));
  command->footer("Example:\n  vigil eval tracking --det det/det.txt --gt gt/gt.txt --save-mot found.txt");
  command->callback([&options, &act] { act = [&options] { return eval_tracking(options); }; });
}

void add_detection(CLI::App& eval, EvalDetectionOptions& options, std::function<int()>& act) {
  auto* command = eval.add_subcommand("detection", "Run a detector on labelled pictures, and score it");
  command->add_option("--model", options.model, "Name of a model, or path of one [the default]")
      ->type_name("NAME|FILE");
  command->add_option("--images", options.images, "Folder with JPEG or PNG pictures")->type_name("DIR")->required();
  command
      ->add_option("--labels", options.labels,
                   "Folder with a text file for each picture: class x y width height, as parts of the picture (YOLO)")
      ->type_name("DIR")
      ->required();
  command->add_option("--data", options.data_dir, "Data folder [the server's: data.dir]")->type_name("DIR");
  command->add_option("--device", options.device, "cpu, cuda, tensorrt or openvino [cpu]")->type_name("NAME");
  command->add_option("--min-score", options.min_score, "Weaker detections do not count [0.01]")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--fitted", options.fitted,
                    "Give the model each picture's aspect, as cameras have it, not its own");
  command->add_flag("--tiles", options.tiles, "Look at overlapping parts of each picture, too");
  command->footer("Example:\n  vigil eval detection --model yolox-nano --images val/images --labels val/labels");
  command->callback([&options, &act] { act = [&options] { return eval_detection(options); }; });
}

void add_plates(CLI::App& eval, EvalPlatesOptions& options, std::function<int()>& act) {
  auto* command = eval.add_subcommand("plates", "Find and read the licence plates of pictures, and score it");
  command
      ->add_option("--images", options.images,
                   "Folder with pictures and text files of lines: file x y width height text; or with such folders")
      ->type_name("DIR")
      ->required();
  command->add_option("--finder", options.finder, "Model that finds plates, or classic [classic]")
      ->type_name("NAME|FILE");
  command->add_option("--reader", options.reader, "Model that reads plates, or tesseract [tesseract]")
      ->type_name("NAME|FILE");
  command
      ->add_option("--format", options.formats,
                   "How plates look, as a regular expression: characters that look alike are corrected by it. "
                   "May be given several times")
      ->type_name("REGEX")
      ->expected(1)
      ->take_all();
  command->add_option("--data", options.data_dir, "Data folder [the server's: data.dir]")->type_name("DIR");
  command->add_flag("--given-boxes", options.given_boxes, "Read at the boxes of the truth; look for nothing");
  command->add_flag("--each", options.verbose, "Print each plate, too");
  command->footer("Example:\n  vigil eval plates --images plates --finder plates.onnx");
  command->callback([&options, &act] { act = [&options] { return eval_plates(options); }; });
}

}  // namespace

void add_eval(CLI::App& app, EvalOptions& options, std::function<int()>& act) {
  auto* command = app.add_subcommand(
      "eval", "Measure how good trackers, detectors and plate readers are, on files with ground truth");
  add_detection(*command, options.detection, act);
  add_tracking(*command, options.tracking, act);
  add_mot(*command, options.mot, act);
  add_plates(*command, options.plates, act);
  command->require_subcommand(1);
  command->footer(
      "A table is printed on standard error, JSON on standard output; shares are 0 to 1 there.\n\nExample:\n"
      "  vigil eval tracking --det det/det.txt --gt gt/gt.txt");
}

}  // namespace vigil::app
