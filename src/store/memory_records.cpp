#include "store/memory_records.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/sync.h"
#include "store/record_match.h"
#include "store/track_numbers.h"

namespace vigil::store {
namespace {

Error none(const char* what) {
  return make_error(ErrorKind::NotFound, std::string("there is no such ") + what, "records.not_found");
}

template <typename T>
using Kept = std::map<std::string, T>;

struct Everything {
  Mutex mutex;
  Kept<model::Run> runs VIGIL_GUARDED_BY(mutex);
  Kept<model::TrackRecord> tracks VIGIL_GUARDED_BY(mutex);
  Kept<model::KeyFrame> key_frames VIGIL_GUARDED_BY(mutex);
  Kept<model::DetectedObject> objects VIGIL_GUARDED_BY(mutex);
  Kept<model::SceneRecord> scenes VIGIL_GUARDED_BY(mutex);
  Kept<model::PlateRead> plates VIGIL_GUARDED_BY(mutex);
  Kept<model::Embedding> embeddings VIGIL_GUARDED_BY(mutex);
  Kept<model::BoxSegment> segments VIGIL_GUARDED_BY(mutex);
  std::uint64_t newest_subject VIGIL_GUARDED_BY(mutex) = 0;
  std::map<std::string, std::uint64_t> newest_track VIGIL_GUARDED_BY(mutex);  // by camera
};

WallTime begin_of(const model::Run& run) {
  return run.began;
}
WallTime begin_of(const model::TrackRecord& track) {
  return track.first_seen;
}
template <typename T>
WallTime begin_of(const T& record) {
  return record.time;
}

WallTime end_of(const model::Run& run) {
  return run.last;
}
WallTime end_of(const model::TrackRecord& track) {
  return track.last_seen;
}
WallTime end_of(const model::BoxSegment& segment) {
  return segment.to;
}
template <typename T>
WallTime end_of(const T& record) {
  return record.time;
}

bool replaces(const model::Run& fresh, const model::Run& old) {
  return fresh.frames > old.frames || (fresh.frames == old.frames && (!old.ended || fresh.ended));
}
bool replaces(const model::TrackRecord& fresh, const model::TrackRecord& old) {
  return fresh.frames > old.frames || (fresh.frames == old.frames && fresh.ended >= old.ended);
}
bool replaces(const model::PlateRead& fresh, const model::PlateRead& old) {
  return fresh.time >= old.time;
}
bool replaces(const model::Embedding& fresh, const model::Embedding& old) {
  return fresh.time >= old.time;
}
bool replaces(const model::BoxSegment& fresh, const model::BoxSegment& old) {
  return fresh.boxes >= old.boxes;
}
template <typename T>
bool replaces(const T&, const T&) {
  return true;
}

template <typename T>
void put(Kept<T>& kept, const std::vector<T>& records) {
  for (const auto& record : records) {
    auto [place, fresh] = kept.emplace(record.id, record);
    if (!fresh && replaces(record, place->second)) place->second = record;
  }
}

template <typename T, typename Query>
Page<T> page_of(const Kept<T>& kept, const Query& query) {
  std::vector<std::tuple<WallTime, std::string, const T*>> found;
  for (const auto& [id, record] : kept) {
    if (!matches(query, record)) continue;
    const auto& after = query.page.after;
    if (after && std::tuple(begin_of(record), id) >= std::tuple(after->time, after->id)) continue;
    found.emplace_back(begin_of(record), id, &record);
  }
  std::sort(found.rbegin(), found.rend());
  Page<T> page;
  for (const auto& [time, id, record] : found) {
    if (page.items.size() == static_cast<std::size_t>(page_limit(query.page))) {
      page.next = RecordCursor{begin_of(page.items.back()), page.items.back().id};
      break;
    }
    page.items.push_back(*record);
  }
  return page;
}

template <typename T>
Result<T> one_of(const Kept<T>& kept, const std::string& id, const char* what) {
  auto found = kept.find(id);
  if (found == kept.end()) return none(what);
  return found->second;
}

class Log final : public RecordLog {
 public:
  explicit Log(Everything& all) : all_(all) {}

  Result<void> write(const RecordBatch& batch) override {
    MutexLock lock(all_.mutex);
    put(all_.runs, batch.runs);
    put(all_.tracks, batch.tracks);
    put(all_.key_frames, batch.key_frames);
    put(all_.objects, batch.objects);
    put(all_.scenes, batch.scenes);
    put(all_.plates, batch.plates);
    put(all_.embeddings, batch.embeddings);
    put(all_.segments, batch.segments);
    return {};
  }
  Result<std::vector<std::pair<std::string, std::string>>> older(RecordKind kind, WallTime before, int limit) override {
    std::vector<std::tuple<WallTime, std::string, std::string>> found;
    with(kind, [&](const auto& kept) {
      for (const auto& [id, record] : kept) {
        if (end_of(record) < before) found.emplace_back(end_of(record), id, path_of(record));
      }
    });
    std::sort(found.begin(), found.end());
    std::vector<std::pair<std::string, std::string>> out;
    for (auto& [time, id, path] : found) {
      if (out.size() < static_cast<std::size_t>(std::max(limit, 1))) out.emplace_back(id, path);
    }
    return out;
  }
  Result<void> remove(RecordKind kind, const std::vector<std::string>& ids) override {
    with(kind, [&](auto& kept) {
      for (const auto& id : ids) kept.erase(id);
    });
    return {};
  }
  Result<std::uint64_t> count(RecordKind kind) override {
    std::uint64_t count = 0;
    with(kind, [&](const auto& kept) { count = kept.size(); });
    return count;
  }

 private:
  static std::string path_of(const model::KeyFrame& frame) { return frame.path; }
  template <typename T>
  static std::string path_of(const T&) {
    return "";
  }
  template <typename Action>
  void with(RecordKind kind, Action action) {
    MutexLock lock(all_.mutex);
    switch (kind) {
      case RecordKind::Run:
        return action(all_.runs);
      case RecordKind::Track:
        return action(all_.tracks);
      case RecordKind::KeyFrame:
        return action(all_.key_frames);
      case RecordKind::Object:
        return action(all_.objects);
      case RecordKind::Scene:
        return action(all_.scenes);
      case RecordKind::Plate:
        return action(all_.plates);
      case RecordKind::Embedding:
        return action(all_.embeddings);
      case RecordKind::Segment:
        return action(all_.segments);
    }
  }
  Everything& all_;
};

class Runs final : public RunRepository {
 public:
  explicit Runs(Everything& all) : all_(all) {}
  Result<Page<model::Run>> find(const RunQuery& query) override {
    VIGIL_TRY(check(query.scope));
    MutexLock lock(all_.mutex);
    return page_of(all_.runs, query);
  }
  Result<model::Run> get(const std::string& id) override {
    MutexLock lock(all_.mutex);
    return one_of(all_.runs, id, "run");
  }

 private:
  Everything& all_;
};

class Tracks final : public TrackRepository {
 public:
  explicit Tracks(Everything& all) : all_(all) {}
  Result<Page<model::TrackRecord>> find(const TrackQuery& query) override {
    VIGIL_TRY(check(query));
    MutexLock lock(all_.mutex);
    return page_of(all_.tracks, query);
  }
  Result<model::TrackRecord> get(const std::string& id) override {
    MutexLock lock(all_.mutex);
    return one_of(all_.tracks, id, "track");
  }
  Result<std::vector<model::BoxSegment>> boxes(const BoxQuery& query) override {
    VIGIL_TRY(check(query.scope));
    std::vector<model::BoxSegment> out;
    MutexLock lock(all_.mutex);
    for (const auto& [id, segment] : all_.segments) {
      if (matches(query, segment)) out.push_back(segment);
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return std::tie(a.to, a.id) < std::tie(b.to, b.id); });
    out.resize(std::min<std::size_t>(out.size(), static_cast<std::size_t>(std::clamp(query.limit, 1, 10000))));
    return out;
  }
  Result<model::Embedding> embedding(const std::string& track_id) override {
    MutexLock lock(all_.mutex);
    return one_of(all_.embeddings, track_id, "embedding");
  }
  Result<std::vector<SimilarTrack>> similar(const SimilarQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Nearest nearest(query);
    MutexLock lock(all_.mutex);
    for (const auto& [id, embedding] : all_.embeddings) nearest.offer(embedding);
    return nearest.take();
  }

 private:
  Everything& all_;
};

class Pictures final : public PictureRepository {
 public:
  explicit Pictures(Everything& all) : all_(all) {}
  Result<Page<model::KeyFrame>> find(const KeyFrameQuery& query) override {
    VIGIL_TRY(check(query.scope));
    MutexLock lock(all_.mutex);
    return page_of(all_.key_frames, query);
  }
  Result<model::KeyFrame> get(const std::string& id) override {
    MutexLock lock(all_.mutex);
    return one_of(all_.key_frames, id, "key frame");
  }
  Result<Page<model::DetectedObject>> objects(const ObjectQuery& query) override {
    VIGIL_TRY(check(query));
    MutexLock lock(all_.mutex);
    return page_of(all_.objects, query);
  }
  Result<Page<model::SceneRecord>> scenes(const SceneQuery& query) override {
    VIGIL_TRY(check(query.scope));
    MutexLock lock(all_.mutex);
    return page_of(all_.scenes, query);
  }

 private:
  Everything& all_;
};

class Plates final : public PlateRepository {
 public:
  explicit Plates(Everything& all) : all_(all) {}
  Result<Page<model::PlateRead>> find(const PlateQuery& query) override {
    VIGIL_TRY(check(query));
    MutexLock lock(all_.mutex);
    return page_of(all_.plates, query);
  }

 private:
  Everything& all_;
};

class Subjects final : public SubjectRepository {
 public:
  explicit Subjects(Everything& all) : all_(all) {}

  Result<Page<model::Subject>> find(const SubjectQuery& query) override {
    if (query.labels.size() > kMaxChoices) {
      return make_error(ErrorKind::InvalidArgument, "too many labels are named in one query", "records.query");
    }
    std::vector<model::Subject> all;
    for (const auto& [id, subject] : grouped(query)) all.push_back(subject);
    auto key = [](const model::Subject& subject) { return std::tuple(subject.last_seen, subject.id); };
    std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) > key(b); });
    Page<model::Subject> page;
    for (const auto& subject : all) {
      const auto& after = query.page.after;
      if (after && key(subject) >= std::tuple(after->time, std::strtoull(after->id.c_str(), nullptr, 10))) continue;
      if (page.items.size() == static_cast<std::size_t>(page_limit(query.page))) {
        page.next = RecordCursor{page.items.back().last_seen, std::to_string(page.items.back().id)};
        break;
      }
      page.items.push_back(subject);
    }
    return page;
  }
  Result<model::Subject> get(std::uint64_t id) override {
    auto all = grouped({});
    auto found = all.find(id);
    if (found == all.end()) return none("subject");
    return found->second;
  }
  Result<std::vector<KnownLook>> looks(WallTime from, int limit) override {
    std::vector<KnownLook> out;
    {
      MutexLock lock(all_.mutex);
      for (const auto& [id, embedding] : all_.embeddings) {
        const auto track = all_.tracks.find(id);
        if (track == all_.tracks.end() || track->second.subject == 0 || track->second.last_seen < from) continue;
        const auto& seen = track->second;
        out.push_back({embedding, seen.number, seen.first_seen, seen.last_seen, seen.subject});
      }
    }
    auto key = [](const KnownLook& look) { return std::tuple(look.last_seen, look.embedding.id); };
    std::sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return key(a) > key(b); });
    if (out.size() > static_cast<std::size_t>(std::clamp(limit, 1, kMaxKnownLooks))) {
      out.resize(static_cast<std::size_t>(std::clamp(limit, 1, kMaxKnownLooks)));
    }
    return out;
  }
  Result<std::uint64_t> reserve(std::uint64_t least, std::uint64_t count) override {
    VIGIL_TRY(check_reservation(least, count));
    MutexLock lock(all_.mutex);
    auto first = std::max(all_.newest_subject + 1, least);
    for (const auto& [id, track] : all_.tracks) {
      if (track.subject < kDrawnSubjects) first = std::max(first, track.subject + 1);
    }
    VIGIL_TRY(check_reservation(first, count));
    all_.newest_subject = first + count - 1;
    return first;
  }

 private:
  std::map<std::uint64_t, model::Subject> grouped(const SubjectQuery& query) {
    TrackQuery tracks;
    tracks.scope.from = query.from;
    tracks.scope.to = query.to;
    tracks.labels = query.labels;
    std::map<std::uint64_t, model::Subject> out;
    MutexLock lock(all_.mutex);
    for (const auto& [id, track] : all_.tracks) {
      if (track.subject == 0 || !matches(tracks, track)) continue;
      auto [place, fresh] = out.try_emplace(track.subject);
      auto& subject = place->second;
      if (fresh) subject = {track.subject, track.label, track.first_seen, track.last_seen, 0, track.subject_similarity};
      subject.label = std::max(subject.label, track.label);
      subject.first_seen = std::min(subject.first_seen, track.first_seen);
      subject.last_seen = std::max(subject.last_seen, track.last_seen);
      subject.similarity = std::min(subject.similarity, track.subject_similarity);
      ++subject.tracks;
    }
    return out;
  }
  Everything& all_;
};

class TrackNumbers final : public TrackNumberRepository {
 public:
  explicit TrackNumbers(Everything& all) : all_(all) {}
  Result<std::uint64_t> reserve(const std::string& camera_id, std::uint64_t least, std::uint64_t count) override {
    VIGIL_TRY(check_track_numbers(least, count));
    MutexLock lock(all_.mutex);
    auto [newest, fresh] = all_.newest_track.try_emplace(camera_id, 0);
    for (const auto& [id, track] : all_.tracks) {
      if (!fresh || track.camera_id != camera_id || track.number >= kDrawnTracks) continue;
      newest->second = std::max(newest->second, track.number);
    }
    const auto first = std::max(newest->second + 1, least);
    VIGIL_TRY(check_track_numbers(first, count));
    newest->second = first + count - 1;
    return first;
  }
  Result<void> release(const std::string& camera_id, std::uint64_t end, std::uint64_t next) override {
    if (next == 0 || next >= end) return {};
    MutexLock lock(all_.mutex);
    const auto found = all_.newest_track.find(camera_id);
    if (found != all_.newest_track.end() && found->second == end - 1) found->second = next - 1;
    return {};
  }

 private:
  Everything& all_;
};

class MemoryRecords final : public Records {
 public:
  RecordLog& log() override { return log_; }
  RunRepository& runs() override { return runs_; }
  TrackRepository& tracks() override { return tracks_; }
  PictureRepository& pictures() override { return pictures_; }
  PlateRepository& plates() override { return plates_; }
  SubjectRepository& subjects() override { return subjects_; }
  TrackNumberRepository& track_numbers() override { return track_numbers_; }

 private:
  Everything all_;
  Log log_{all_};
  Runs runs_{all_};
  Tracks tracks_{all_};
  Pictures pictures_{all_};
  Plates plates_{all_};
  Subjects subjects_{all_};
  TrackNumbers track_numbers_{all_};
};

}  // namespace

std::unique_ptr<Records> make_memory_records() {
  return std::make_unique<MemoryRecords>();
}

}  // namespace vigil::store
