#include <CLI/CLI.hpp>
#include <string>

#include "app/frames.h"

namespace vigil::app {

void add_frames(CLI::App& app, FramesOptions& options, std::function<int()>& act) {
  auto* command = app.add_subcommand("frames", "Take pictures out of a video file, and say what the file is");
  command->add_option("video", options.video, "Video file: MP4, QuickTime, 3GPP, Matroska, WebM, MPEG-TS or FLV")
      ->type_name("VIDEO")
      ->required();
  command->add_option("-o,--out", options.folder, "Folder for the pictures; made where there is none")
      ->type_name("DIR");
  auto* fps = command->add_option("--fps", options.fps, "The first picture of each interval, so many a second")
                  ->type_name("NUMBER")
                  ->check(CLI::Range(0.001, 120.0));
  auto* every = command->add_option("--every", options.every, "Every N-th picture")
                    ->type_name("N")
                    ->check(CLI::Range(1, 1000000))
                    ->excludes(fps);
  auto* at = command
                 ->add_option("--at", options.at,
                              "The pictures shown at these times, with commas between: 2.5,1:30,1:02:03.250")
                 ->type_name("TIMES")
                 ->delimiter(',')
                 ->excludes(fps)
                 ->excludes(every);
  auto* keys = command->add_flag("--keys", options.keys, "The key frames: nothing else is decoded")
                   ->excludes(fps)
                   ->excludes(every)
                   ->excludes(at);
  command->add_flag("--scenes", options.scenes, "The first picture, and those where what is shown changes at once")
      ->excludes(fps)
      ->excludes(every)
      ->excludes(at)
      ->excludes(keys);
  command->add_option("--format", options.format, "jpeg or png [jpeg]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"jpeg", "png"}));
  command->add_option("--quality", options.quality, "Of JPEG [85]")->type_name("1..100")->check(CLI::Range(1, 100));
  command->add_option("--width", options.width, "Not wider than this; the aspect is kept [as it is]")
      ->type_name("PIXELS")
      ->check(CLI::Range(16, 16384));
  command->add_option("--height", options.height, "Not higher than this [as it is]")
      ->type_name("PIXELS")
      ->check(CLI::Range(16, 16384));
  command->add_option("--max", options.most, "No more pictures than these [20000]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  command->add_flag("--thumbnails", options.thumbnails, "Also first.jpg, and best.jpg: sharp, bright, not blank");
  command->add_flag("--sheet", options.sheet, "Also sheet.jpg: twenty places of the video in one picture");
  command->add_flag("--preview", options.preview, "Also preview.mp4: the video in a few seconds, small and silent");
  command->add_flag("--location", options.location, "Say where it was recorded, if the file knows");
  command->add_option("--threads", options.threads, "Of the decoder [one for each processor]")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  command->footer(
      "Prints a summary as JSON. The file is opened in a process that has no files and no network.\n\nExamples:\n"
      "  vigil frames walkway.mp4                              what the file is\n"
      "  vigil frames walkway.mp4 --fps 1 --out pictures\n"
      "  vigil frames walkway.mp4 --keys --width 640 --out pictures --thumbnails --sheet --preview");
  command->callback([&options, &act] { act = [&options] { return frames(options); }; });
}

}  // namespace vigil::app
