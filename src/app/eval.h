#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

// vigil eval …: how good a tracker or a detector is, on files. A table for people on standard error, JSON on standard
// output.

namespace vigil::app {

// How truth that is marked 0 is taken.
enum class ZeroMarked { Ignore, Drop };

struct EvalMotOptions {
  std::string truth, result;
  ZeroMarked zero_marked = ZeroMarked::Ignore;
};

// Which boxes of a track count.
enum class Boxes {
  Live,      // as they are shown on a live camera: from when it is believed
  Lookback,  // as a file can have them: also the first ones of a track that is believed later
  Filled,    // and straight lines over gaps of up to half a second
};

struct EvalTrackingOptions {
  std::string detections, truth, save_mot;
  double fps = 0;                                           // 0: of seqinfo.ini, else 25
  int every = 1;                                            // the tracker is given every N-th frame only
  double high_score = -1, low_score = -1, lost_after = -1;  // below 0: the tracker's own
  Boxes boxes = Boxes::Lookback;
  ZeroMarked zero_marked = ZeroMarked::Ignore;
};

struct EvalDetectionOptions {
  std::string model;  // name in the data folder, or path of a file or folder; empty: the default
  std::string images, labels;
  std::string data_dir, device = "cpu";
  double min_score = 0.01;
  bool fitted = false, tiles = false;
};

struct EvalPlatesOptions {
  std::string images;
  std::string finder, reader;  // as open_plate_finder() and open_plate_reader() have them
  std::vector<std::string> formats;
  std::string data_dir;
  bool given_boxes = false;  // the truth's boxes are read; nothing is looked for
  bool verbose = false;
};

struct EvalOptions {
  EvalDetectionOptions detection;
  EvalMotOptions mot;
  EvalTrackingOptions tracking;
  EvalPlatesOptions plates;
};

int eval_mot(const EvalMotOptions& options);
int eval_tracking(const EvalTrackingOptions& options);
int eval_detection(const EvalDetectionOptions& options);
int eval_plates(const EvalPlatesOptions& options);

// The subcommand; its callbacks set `act`.
void add_eval(CLI::App& app, EvalOptions& options, std::function<int()>& act);

}  // namespace vigil::app
