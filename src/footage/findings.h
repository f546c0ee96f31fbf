#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "blob/store.h"
#include "model/job.h"
#include "model/observation.h"
#include "model/records.h"
#include "records/channel.h"

// What was found in a video. Records as cameras have them (model/records.h), but kept as blobs that are outputs of the
// job which found them: they belong to whom the video belongs, go with it, and stand in no list of cameras
// (docs/adr/0023). Times count from the beginning of the video, at the beginning of Unix time.

namespace vigil::footage {

struct Findings {
  model::Run run;
  std::vector<model::TrackRecord> tracks;  // as they came
  std::vector<model::PlateRead> plates;    // likewise
  std::vector<model::SceneRecord> scenes;
};

// What is seen at one moment.
struct SeenFrame {
  std::uint64_t sequence = 0;
  WallTime time;
  struct Object {
    std::uint64_t track = 0;  // its number
    std::string label;
    model::TimedBox box;
  };
  std::vector<Object> objects;  // by track
};

inline constexpr const char* kRecordsName = "records.bin";
inline constexpr const char* kAnnotatedName = "annotated.mp4";
inline constexpr std::size_t kMostTracks = 100000;

// Puts findings into blobs of one folder while they are made. Not thread-safe.
class FindingsWriter {
 public:
  // `folder`: below that of metadata, and nobody else's ("asset/job/attempt").
  FindingsWriter(blob::Store& blobs, std::string asset, std::string folder);

  // In the order of the pictures. PayloadTooLarge (found.too_much): more tracks than are taken.
  Result<void> add(const model::Observation& seen);
  // What was put, as outputs of the job.
  Result<std::vector<model::JobOutput>> finish();
  // After finish().
  Findings findings() const;

 private:
  Result<void> collect(bool everything);
  Result<void> put_boxes();
  Result<void> put(const std::string& name, const std::string& bytes, std::string facts);

  blob::Store& blobs_;
  const std::string folder_;
  records::Channel channel_;
  model::Run run_;
  std::map<std::string, model::TrackRecord> tracks_;  // by id
  std::map<std::string, model::PlateRead> plates_;
  std::vector<model::SceneRecord> scenes_;
  std::vector<model::BoxSegment> boxes_;  // that are not put yet
  std::size_t box_bytes_ = 0;
  int parts_ = 0;
  std::vector<model::JobOutput> outputs_;
};

// DataLoss (found.broken): they are not what finish() put. `outputs`: all of the job's.
Result<Findings> read_findings(blob::Store& blobs, const std::vector<model::JobOutput>& outputs);

struct SeenFrames {
  std::vector<SeenFrame> frames;  // by time
  bool cut = false;               // there are more: ask again from the time of the last one on, exclusively
};
// What was seen from `from` until before `until`, at most about so many objects.
Result<SeenFrames> read_frames(blob::Store& blobs, const std::vector<model::JobOutput>& outputs, WallTime from,
                               WallTime until, std::size_t most);

}  // namespace vigil::footage
