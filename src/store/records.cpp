#include "store/records.h"

namespace vigil::store {

std::size_t RecordBatch::size() const {
  return runs.size() + tracks.size() + key_frames.size() + objects.size() + scenes.size() + plates.size() +
         embeddings.size() + segments.size();
}

const char* to_string(RecordKind kind) {
  switch (kind) {
    case RecordKind::Run:
      return "runs";
    case RecordKind::Track:
      return "tracks";
    case RecordKind::KeyFrame:
      return "key_frames";
    case RecordKind::Object:
      return "objects";
    case RecordKind::Scene:
      return "scenes";
    case RecordKind::Plate:
      return "plates";
    case RecordKind::Embedding:
      return "embeddings";
    case RecordKind::Segment:
      return "segments";
  }
  return "";
}

}  // namespace vigil::store
