#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/polygon.h"
#include "model/records.h"

// What was seen, as it is kept and found again. Like the other repositories: thread-safe, and they block for as long as
// the database needs.

namespace vigil::store {

// Records that are written together or not at all.
struct RecordBatch {
  std::vector<model::Run> runs;
  std::vector<model::TrackRecord> tracks;
  std::vector<model::KeyFrame> key_frames;
  std::vector<model::DetectedObject> objects;
  std::vector<model::SceneRecord> scenes;
  std::vector<model::PlateRead> plates;
  std::vector<model::Embedding> embeddings;
  std::vector<model::BoxSegment> segments;

  std::size_t size() const;
  bool operator==(const RecordBatch&) const = default;
};

enum class RecordKind { Run, Track, KeyFrame, Object, Scene, Plate, Embedding, Segment };
inline constexpr int kRecordKinds = 8;
const char* to_string(RecordKind kind);  // "runs", "tracks", "key_frames", …: the table's name

// Where a page of records ends: the time and the id of its last one.
struct RecordCursor {
  WallTime time;
  std::string id;
  bool operator==(const RecordCursor&) const = default;
};

// Newest first. A page may be short, or empty, although there is a next one: what is searched at once is bounded.
struct PageRequest {
  std::optional<RecordCursor> after;
  int limit = 100;  // 1..kMaxPage, cut to that
};
inline constexpr int kMaxPage = 1000;

template <typename T>
struct Page {
  std::vector<T> items;
  std::optional<RecordCursor> next;  // nothing: that was all
};

// Where and when. Times are [from, to); a record with a duration counts when it overlaps.
struct RecordScope {
  std::vector<std::string> cameras;  // empty: all; at most kMaxChoices
  std::optional<WallTime> from, to;
  std::string run_id;  // empty: all
};
inline constexpr std::size_t kMaxChoices = 100;  // cameras, labels and attributes named in one query

struct RunQuery {
  RecordScope scope;  // by begin and newest frame
  PageRequest page;
};

struct TrackQuery {
  RecordScope scope;
  std::vector<std::string> labels;  // one of these; empty: all
  std::string specific_type;
  std::vector<std::pair<std::string, std::string>> attributes;  // all of these, by name and value
  double min_score = 0;
  std::uint64_t subject = 0;  // 0: any
  std::optional<bool> stationary;
  std::string zone;     // by name
  model::Polygon area;  // a point of the path lies inside; empty: anywhere
  PageRequest page;
};

struct ObjectQuery {
  RecordScope scope;
  std::vector<std::string> labels;
  std::string specific_type;
  double min_confidence = 0;
  std::string track_id, key_frame_id;
  std::string zone;
  model::Polygon area;  // the foot lies inside
  PageRequest page;
};

struct KeyFrameQuery {
  RecordScope scope;
  PageRequest page;
};

enum class PlateMatch { Exact, Prefix, Fuzzy };
struct PlateQuery {
  RecordScope scope;
  std::string text;  // compared by plain_plate(); empty: all
  PlateMatch match = PlateMatch::Exact;
  int max_edits = 1;  // Fuzzy: 0..3
  std::string track_id;
  PageRequest page;
};

struct SceneQuery {
  RecordScope scope;
  std::string type;
  PageRequest page;
};

struct SubjectQuery {
  std::optional<WallTime> from, to;
  std::vector<std::string> labels;
  PageRequest page;
};

// The tracks whose looks are nearest.
struct SimilarQuery {
  RecordScope scope;
  std::string model;          // of the embeddings
  std::vector<float> values;  // looked for
  double min_similarity = 0.5;
  std::size_t limit = 50;  // 1..kMaxPage
};
// The newest so many embeddings of the scope are compared, one by one.
inline constexpr int kMaxCompared = 20000;

struct SimilarTrack {
  model::Embedding embedding;  // its id is the track's
  double similarity = 0;       // cosine
};

struct BoxQuery {
  RecordScope scope;
  std::string track_id;  // empty: all
  int limit = 1000;      // segments, 1..10000; the oldest first
};

// Writing and clearing away.
class RecordLog {
 public:
  virtual ~RecordLog() = default;
  // All of them or, with an error, none. What is there already is replaced, unless what is there is further on (more
  // frames): writing a batch again, or an older one after a newer, changes nothing.
  virtual Result<void> write(const RecordBatch& batch) = 0;
  // Ids of records that ended before `before`, oldest first; for key frames with the path of their file, else empty.
  virtual Result<std::vector<std::pair<std::string, std::string>>> older(RecordKind kind, WallTime before,
                                                                         int limit) = 0;
  virtual Result<void> remove(RecordKind kind, const std::vector<std::string>& ids) = 0;
  virtual Result<std::uint64_t> count(RecordKind kind) = 0;
};

class RunRepository {
 public:
  virtual ~RunRepository() = default;
  virtual Result<Page<model::Run>> find(const RunQuery& query) = 0;
  virtual Result<model::Run> get(const std::string& id) = 0;  // NotFound
};

class TrackRepository {
 public:
  virtual ~TrackRepository() = default;
  virtual Result<Page<model::TrackRecord>> find(const TrackQuery& query) = 0;
  virtual Result<model::TrackRecord> get(const std::string& id) = 0;  // NotFound
  virtual Result<std::vector<model::BoxSegment>> boxes(const BoxQuery& query) = 0;
  virtual Result<model::Embedding> embedding(const std::string& track_id) = 0;  // NotFound
  virtual Result<std::vector<SimilarTrack>> similar(const SimilarQuery& query) = 0;
};

class PictureRepository {
 public:
  virtual ~PictureRepository() = default;
  virtual Result<Page<model::KeyFrame>> find(const KeyFrameQuery& query) = 0;
  virtual Result<model::KeyFrame> get(const std::string& id) = 0;  // NotFound
  virtual Result<Page<model::DetectedObject>> objects(const ObjectQuery& query) = 0;
  virtual Result<Page<model::SceneRecord>> scenes(const SceneQuery& query) = 0;
};

class PlateRepository {
 public:
  virtual ~PlateRepository() = default;
  virtual Result<Page<model::PlateRead>> find(const PlateQuery& query) = 0;
};

// A track whose look is kept, and who it seemed to show.
struct KnownLook {
  model::Embedding embedding;
  std::uint64_t number = 0;  // of the track on its camera
  WallTime first_seen, last_seen;
  std::uint64_t subject = 0;
  bool operator==(const KnownLook&) const = default;
};
inline constexpr int kMaxKnownLooks = 20000;

// Made of the tracks that name them.
class SubjectRepository {
 public:
  virtual ~SubjectRepository() = default;
  virtual Result<Page<model::Subject>> find(const SubjectQuery& query) = 0;
  virtual Result<model::Subject> get(std::uint64_t id) = 0;  // NotFound
  // Of tracks last seen at `from` or later, the newest first; at most `limit`, and kMaxKnownLooks.
  virtual Result<std::vector<KnownLook>> looks(WallTime from, int limit) = 0;
  // Sets `count` ids aside, which nobody gets again, also after what bore them was cleared away: the first of them, at
  // least `least` and beyond all below kDrawnSubjects that tracks bear. InvalidArgument when `count` is 0, and when the
  // ids would reach kDrawnSubjects.
  virtual Result<std::uint64_t> reserve(std::uint64_t least, std::uint64_t count) = 0;
};
// Ids from here on, up to 53 bits, are drawn by lot where nobody can be asked for one.
inline constexpr std::uint64_t kDrawnSubjects = std::uint64_t{1} << 52;

class TrackNumberRepository;  // store/track_numbers.h

class Records {
 public:
  virtual ~Records() = default;
  virtual RecordLog& log() = 0;
  virtual RunRepository& runs() = 0;
  virtual TrackRepository& tracks() = 0;
  virtual PictureRepository& pictures() = 0;
  virtual PlateRepository& plates() = 0;
  virtual SubjectRepository& subjects() = 0;
  virtual TrackNumberRepository& track_numbers() = 0;
};

}  // namespace vigil::store
