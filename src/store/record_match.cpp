#include "store/record_match.h"

#include <algorithm>

#include "base/edit_distance.h"

namespace vigil::store {
namespace {

constexpr std::size_t kMaxCorners = 64;
constexpr int kMaxEdits = 3;
constexpr std::size_t kMaxPlate = 32;

bool one_of(const std::vector<std::string>& wanted, const std::string& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool equal(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

template <typename Record>
bool in_scope(const RecordScope& scope, const Record& record, WallTime begin, WallTime end) {
  return one_of(scope.cameras, record.camera_id) && equal(scope.run_id, record.run_id) &&
         (!scope.from || end >= *scope.from) && (!scope.to || begin < *scope.to);
}

Error too_much(const char* what) {
  return make_error(ErrorKind::InvalidArgument, what, "records.query");
}

}  // namespace

bool matches(const RunQuery& query, const model::Run& run) {
  const auto& scope = query.scope;
  return one_of(scope.cameras, run.camera_id) && equal(scope.run_id, run.id) &&
         (!scope.from || run.last >= *scope.from) && (!scope.to || run.began < *scope.to);
}

bool matches(const TrackQuery& query, const model::TrackRecord& track) {
  auto has = [&](const auto& wanted) {
    return std::any_of(track.attributes.begin(), track.attributes.end(), [&](const auto& attribute) {
      return attribute.name == wanted.first && attribute.value == wanted.second;
    });
  };
  auto in_area = [&](const model::Point& point) { return model::inside(query.area, point); };
  return in_scope(query.scope, track, track.first_seen, track.last_seen) && one_of(query.labels, track.label) &&
         equal(query.specific_type, track.specific_type) && double{track.best_score} >= query.min_score &&
         (query.subject == 0 || query.subject == track.subject) &&
         (!query.stationary || *query.stationary == track.stationary) && equal(query.zone, track.zone) &&
         std::all_of(query.attributes.begin(), query.attributes.end(), has) &&
         (query.area.empty() || std::any_of(track.path.begin(), track.path.end(), in_area));
}

bool matches(const ObjectQuery& query, const model::DetectedObject& object) {
  return in_scope(query.scope, object, object.time, object.time) && one_of(query.labels, object.label) &&
         equal(query.specific_type, object.specific_type) && double{object.confidence} >= query.min_confidence &&
         equal(query.track_id, object.track_id) && equal(query.key_frame_id, object.key_frame_id) &&
         equal(query.zone, object.zone) &&
         (query.area.empty() || model::inside(query.area, {object.foot_x, object.foot_y}));
}

bool matches(const KeyFrameQuery& query, const model::KeyFrame& frame) {
  return in_scope(query.scope, frame, frame.time, frame.time);
}

bool matches(const PlateQuery& query, const model::PlateRead& plate) {
  if (!in_scope(query.scope, plate, plate.time, plate.time) || !equal(query.track_id, plate.track_id)) return false;
  const auto wanted = model::plain_plate(query.text);
  if (wanted.empty()) return query.text.empty();
  switch (query.match) {
    case PlateMatch::Exact:
      return plate.plain == wanted;
    case PlateMatch::Prefix:
      return plate.plain.starts_with(wanted);
    case PlateMatch::Fuzzy:
      break;
  }
  return plate.plain.size() <= kMaxPlate * 2 &&
         edit_distance(plate.plain, wanted) <= static_cast<std::size_t>(query.max_edits);
}

bool matches(const FoundPlateQuery& query, const model::FoundPlate& plate) {
  model::PlateRead read;
  read.time = plate.handed_in;
  read.plain = plate.plain;
  auto wanted = query.plate;
  wanted.scope.cameras.clear();
  wanted.scope.run_id.clear();
  wanted.track_id.clear();
  return equal(query.asset, plate.asset_id) && matches(wanted, read);
}

bool matches(const SceneQuery& query, const model::SceneRecord& scene) {
  return in_scope(query.scope, scene, scene.time, scene.time) && equal(query.type, scene.type);
}

bool matches(const SimilarQuery& query, const model::Embedding& embedding) {
  return in_scope(query.scope, embedding, embedding.time, embedding.time) && embedding.model == query.model;
}

bool matches(const BoxQuery& query, const model::BoxSegment& segment) {
  return in_scope(query.scope, segment, segment.from, segment.to) && equal(query.track_id, segment.track_id);
}

Result<void> check(const RecordScope& scope) {
  if (scope.cameras.size() > kMaxChoices) return too_much("too many cameras are named in one query");
  return {};
}

Result<void> check(const TrackQuery& query) {
  VIGIL_TRY(check(query.scope));
  if (query.labels.size() > kMaxChoices) return too_much("too many labels are named in one query");
  if (query.attributes.size() > kMaxChoices) return too_much("too many attributes are named in one query");
  if (query.area.size() > kMaxCorners) return too_much("an area has at most 64 corners");
  return {};
}

Result<void> check(const ObjectQuery& query) {
  VIGIL_TRY(check(query.scope));
  if (query.labels.size() > kMaxChoices) return too_much("too many labels are named in one query");
  if (query.area.size() > kMaxCorners) return too_much("an area has at most 64 corners");
  return {};
}

Result<void> check_reservation(std::uint64_t first, std::uint64_t count) {
  if (count == 0 || count > kDrawnSubjects || first > kDrawnSubjects - count) {
    return make_error(ErrorKind::InvalidArgument, "so many subject ids cannot be set aside", "records.subjects");
  }
  return {};
}

Result<void> check(const PlateQuery& query) {
  VIGIL_TRY(check(query.scope));
  if (query.text.size() > kMaxPlate) return too_much("a plate has at most 32 characters");
  if (query.max_edits < 0 || query.max_edits > kMaxEdits) return too_much("between 0 and 3 edits are allowed");
  return {};
}

void Nearest::offer(model::Embedding embedding) {
  if (!matches(query_, embedding) || embedding.values.size() != query_.values.size()) return;
  const double similarity = model::cosine(query_.values, embedding.values);
  if (similarity < query_.min_similarity) return;
  found_.push_back({std::move(embedding), similarity});
  if (found_.size() >= std::size_t{2} * kMaxPage) shorten(kMaxPage);
}

std::vector<SimilarTrack> Nearest::take() {
  shorten(std::clamp<std::size_t>(query_.limit, 1, kMaxPage));
  return std::move(found_);
}

void Nearest::shorten(std::size_t length) {
  std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.embedding.id < b.embedding.id;
  });
  if (found_.size() > length) found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(length), found_.end());
}

int page_limit(const PageRequest& page) {
  return std::clamp(page.limit, 1, kMaxPage);
}

}  // namespace vigil::store
