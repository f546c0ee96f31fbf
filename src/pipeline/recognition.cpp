#include "pipeline/recognition.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
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
constexpr int kRemembered = 3;      // looks that what is remembered counts as
constexpr float kLeastPlate = 400;  // pixels; smaller ones cannot be read

constexpr auto kPlate = "plate", kPlateRegion = "plate_region";

// One track, and what was said about it so far.
struct Known {
  int looks = 0;
  WallTime last, looked;  // nothing: remembered, and not seen since
  vision::AttributeVote attributes;
  vision::PlateVote plates;
  model::AppearancePtr appearance;  // that nobody was told of yet
};

// What one look gave.
struct Glimpse {
  std::vector<model::Attribute> attributes;
  std::optional<vision::PlateReading> plate;
  std::vector<float> look;
};

}  // namespace

struct Recognition::State {
  State(std::string id, const RecognitionWanted& what, RecognitionToolsPtr with, Clock& time)
      : camera_id(std::move(id)), wanted(what), tools(std::move(with)), clock(time) {
    auto add = [this](bool asked, const std::string& why) {
      if (asked && !why.empty()) missing += (missing.empty() ? "" : "; ") + why;
    };
    add(wanted.plates, tools->missing.plates);
    add(wanted.attributes, tools->missing.attributes);
    add(wanted.appearance, tools->missing.appearance);
  }

  const std::string camera_id;
  const RecognitionWanted wanted;
  const RecognitionToolsPtr tools;  // used by the look under way, and only by it
  Clock& clock;
  std::string missing;
  std::atomic<int> under_way{0};
  std::atomic<std::uint64_t> looks{0};
  std::atomic<std::int64_t> look_ns{0};
  std::atomic<bool> complained{false};
  Mutex mutex;
  std::map<std::uint64_t, Known> tracks VIGIL_GUARDED_BY(mutex);

  std::vector<model::SeenObject> due(const media::Frame& frame, const std::vector<model::SeenObject>& objects);
  void look(const media::Frame& frame, const model::SeenObject& object);
  Glimpse glimpse(const media::Frame& frame, const model::SeenObject& object);
  std::optional<vision::PlateReading> plate(const media::Frame& frame, const model::Box& vehicle);
  void learn(const model::SeenObject& object, Glimpse glimpse);
  void remember(std::uint64_t track, const std::vector<model::Attribute>& said);
  std::vector<model::Attribute> known_of(const Known& known) const;
  void tell(std::vector<model::SeenObject>& objects);
  void complain(const Error& error);
};

std::vector<model::SeenObject> Recognition::State::due(const media::Frame& frame,
                                                       const std::vector<model::SeenObject>& objects) {
  std::vector<model::SeenObject> out;
  MutexLock lock(mutex);
  for (auto& [id, known] : tracks) {
    if (known.last == WallTime()) known.last = frame.captured;
  }
  std::erase_if(tracks, [&](const auto& each) { return frame.captured - each.second.last > kForgotten; });
  for (const auto& object : objects) {
    if (object.track_id == 0 || object.state != model::TrackState::Confirmed) continue;
    if (tracks.size() >= kMaxTracks && !tracks.contains(object.track_id)) continue;
    auto& known = tracks[object.track_id];
    known.last = frame.captured;
    const bool known_kind = object.label == "person" || vision::vehicle_type(object.label, 1);
    const bool rested = known.looks == 0 || frame.captured - known.looked >= kApart;
    if (known_kind && object.detected && rested && known.looks < kLooks) out.push_back(object);
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
  const auto spots = tools->plate_finder->find(frame, region);
  if (!spots) {
    complain(spots.error());
    return std::nullopt;
  }
  for (const auto& spot : *spots) {
    if (spot.box.area() < kLeastPlate) continue;
    auto text = tools->plate_reader->read(frame, spot);
    if (!text) {
      complain(text.error());
      return std::nullopt;
    }
    auto fit = tools->formats.fit(*text);
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
  if (wanted.attributes && tools->colours) add(vision::colours(frame, box, object.label));
  if (object.label == "person") {
    if (wanted.attributes) {
      for (const auto& reader : tools->persons) add(reader->read(frame, box));
    }
    if (wanted.appearance && tools->embedder) {
      auto look = tools->embedder->embed(frame, box);
      if (look) {
        out.look = std::move(*look);
      } else {
        complain(look.error());
      }
    }
  } else if (wanted.plates && tools->plate_finder && tools->plate_reader) {
    out.plate = plate(frame, box);
  }
  return out;
}

void Recognition::State::learn(const model::SeenObject& object, Glimpse glimpse) {
  MutexLock lock(mutex);
  const auto found = tracks.find(object.track_id);
  if (found == tracks.end()) return;
  auto& known = found->second;
  known.attributes.add(glimpse.attributes);
  if (glimpse.plate) known.plates.add(std::move(*glimpse.plate));
  if (glimpse.look.empty()) return;
  known.appearance =
      std::make_shared<const model::Appearance>(model::Appearance{tools->embedder->name(), std::move(glimpse.look)});
}

void Recognition::State::look(const media::Frame& frame, const model::SeenObject& object) {
  const auto began = clock.steady();
  learn(object, glimpse(frame, object));
  ++looks;
  look_ns += Nanos(clock.steady() - began).count();
}

void Recognition::State::tell(std::vector<model::SeenObject>& objects) {
  MutexLock lock(mutex);
  for (auto& object : objects) {
    const auto found = tracks.find(object.track_id);
    if (found == tracks.end()) continue;
    auto& known = found->second;
    object.attributes = known_of(known);
    object.appearance = std::exchange(known.appearance, nullptr);
    if (auto type = vision::vehicle_type(object.label, object.confidence)) {
      object.attributes.push_back(std::move(*type));
    }
  }
}

std::vector<model::Attribute> Recognition::State::known_of(const Known& known) const {
  auto out = known.attributes.result();
  if (const auto verdict = known.plates.verdict()) {
    out.push_back({kPlate, verdict->best.text.text, verdict->confidence, tools->plate_reader->name()});
    if (!verdict->best.region.empty()) {
      out.push_back({kPlateRegion, verdict->best.region, verdict->confidence, "format"});
    }
  }
  return out;
}

void Recognition::State::remember(std::uint64_t track, const std::vector<model::Attribute>& said) {
  Glimpse glimpse;
  std::string region;
  for (const auto& each : said) {
    if (each.name == kPlateRegion) region = each.value;
    if (each.name == kPlate && wanted.plates && tools->plate_reader) {
      const auto text = vision::plain_text(each.value);
      glimpse.plate.emplace();
      glimpse.plate->text = {text, std::vector<float>(text.size(), each.confidence), each.confidence};
    }
    const bool other = each.name == kPlate || each.name == kPlateRegion || each.name == "vehicle_type";
    if (!other && wanted.attributes && each.value != "unknown") glimpse.attributes.push_back(each);
  }
  if (!glimpse.plate && glimpse.attributes.empty()) return;
  if (glimpse.plate) glimpse.plate->region = region;
  MutexLock lock(mutex);
  if (tracks.size() >= kMaxTracks || tracks.contains(track)) return;
  auto& known = tracks[track];
  known.looks = kRemembered;
  for (int i = 0; i < kRemembered; ++i) {
    known.attributes.add(glimpse.attributes);
    if (glimpse.plate) known.plates.add(*glimpse.plate);
  }
}

RecognitionWanted& RecognitionWanted::operator|=(const RecognitionWanted& other) {
  plates |= other.plates;
  attributes |= other.attributes;
  appearance |= other.appearance;
  return *this;
}

RecognitionWanted recognition_wanted(const model::AnalysisSettings& settings) {
  if (!settings.enabled) return {};
  return {settings.plates, settings.attributes, settings.appearance};
}

Recognition::Recognition(std::string camera_id, const RecognitionWanted& wanted, RecognitionToolsPtr tools,
                         Beside beside, Clock& clock)
    : state_(std::make_shared<State>(std::move(camera_id), wanted, std::move(tools), clock)),
      beside_(std::move(beside)) {}

Recognition::~Recognition() = default;

void Recognition::remember(const Recognised& recognised) {
  for (const auto& [track, said] : recognised) state_->remember(track, said);
}

Recognised Recognition::recognised() const {
  Recognised out;
  MutexLock lock(state_->mutex);
  for (const auto& [track, known] : state_->tracks) {
    if (auto said = state_->known_of(known); !said.empty()) out[track] = std::move(said);
  }
  return out;
}

const std::string& Recognition::missing() const {
  return state_->missing;
}

RecognitionFigures Recognition::figures() const {
  return {state_->looks.load(), Nanos(state_->look_ns.load())};
}

void Recognition::see(const media::FramePtr& frame, std::vector<model::SeenObject>& objects) {
  if (!beside_) {
    for (const auto& object : state_->due(*frame, objects)) state_->look(*frame, object);
  } else if (state_->under_way == 0) {
    // One piece for each track: short ones let others through in between.
    auto due = state_->due(*frame, objects);
    state_->under_way = static_cast<int>(due.size());
    for (auto& each : due) {
      beside_(frame->sequence, [weak = std::weak_ptr(state_), frame, object = std::move(each)] {
        const auto state = weak.lock();
        if (!state) return;
        state->look(*frame, object);
        --state->under_way;
      });
    }
  }
  state_->tell(objects);
}

}  // namespace vigil::pipeline
