#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/box_track.h"
#include "model/observation.h"
#include "model/records.h"
#include "records/latencies.h"
#include "store/records.h"

namespace vigil::records {

struct ChannelConfig {
  Nanos segment = std::chrono::seconds(30);          // boxes of so long make one blob
  Nanos track_update = std::chrono::seconds(10);     // an open track is written again after so long
  Nanos run_update = std::chrono::seconds(10);       // so is the summary of a run
  Nanos stationary_boxes = std::chrono::seconds(1);  // of what stands still, one box in so long
  Nanos silent = std::chrono::seconds(5);            // a track that is in no observation for so long has ended
  Nanos pictures_apart = std::chrono::seconds(1);    // at least, on one camera
  // So long, for a track that has none yet; unless the last one could not be had, which may take its time.
  Nanos first_picture = std::chrono::milliseconds(200);
  int pictures_of_track = 3;
  Nanos scenes_apart = std::chrono::seconds(2);  // at least; of what comes faster, the newest is kept
  bool operator==(const ChannelConfig&) const = default;
};

// A picture that was kept, as the caller filed it.
struct FiledPicture {
  std::string path;
  std::uint64_t bytes = 0;
  int width = 0, height = 0;
};

// One camera's observations, folded into records. Not thread-safe.
class Channel {
 public:
  // Files the picture of that frame under the id; nothing when there is none near enough. May take as long as encoding
  // a JPEG takes.
  using File = std::function<std::optional<FiledPicture>(const model::Observation& frame, const std::string& id)>;

  Channel(std::string camera_id, const ChannelConfig& config, File file);

  void observe(const model::Observation& frame);
  // Frames that were lost on the way here.
  void lost(std::uint64_t frames) {
    if (run_) run_->lost += frames;
  }
  // Adds what is due to the batch, and remembers it as written.
  void collect(store::RecordBatch& batch);
  // Ends all tracks and the run, and adds them to the batch. Afterwards the next observation begins a new run.
  void finish(store::RecordBatch& batch);

  // Nothing before the first observation.
  const model::Run* run() const { return run_ ? &*run_ : nullptr; }

 private:
  struct OpenTrack {
    model::TrackRecord record;
    bool confirmed = false, changed = false;
    std::vector<model::TimedBox> boxes;
    std::uint64_t segment = 0;
    Nanos path_step = std::chrono::milliseconds(500);
    WallTime path_at, written_at, last_present;
    double best_quality = 0, pictured_quality = 0;  // score × area
    int pictures = 0;
    std::optional<model::Observation> best;  // that moment with the track alone, while there is no picture of it
    std::optional<model::PlateRead> plate;
    bool plate_changed = false;
    model::AppearancePtr look;  // the newest; null: none
    bool look_changed = false;
  };

  void begin_run(const model::Observation& frame);
  void see(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame);
  void read_plate(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const;
  void extend_path(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const;
  void keep_box(OpenTrack& track, const model::SeenObject& object, const model::Observation& frame) const;
  void cut_segment(OpenTrack& track);
  void take_picture(const model::Observation& frame);
  void take_late_picture(OpenTrack& track, WallTime now);
  bool may_take_picture(WallTime now, Nanos apart) const;
  void describe(const model::Observation& frame);
  std::string keep_picture(const model::Observation& frame, WallTime now);
  void record_objects(const model::Observation& frame, const std::string& key_frame_id);
  void end_track(OpenTrack& track);
  void write_track(OpenTrack& track, store::RecordBatch& batch);
  void summarise();

  const std::string camera_id_;
  const ChannelConfig config_;
  const File file_;
  std::optional<model::Run> run_;
  Latencies latencies_;
  std::map<std::uint64_t, OpenTrack> tracks_;
  store::RecordBatch ready_;  // what is complete
  bool run_changed_ = false;
  std::optional<model::Scene> scene_;                    // waits until it is written
  WallTime run_written_at_, last_picture_, last_scene_;  // last_picture_: also one that could not be had
  bool in_vain_ = false;                                 // it could not
};

}  // namespace vigil::records
