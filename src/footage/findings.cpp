#include "footage/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "model/box_track.h"
#include "records/batch_codec.h"

namespace vigil::footage {
namespace {

constexpr std::size_t kPartBytes = 1u << 20;  // of boxes, in one blob
constexpr const char* kBoxes = "boxes_";
constexpr auto kWindow = std::chrono::minutes(2);

// Every box is kept, and nothing is written twice before it is over: nobody looks at findings that are being made.
records::ChannelConfig channel_config() {
  records::ChannelConfig out;
  out.stationary_boxes = Nanos(0);
  out.silent = std::chrono::minutes(1);  // pictures may be ten seconds apart
  out.track_update = out.run_update = std::chrono::hours(24 * 365);
  return out;
}

std::int64_t milliseconds(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Error broken() {
  return make_error(ErrorKind::DataLoss, "What was found in the video cannot be read: analyse it again.",
                    "found.broken");
}

Result<store::RecordBatch> read_batch(blob::Store& blobs, const model::JobOutput& output) {
  VIGIL_ASSIGN(const auto key, blob::Key::parse(output.key));
  std::string bytes;
  const auto append = [&](std::string_view piece) -> Result<void> {
    if (bytes.size() + piece.size() > blob::kMaxPiece) return broken();
    bytes += piece;
    return {};
  };
  VIGIL_TRY(blob::read_all(blobs, key, append));
  auto batch = records::decode(bytes);
  return batch ? std::move(batch) : Result<store::RecordBatch>(broken());
}

template <typename T>
std::vector<T> values(const std::map<std::string, T>& by_id) {
  std::vector<T> out;
  for (const auto& [id, value] : by_id) out.push_back(value);
  return out;
}

// A blob of boxes, and of when they are.
struct Part {
  const model::JobOutput* output = nullptr;
  WallTime from, to;
  std::optional<store::RecordBatch> batch;
};

Result<std::vector<Part>> parts_of(const std::vector<model::JobOutput>& outputs) {
  std::vector<Part> out;
  for (const auto& output : outputs) {
    if (!output.name.starts_with(kBoxes)) continue;
    const auto facts = parse_json(output.facts, {.max_bytes = 4096, .max_depth = 2});
    if (!facts || !facts->is_object()) return broken();
    const auto first = facts->find("from_ms"), last = facts->find("to_ms");
    if (first == facts->end() || last == facts->end() || !first->is_number_integer() || !last->is_number_integer()) {
      return broken();
    }
    // The milliseconds were cut off.
    out.push_back({&output, WallTime(std::chrono::milliseconds(first->get<std::int64_t>())),
                   WallTime(std::chrono::milliseconds(last->get<std::int64_t>() + 1)), std::nullopt});
  }
  return out;
}

// Adds the segment's boxes of that time to the moments.
Result<void> add(const model::BoxSegment& segment, WallTime from, WallTime until,
                 std::map<std::uint64_t, SeenFrame>& frames) {
  if (segment.from >= until || segment.to < from) return {};
  const auto dot = segment.track_id.find_last_not_of("0123456789");
  std::uint64_t number = 0;
  for (auto at = dot == std::string::npos ? 0 : dot + 1; at < segment.track_id.size(); ++at) {
    number = number * 10 + static_cast<std::uint64_t>(segment.track_id[at] - '0');
  }
  auto boxes = model::decode_boxes(segment.coded);
  if (!boxes) return broken();
  for (const auto& box : *boxes) {
    if (box.time < from || box.time >= until) continue;
    auto& frame = frames[box.sequence];
    frame.sequence = box.sequence;
    frame.time = box.time;
    frame.objects.push_back({number, segment.label, box});
  }
  return {};
}

}  // namespace

FindingsWriter::FindingsWriter(blob::Store& blobs, std::string asset, std::string folder)
    : blobs_(blobs), folder_(std::move(folder)), channel_(std::move(asset), channel_config(), nullptr) {}

Result<void> FindingsWriter::add(const model::Observation& seen) {
  channel_.observe(seen);
  return collect(false);
}

Result<void> FindingsWriter::collect(bool everything) {
  store::RecordBatch batch;
  everything ? channel_.finish(batch) : channel_.collect(batch);
  if (!batch.runs.empty()) run_ = batch.runs.back();
  for (auto& track : batch.tracks) {
    const auto id = track.id;
    tracks_[id] = std::move(track);
  }
  for (auto& plate : batch.plates) {
    const auto id = plate.id;
    plates_[id] = std::move(plate);
  }
  std::move(batch.scenes.begin(), batch.scenes.end(), std::back_inserter(scenes_));
  for (auto& segment : batch.segments) {
    box_bytes_ += segment.coded.size() + 100;
    boxes_.push_back(std::move(segment));
  }
  if (tracks_.size() > kMostTracks) {
    return make_error(ErrorKind::PayloadTooLarge,
                      fmt::format("More than {} things are to be seen in the video: look for fewer classes, or at a "
                                  "shorter part.",
                                  kMostTracks),
                      "found.too_much");
  }
  return box_bytes_ >= kPartBytes || (everything && !boxes_.empty()) ? put_boxes() : Result<void>();
}

Result<void> FindingsWriter::put(const std::string& name, const std::string& bytes, std::string facts) {
  VIGIL_ASSIGN(const auto key, blob::Key::parse(fmt::format("metadata/{}/{}", folder_, name)));
  VIGIL_TRY(blobs_.put(key, bytes));
  outputs_.push_back({name, key.text(), bytes.size(), "application/octet-stream", std::move(facts)});
  return {};
}

Result<void> FindingsWriter::put_boxes() {
  auto from = boxes_.front().from, to = boxes_.front().to;
  std::uint64_t count = 0;
  for (const auto& segment : boxes_) {
    from = std::min(from, segment.from);
    to = std::max(to, segment.to);
    count += segment.boxes;
  }
  store::RecordBatch batch;
  batch.segments = std::exchange(boxes_, {});
  box_bytes_ = 0;
  const Json facts = {{"from_ms", milliseconds(from)}, {"to_ms", milliseconds(to)}, {"boxes", count}};
  return put(fmt::format("{}{:06}.bin", kBoxes, parts_++), records::encode(batch), to_text(facts));
}

Result<std::vector<model::JobOutput>> FindingsWriter::finish() {
  VIGIL_TRY(collect(true));
  store::RecordBatch batch;
  batch.runs = {run_};
  batch.tracks = values(tracks_);
  batch.plates = values(plates_);
  batch.scenes = scenes_;
  VIGIL_TRY(put(kRecordsName, records::encode(batch),
                to_text({{"tracks", batch.tracks.size()}, {"plates", batch.plates.size()}})));
  return outputs_;
}

Findings FindingsWriter::findings() const {
  return {run_, values(tracks_), values(plates_), scenes_};
}

Result<Findings> read_findings(blob::Store& blobs, const std::vector<model::JobOutput>& outputs) {
  for (const auto& output : outputs) {
    if (output.name != kRecordsName) continue;
    VIGIL_ASSIGN(auto batch, read_batch(blobs, output));
    if (batch.runs.size() != 1) return broken();
    Findings out{std::move(batch.runs.front()), std::move(batch.tracks), std::move(batch.plates),
                 std::move(batch.scenes)};
    std::sort(out.tracks.begin(), out.tracks.end(), [](const auto& a, const auto& b) {
      return a.first_seen != b.first_seen ? a.first_seen < b.first_seen : a.number < b.number;
    });
    std::sort(out.plates.begin(), out.plates.end(),
              [](const auto& a, const auto& b) { return a.time != b.time ? a.time < b.time : a.id < b.id; });
    return out;
  }
  return broken();
}

Result<SeenFrames> read_frames(blob::Store& blobs, const std::vector<model::JobOutput>& outputs, WallTime from,
                               WallTime until, std::size_t most) {
  VIGIL_ASSIGN(auto parts, parts_of(outputs));
  SeenFrames out;
  std::size_t count = 0;
  // Some minutes at a time, however much was asked for: memory is that of an answer, not of a video.
  for (auto begin = from; begin < until; begin += kWindow) {
    const auto end = std::min(until, begin + kWindow);
    std::map<std::uint64_t, SeenFrame> frames;
    bool more = false;
    for (auto& part : parts) {
      more = more || part.to >= end;
      if (part.from >= end || part.to < begin) {
        part.batch.reset();
        continue;
      }
      if (!part.batch) {
        VIGIL_ASSIGN(part.batch, read_batch(blobs, *part.output));
      }
      for (const auto& segment : part.batch->segments) VIGIL_TRY(add(segment, begin, end, frames));
    }
    for (auto& [sequence, frame] : frames) {
      count += frame.objects.size();
      // One moment is given whole, or nobody would ever get past it.
      if (count > most && !out.frames.empty()) {
        out.cut = true;
        return out;
      }
      std::sort(frame.objects.begin(), frame.objects.end(),
                [](const auto& a, const auto& b) { return a.track < b.track; });
      out.frames.push_back(std::move(frame));
    }
    if (!more) break;
  }
  return out;
}

}  // namespace vigil::footage
