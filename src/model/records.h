#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/box.h"
#include "model/observation.h"
#include "model/polygon.h"

// What is kept of what was seen. There is no row for a frame: runs, tracks, key frames and what they show are records;
// the boxes of every frame are compact blobs, one a track segment (model/box_track.h).
// Ids are made of what a record is about, so that writing it twice makes one of it: see the functions below.

namespace vigil::model {

// One continuous analysis of one channel, or of one file, by one model: until the model or the server is another.
struct Run {
  std::string id;  // 16 hexadecimal digits
  std::string camera_id;
  std::string model, device;
  WallTime began;
  WallTime last;                                    // of the newest frame
  std::optional<WallTime> ended;                    // nothing: still going on, or broken off
  int width = 0, height = 0;                        // of the source picture
  std::uint64_t frames = 0;                         // looked at
  std::uint64_t detected = 0;                       // of these, given to the detector
  std::uint64_t lost = 0;                           // seen but not recorded, because the writer was late
  std::uint64_t tracks = 0;                         // confirmed
  std::map<std::string, std::uint64_t> detections;  // by label, over all frames
  double latency_mean_ms = 0;                       // from the packet's arrival to the finished observation
  double latency_p50_ms = 0, latency_p95_ms = 0, latency_p99_ms = 0;
  bool operator==(const Run&) const = default;
};

// One object for as long as it was followed. Only tracks that were confirmed become records.
struct TrackRecord {
  std::string id;  // track_key()
  std::string run_id;
  std::string camera_id;
  std::uint64_t number = 0;   // unique on its camera
  std::string label;          // entity type: "person", "car", …
  std::string specific_type;  // "pedestrian", "van", …; empty: not known
  WallTime first_seen, last_seen;
  std::uint64_t frames = 0;  // in which it was seen
  float best_score = 0;
  bool stationary = false;  // when last seen
  bool ended = false;
  Box best_box;               // where it scored best, pixels of the source picture
  std::string key_frame_id;   // shows it there; empty: no picture
  std::vector<Point> path;    // at most kPathPoints places of its bottom centre, evenly in time
  std::uint64_t subject = 0;  // who it seems to be; 0: not looked for
  float subject_similarity = 0;
  std::vector<Attribute> attributes;
  std::string zone;  // name of the zone that it was last in; empty: none, or not looked for
  bool operator==(const TrackRecord&) const = default;
};
inline constexpr std::size_t kPathPoints = 32;

// A picture that is kept. The bytes lie in a file, not in the database.
struct KeyFrame {
  std::string id;  // frame_key()
  std::string run_id;
  std::string camera_id;
  std::uint64_t sequence = 0;  // of the frame on its camera or in its file
  WallTime time;
  int width = 0, height = 0;  // of the picture in the file; boxes are in pixels of the source picture
  std::string path;           // JPEG, relative to the folder of pictures
  std::uint64_t bytes = 0;
  bool operator==(const KeyFrame&) const = default;
};

// What a key frame shows.
struct DetectedObject {
  std::string id;  // object_key()
  std::string key_frame_id;
  std::string track_id;  // of the record
  std::string run_id;
  std::string camera_id;
  WallTime time;
  std::string label;          // entity type
  std::string specific_type;  // empty: not known
  float confidence = 0;
  Box box;            // pixels of the source picture
  double foot_x = 0;  // bottom centre of the box, 0..1 of the picture
  double foot_y = 0;
  std::optional<Mask> mask;
  std::string embedding_id;  // of the track's embedding; empty: none
  std::string zone;
  bool operator==(const DetectedObject&) const = default;
};

struct SceneRecord {
  std::string id;  // frame_key()
  std::string run_id;
  std::string camera_id;
  std::string key_frame_id;  // empty: no picture
  WallTime time;
  std::string type;         // "outdoor day", …
  std::string description;  // in words
  float confidence = 0;
  std::string model;
  bool operator==(const SceneRecord&) const = default;
};

// The plate of one vehicle, by vote over its frames.
struct PlateRead {
  std::string id;  // the track's
  std::string run_id;
  std::string camera_id;
  std::string track_id;  // of the vehicle
  std::string key_frame_id;
  WallTime time;       // of the reading that was surest
  std::string text;    // as read
  std::string plain;   // plain_plate(text): what is searched
  std::string region;  // country or region; empty: not known
  float confidence = 0;
  Box box;  // of the plate, else of the vehicle
  bool operator==(const PlateRead&) const = default;
};

// Tracks that seem to show the same one: a guess with a similarity, never a certainty.
struct Subject {
  std::uint64_t id = 0;
  std::string label;
  WallTime first_seen, last_seen;
  std::uint64_t tracks = 0;
  float similarity = 1;  // the least among its tracks
  bool operator==(const Subject&) const = default;
};

// What a track looked like, as the numbers that re-identification compares.
struct Embedding {
  std::string id;  // the track's
  std::string run_id;
  std::string camera_id;
  WallTime time;
  std::string label;
  std::string model;          // only embeddings of one model compare
  std::vector<float> values;  // of unit length
  bool operator==(const Embedding&) const = default;
};

// The boxes of one track over some time.
struct BoxSegment {
  std::string id;  // segment_key()
  std::string track_id;
  std::string run_id;
  std::string camera_id;
  std::string label;
  WallTime from, to;        // of the first and the last box
  std::uint64_t boxes = 0;  // how many
  std::string coded;        // encode_boxes()
  bool operator==(const BoxSegment&) const = default;
};

std::string track_key(std::string_view run_id, std::uint64_t number);
std::string frame_key(std::string_view run_id, std::uint64_t sequence);
std::string object_key(std::string_view track_id, std::uint64_t sequence);
std::string segment_key(std::string_view track_id, std::uint64_t index);

// Upper-case letters and digits of a plate, without blanks and signs: "m-ab 12" is "MAB12". Other bytes above 127 stay.
std::string plain_plate(std::string_view text);

// The value of the first attribute with one of the names that say what kind of its class an object is ("vehicle_type",
// "person_type", "type"); empty when there is none that is known.
std::string specific_type(const std::vector<Attribute>& attributes);

// Whether the point lies inside (even-odd rule). False for fewer than three corners.
bool inside(const Polygon& polygon, Point point);

// Cosine of the angle between two vectors; 0 when they differ in length or one has none.
double cosine(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace vigil::model
