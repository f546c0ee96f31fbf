#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

// vigil process: what is seen in a video file. Progress and remarks on standard error, a summary as JSON on standard
// output, everything else into files.

namespace vigil::app {

struct ProcessOptions {
  std::string video;
  std::string model;  // "classic", a model of the store, a folder with model.onnx and model.json, or an ONNX file
  std::string device = "cpu";
  double fps = 0;  // 0: every picture
  int every = 1;
  std::vector<std::string> classes;
  double confidence = -1;  // below 0: the usual one
  bool tiles = false, no_gate = false, quiet = false;
  bool attributes = false, plates = false, appearance = false, scene = false;
  std::string plate_formats;  // a file as /api/plate-settings has it; empty: what is read is the plate
  std::string db;             // data folder or postgres://…; empty: no records
  std::string data_dir;       // where models are; empty: as the server would choose
  std::string save_json, save_mot, save_coco, save_video;
};

int process(const ProcessOptions& options);

// The subcommand; its callback sets `act`.
void add_process(CLI::App& app, ProcessOptions& options, std::function<int()>& act);

}  // namespace vigil::app
