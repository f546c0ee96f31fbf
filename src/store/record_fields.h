#pragma once

#include <type_traits>

#include "model/records.h"

// What each kind of record is made of, told once: the columns of its table, in this order, are also what the spool
// writes. A visitor is called with the name and the member of each; a box counts as four numbers.

namespace vigil::store {

template <typename T>
struct RecordTable;

template <>
struct RecordTable<model::Run> {
  static constexpr const char* kName = "runs";
  static constexpr const char* kTime = "began";      // pages are ordered by it
  static constexpr const char* kEnd = "last_frame";  // retention goes by it
  // When what is written replaces what is there.
  static constexpr const char* kReplaces =
      "excluded.frames > runs.frames OR (excluded.frames = runs.frames AND (runs.ended IS NULL OR excluded.ended IS "
      "NOT "
      "NULL))";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& run) {
    visit("id", run.id);
    visit("camera_id", run.camera_id);
    visit("model", run.model);
    visit("device", run.device);
    visit("began", run.began);
    visit("last_frame", run.last);
    visit("ended", run.ended);
    visit("width", run.width);
    visit("height", run.height);
    visit("frames", run.frames);
    visit("detected", run.detected);
    visit("lost", run.lost);
    visit("tracks", run.tracks);
    visit("detections", run.detections);
    visit("latency_mean", run.latency_mean_ms);
    visit("latency_p50", run.latency_p50_ms);
    visit("latency_p95", run.latency_p95_ms);
    visit("latency_p99", run.latency_p99_ms);
  }
};

template <>
struct RecordTable<model::TrackRecord> {
  static constexpr const char* kName = "tracks";
  static constexpr const char* kTime = "first_seen";
  static constexpr const char* kEnd = "last_seen";
  static constexpr const char* kReplaces =
      "excluded.frames > tracks.frames OR (excluded.frames = tracks.frames AND excluded.ended >= tracks.ended)";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& track) {
    visit("id", track.id);
    visit("run_id", track.run_id);
    visit("camera_id", track.camera_id);
    visit("number", track.number);
    visit("label", track.label);
    visit("specific_type", track.specific_type);
    visit("first_seen", track.first_seen);
    visit("last_seen", track.last_seen);
    visit("frames", track.frames);
    visit("best_score", track.best_score);
    visit("stationary", track.stationary);
    visit("ended", track.ended);
    visit("best", track.best_box);
    visit("key_frame_id", track.key_frame_id);
    visit("path", track.path);
    visit("subject", track.subject);
    visit("similarity", track.subject_similarity);
    visit("attributes", track.attributes);
    visit("zone", track.zone);
  }
};

template <>
struct RecordTable<model::KeyFrame> {
  static constexpr const char* kName = "key_frames";
  static constexpr const char* kTime = "time";
  static constexpr const char* kEnd = "time";
  static constexpr const char* kReplaces = "1 = 1";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& frame) {
    visit("id", frame.id);
    visit("run_id", frame.run_id);
    visit("camera_id", frame.camera_id);
    visit("sequence", frame.sequence);
    visit("time", frame.time);
    visit("width", frame.width);
    visit("height", frame.height);
    visit("path", frame.path);
    visit("bytes", frame.bytes);
  }
};

template <>
struct RecordTable<model::DetectedObject> {
  static constexpr const char* kName = "objects";
  static constexpr const char* kTime = "time";
  static constexpr const char* kEnd = "time";
  static constexpr const char* kReplaces = "1 = 1";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& object) {
    visit("id", object.id);
    visit("key_frame_id", object.key_frame_id);
    visit("track_id", object.track_id);
    visit("run_id", object.run_id);
    visit("camera_id", object.camera_id);
    visit("time", object.time);
    visit("label", object.label);
    visit("specific_type", object.specific_type);
    visit("confidence", object.confidence);
    visit("box", object.box);
    visit("foot_x", object.foot_x);
    visit("foot_y", object.foot_y);
    visit("mask", object.mask);
    visit("embedding_id", object.embedding_id);
    visit("zone", object.zone);
  }
};

template <>
struct RecordTable<model::SceneRecord> {
  static constexpr const char* kName = "scenes";
  static constexpr const char* kTime = "time";
  static constexpr const char* kEnd = "time";
  static constexpr const char* kReplaces = "1 = 1";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& scene) {
    visit("id", scene.id);
    visit("run_id", scene.run_id);
    visit("camera_id", scene.camera_id);
    visit("key_frame_id", scene.key_frame_id);
    visit("time", scene.time);
    visit("type", scene.type);
    visit("description", scene.description);
    visit("confidence", scene.confidence);
    visit("model", scene.model);
  }
};

template <>
struct RecordTable<model::PlateRead> {
  static constexpr const char* kName = "plates";
  static constexpr const char* kTime = "time";
  static constexpr const char* kEnd = "time";
  static constexpr const char* kReplaces = "excluded.time >= plates.time";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& plate) {
    visit("id", plate.id);
    visit("run_id", plate.run_id);
    visit("camera_id", plate.camera_id);
    visit("track_id", plate.track_id);
    visit("key_frame_id", plate.key_frame_id);
    visit("time", plate.time);
    visit("text", plate.text);
    visit("plain", plate.plain);
    visit("region", plate.region);
    visit("confidence", plate.confidence);
    visit("box", plate.box);
  }
};

template <>
struct RecordTable<model::Embedding> {
  static constexpr const char* kName = "embeddings";
  static constexpr const char* kTime = "time";
  static constexpr const char* kEnd = "time";
  static constexpr const char* kReplaces = "excluded.time >= embeddings.time";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& embedding) {
    visit("id", embedding.id);
    visit("run_id", embedding.run_id);
    visit("camera_id", embedding.camera_id);
    visit("time", embedding.time);
    visit("label", embedding.label);
    visit("model", embedding.model);
    visit("vector", embedding.values);
  }
};

// The bytes of a field that are not text.
template <typename String>
struct Bytes {
  String& bytes;
};

template <>
struct RecordTable<model::BoxSegment> {
  static constexpr const char* kName = "segments";
  static constexpr const char* kTime = "from_time";
  static constexpr const char* kEnd = "to_time";
  static constexpr const char* kReplaces = "excluded.boxes >= segments.boxes";
  template <typename Visitor, typename Record>
  static void fields(Visitor& visit, Record& segment) {
    visit("id", segment.id);
    visit("track_id", segment.track_id);
    visit("run_id", segment.run_id);
    visit("camera_id", segment.camera_id);
    visit("label", segment.label);
    visit("from_time", segment.from);
    visit("to_time", segment.to);
    visit("boxes", segment.boxes);
    visit("coded", Bytes<std::remove_reference_t<decltype((segment.coded))>>{segment.coded});
  }
};

}  // namespace vigil::store
