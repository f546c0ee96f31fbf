#include "pipeline/recognition.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <utility>

#include "base/log.h"
#include "base/sync.h"

namespace vigil::pipeline {
namespace {

constexpr int kLooks = 8;                                 // at one track, at most
constexpr Nanos kApart = std::chrono::milliseconds(300);  // between two looks at a track
constexpr Nanos kForgotten = std::chrono::minutes(1);     // a track that is not seen any more
constexpr std::size_t kAtOnce = 2;                        // tracks that are looked at in one frame
constexpr std::size_t kMaxTracks = 1000;
constexpr float kLeastPlate = 400;  // pixels; smaller ones cannot be read

// One track, and what was said about it so far.
struct Known {
  int looks = 0;
  WallTime first, last, looked;
  vision::AttributeVote attributes;
  vision::PlateVote plates;
  std::vector<float> look;  // sum of embeddings
  vision::SubjectGuess subject;
};

// What one look gave.
struct Glimpse {
  std::vector<model::Attribute> attributes;
  std::optional<vision::PlateReading> plate;
  std::vector<float> look;
};

std::vector<float> unit(std::vector<float> values) {
  double squares = 0;
  for (const float each : values) squares += static_cast<double>(each) * each;
  const auto length = static_cast<float>(std::sqrt(squares));
  if (!(length > 0)) return {};
  for (auto& each : values) each /= length;
  return values;
}

}  // namespace

struct Recognition::State {
  State(std::string id, RecognitionTools t) : camera_id(std::move(id)), tools(std::move(t)) {}

  const std::string camera_id;
  RecognitionTools tools;  // used by the look under way, and only by it
  std::atomic<bool> busy{false};
  std::atomic<bool> complained{false};
  Mutex mutex;
  std::map<std::uint64_t, Known> tracks VIGIL_GUARDED_BY(mutex);

  std::vector<model::SeenObject> due(const media::Frame& frame, const std::vector<model::SeenObject>& objects);
  void look(const media::Frame& frame, const std::vector<model::SeenObject>& objects);
  Glimpse glimpse(const media::Frame& frame, const model::SeenObject& object);
  std::optional<vision::PlateReading> plate(const media::Frame& frame, const model::Box& vehicle);
  void learn(const model::SeenObject& object, WallTime at, Glimpse glimpse);
  void tell(std::vector<model::SeenObject>& objects);
  void complain(const Error& error);
};

std::vector<model::SeenObject> Recognition::State::due(const media::Frame& frame,
                                                       const std::vector<model::SeenObject>& objects) {
  std::vector<model::SeenObject> out;
  MutexLock lock(mutex);
  std::erase_if(tracks, [&](const auto& each) { return frame.captured - each.second.last > kForgotten; });
  for (const auto& object : objects) {
    if (object.track_id == 0 || object.state != model::TrackState::Confirmed) continue;
    if (tracks.size() >= kMaxTracks && !tracks.contains(object.track_id)) continue;
    auto& known = tracks[object.track_id];
    if (known.first == WallTime{}) known.first = frame.captured;
    known.last = frame.captured;
    const bool wanted = object.label == "person" || vision::vehicle_type(object.label, 1);
    const bool rested = known.looks == 0 || frame.captured - known.looked >= kApart;
    if (wanted && object.detected && rested && known.looks < kLooks) out.push_back(object);
  }
  // Those that were looked at least, and among them the largest.
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) VIGIL_REQUIRES(mutex) {
    const auto la = tracks[a.track_id].looks, lb = tracks[b.track_id].looks;
    return la != lb ? la < lb : a.box.area() > b.box.area();
  });
  if (out.size() > kAtOnce) out.resize(kAtOnce);
  for (const auto& object : out) {
    auto& known = tracks[object.track_id];
    ++known.looks;
    known.looked = frame.captured;
  }
  return out;
}

void Recognition::State::complain(const Error& error) {
  if (!complained.exchange(true)) {
    log::warn("recognition fails", {{"camera", camera_id}, {"reason", error.message}});
  }
}

std::optional<vision::PlateReading> Recognition::State::plate(const media::Frame& frame, const model::Box& vehicle) {
  const auto part = model::clip(vehicle, frame.width, frame.height);
  const vision::Region region{static_cast<int>(part.x), static_cast<int>(part.y), static_cast<int>(part.width),
                              static_cast<int>(part.height)};
  if (region.width < 40 || region.height < 20) return std::nullopt;
  const auto spots = tools.plate_finder->find(frame, region);
  if (!spots) {
    complain(spots.error());
    return std::nullopt;
  }
  for (const auto& spot : *spots) {
    if (spot.box.area() < kLeastPlate) continue;
    auto text = tools.plate_reader->read(frame, spot);
    if (!text) {
      complain(text.error());
      return std::nullopt;
    }
    auto fit = tools.formats.fit(*text);
    if (!fit.plate || fit.text.text.empty()) continue;
    return vision::PlateReading{std::move(fit.text), spot.box, std::move(fit.format), frame.sequence};
  }
  return std::nullopt;
}

Glimpse Recognition::State::glimpse(const media::Frame& frame, const model::SeenObject& object) {
  Glimpse out;
  const auto& box = object.detected ? *object.detected : object.box;
  auto add = [&](Result<std::vector<model::Attribute>> said) {
    if (!said) return complain(said.error());
    out.attributes.insert(out.attributes.end(), said->begin(), said->end());
  };
  if (tools.colours) add(vision::colours(frame, box, object.label));
  if (object.label == "person") {
    for (const auto& reader : tools.persons) add(reader->read(frame, box));
    if (tools.embedder) {
      auto look = tools.embedder->embed(frame, box);
      if (look) {
        out.look = std::move(*look);
      } else {
        complain(look.error());
      }
    }
  } else if (tools.plate_finder && tools.plate_reader) {
    out.plate = plate(frame, box);
  }
  return out;
}

void Recognition::State::learn(const model::SeenObject& object, WallTime at, Glimpse glimpse) {
  vision::Sighting sighting;
  {
    MutexLock lock(mutex);
    const auto found = tracks.find(object.track_id);
    if (found == tracks.end()) return;
    auto& known = found->second;
    known.attributes.add(glimpse.attributes);
    if (glimpse.plate) known.plates.add(std::move(*glimpse.plate));
    if (glimpse.look.empty() || !tools.gallery) return;
    if (known.look.size() != glimpse.look.size()) known.look.assign(glimpse.look.size(), 0);
    for (std::size_t i = 0; i < known.look.size(); ++i) known.look[i] += glimpse.look[i];
    sighting = {camera_id, object.track_id, object.label, tools.embedder->name(), known.first, at, unit(known.look)};
  }
  const auto guess = tools.gallery->assign(sighting);
  MutexLock lock(mutex);
  if (const auto found = tracks.find(object.track_id); found != tracks.end()) found->second.subject = guess;
}

void Recognition::State::look(const media::Frame& frame, const std::vector<model::SeenObject>& objects) {
  for (const auto& object : objects) learn(object, frame.captured, glimpse(frame, object));
}

void Recognition::State::tell(std::vector<model::SeenObject>& objects) {
  MutexLock lock(mutex);
  for (auto& object : objects) {
    const auto found = tracks.find(object.track_id);
    if (found == tracks.end()) continue;
    const auto& known = found->second;
    object.attributes = known.attributes.result();
    if (auto type = vision::vehicle_type(object.label, object.confidence)) {
      object.attributes.push_back(std::move(*type));
    }
    if (const auto verdict = known.plates.verdict()) {
      object.attributes.push_back({"plate", verdict->best.text.text, verdict->confidence, tools.plate_reader->name()});
      if (!verdict->best.region.empty()) {
        object.attributes.push_back({"plate_region", verdict->best.region, verdict->confidence, "format"});
      }
    }
    object.subject_id = known.subject.subject;
    object.subject_similarity = known.subject.similarity;
  }
}

Recognition::Recognition(std::string camera_id, RecognitionTools tools, std::unique_ptr<Scheduler::Lane> lane)
    : state_(std::make_shared<State>(std::move(camera_id), std::move(tools))), lane_(std::move(lane)) {}

Recognition::~Recognition() = default;

const std::string& Recognition::missing() const {
  return state_->tools.missing;
}

void Recognition::see(const media::FramePtr& frame, std::vector<model::SeenObject>& objects) {
  if (!lane_) {
    state_->look(*frame, state_->due(*frame, objects));
  } else if (!state_->busy) {
    auto due = state_->due(*frame, objects);
    if (!due.empty()) {
      state_->busy = true;
      lane_->post(frame->captured, [state = state_, frame, due = std::move(due)] {
        state->look(*frame, due);
        state->busy = false;
      });
    }
  }
  state_->tell(objects);
}

}  // namespace vigil::pipeline
