#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

// vigil frames: pictures and facts out of a video file, which is opened in a sandbox. A summary as JSON on standard
// output, pictures into a folder with a line about each in frames.jsonl.

namespace vigil::app {

struct FramesOptions {
  std::string video, folder;
  double fps = 0;
  int every = 0;
  std::vector<std::string> at;
  bool keys = false, scenes = false;
  bool thumbnails = false, sheet = false, preview = false;
  std::string format = "jpeg";
  int quality = 85, width = 0, height = 0;
  int most = 20000, threads = 0;
  bool location = false;
};

int frames(const FramesOptions& options);

// The subcommand; its callback sets `act`.
void add_frames(CLI::App& app, FramesOptions& options, std::function<int()>& act);

}  // namespace vigil::app
