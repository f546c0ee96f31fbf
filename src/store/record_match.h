#pragma once

#include "store/records.h"
#include "store/uploads.h"

// Whether a record is what a query asks for, leaving the page aside.

namespace vigil::store {

bool matches(const RunQuery& query, const model::Run& run);
bool matches(const TrackQuery& query, const model::TrackRecord& track);
bool matches(const ObjectQuery& query, const model::DetectedObject& object);
bool matches(const KeyFrameQuery& query, const model::KeyFrame& frame);
bool matches(const PlateQuery& query, const model::PlateRead& plate);
bool matches(const FoundPlateQuery& query, const model::FoundPlate& plate);  // but for its owner
bool matches(const SceneQuery& query, const model::SceneRecord& scene);
bool matches(const SimilarQuery& query, const model::Embedding& embedding);
bool matches(const BoxQuery& query, const model::BoxSegment& segment);

// InvalidArgument when more is named than kMaxChoices, an area has more than 64 corners, or the numbers are out of
// range.
Result<void> check(const RecordScope& scope);
Result<void> check(const TrackQuery& query);
Result<void> check(const ObjectQuery& query);
Result<void> check(const PlateQuery& query);

// InvalidArgument when no subject ids can be set aside from `first` on.
Result<void> check_reservation(std::uint64_t first, std::uint64_t count);

// Keeps the most similar of what it is offered.
class Nearest {
 public:
  explicit Nearest(const SimilarQuery& query) : query_(query) {}
  void offer(model::Embedding embedding);
  std::vector<SimilarTrack> take();  // the most similar first

 private:
  void shorten(std::size_t length);
  const SimilarQuery& query_;
  std::vector<SimilarTrack> found_;
};

int page_limit(const PageRequest& page);  // 1..kMaxPage

}  // namespace vigil::store
