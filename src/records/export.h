#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/observation.h"
#include "model/records.h"

// Recorded tracks in the formats that other programs read. Pure.

namespace vigil::records {

// One box of a track, of whichever frame.
struct ExportedBox {
  std::uint64_t frame = 0;  // from 1
  std::uint64_t track = 0;
  model::Box box;
  float confidence = 0;
};

// "…-12" is 12: the track's number in its key.
std::uint64_t track_number(const std::string& track_id);

// The boxes of segments, with the numbers of their frames and tracks, by frame, then track. Predicted boxes
// (coasting) are left out unless asked for. DataLoss for a segment that cannot be read.
Result<std::vector<ExportedBox>> boxes_of(const std::vector<model::BoxSegment>& segments, bool coasting = false);

// MOTChallenge result lines: "frame,id,left,top,width,height,confidence,-1,-1,-1".
std::string to_mot(const std::vector<ExportedBox>& boxes);

// CSV (RFC 4180) with a head line; times as RFC 3339. Cells that a spreadsheet would take for a formula begin with an
// apostrophe.
std::string to_csv(const std::vector<model::TrackRecord>& tracks);
std::string to_csv(const std::vector<model::DetectedObject>& objects);
std::string to_csv(const std::vector<model::PlateRead>& plates);

}  // namespace vigil::records
