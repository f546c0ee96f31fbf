#include "pipeline/plate_judge.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace vigil::pipeline {
namespace {

using List = model::PlateSeen::List;

constexpr Nanos kSettled = std::chrono::seconds(2);    // a plate that stands in no list may yet be read better
constexpr Nanos kForgotten = std::chrono::minutes(1);  // a vehicle that is not seen any more
constexpr std::size_t kMaxVehicles = 2000;             // of one camera
constexpr std::size_t kMaxCameras = 10000;

model::Attribute* attribute(model::SeenObject& object, std::string_view name) {
  for (auto& each : object.attributes) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::vector<vision::KnownPlate> known(const std::vector<model::ListedPlate>& plates) {
  std::vector<vision::KnownPlate> out;
  for (const auto& each : plates) out.push_back({each.plate, each.label});
  return out;
}

}  // namespace

Result<std::shared_ptr<const PlateRules>> PlateRules::compile(const model::PlateSettings& settings) {
  auto out = std::make_shared<PlateRules>();
  vision::PlateFormatConfig formats;
  for (const auto& each : settings.formats) formats.formats.push_back({each.name, each.pattern});
  for (const auto& each : settings.replacements) formats.replacements.push_back({each.pattern, each.replacement});
  formats.only_known = settings.only_known;
  formats.max_corrections = static_cast<std::size_t>(std::max(settings.max_corrections, 0));
  VIGIL_ASSIGN(out->formats_, vision::PlateFormats::compile(formats, ""));
  VIGIL_ASSIGN(out->lists_, vision::PlateLists::make(known(settings.allow), known(settings.deny),
                                                     static_cast<std::size_t>(std::max(settings.max_edits, 0)), ""));
  out->has_formats_ = !settings.formats.empty() || !settings.replacements.empty();
  out->has_lists_ = !settings.allow.empty() || !settings.deny.empty();
  return std::shared_ptr<const PlateRules>(std::move(out));
}

bool PlateRules::fit(std::string& text, std::string& region, float confidence) const {
  if (!has_formats_) return true;
  vision::PlateText read;
  read.text = vision::plain_text(text);
  read.characters.assign(read.text.size(), confidence);
  read.confidence = confidence;
  auto fit = formats_.fit(read);
  if (!fit.plate || fit.text.text.empty()) return false;
  text = std::move(fit.text.text);
  if (!fit.format.empty()) region = std::move(fit.format);
  return true;
}

PlateRules::Verdict PlateRules::look_up(std::string_view plate) const {
  const auto found = lists_.find(plate);
  if (!found) return {};
  return {found->list == vision::PlateList::Allow ? List::Allowed : List::Denied, found->known.plate,
          found->known.label};
}

void PlateJudge::adopt(std::shared_ptr<const PlateRules> rules) {
  MutexLock lock(mutex_);
  rules_ = std::move(rules);
}

std::shared_ptr<const PlateRules> PlateJudge::rules() const {
  MutexLock lock(mutex_);
  return rules_;
}

void PlateJudge::judge(model::Observation& observation) {
  const bool plates = std::any_of(observation.objects.begin(), observation.objects.end(),
                                  [](auto& object) { return attribute(object, "plate") != nullptr; });
  MutexLock lock(mutex_);
  auto found = cameras_.find(observation.camera_id);
  if (found == cameras_.end()) {
    if (!plates || cameras_.size() >= kMaxCameras) return;
    found = cameras_.try_emplace(observation.camera_id).first;
  }
  auto& vehicles = found->second;
  for (auto& object : observation.objects) {
    if (object.track_id != 0) see(vehicles, *rules_, object, observation);
  }
  for (auto it = vehicles.begin(); it != vehicles.end();) {
    const bool over = observation.captured - it->second.last > kForgotten;
    if (over || it->second.last == observation.captured) tell(it->second, observation, over);
    it = over ? vehicles.erase(it) : std::next(it);
  }
  if (vehicles.empty()) cameras_.erase(found);
}

void PlateJudge::see(Vehicles& vehicles, const PlateRules& rules, model::SeenObject& object,
                     const model::Observation& observation) {
  auto* plate = attribute(object, "plate");
  if (plate != nullptr && !plate->value.empty() && plate->value != "unknown") {
    auto* region = attribute(object, "plate_region");
    std::string where = region != nullptr ? region->value : "";
    if (!rules.fit(plate->value, where, plate->confidence)) {
      std::erase_if(object.attributes,
                    [](const auto& each) { return each.name == "plate" || each.name == "plate_region"; });
    } else {
      const auto text = plate->value;
      const auto confidence = plate->confidence;
      if (region != nullptr) {
        region->value = where;
      } else if (!where.empty()) {
        object.attributes.push_back({"plate_region", where, confidence, "format"});
      }
      if (rules.has_lists() && (vehicles.contains(object.track_id) || vehicles.size() < kMaxVehicles)) {
        auto [at, fresh] = vehicles.try_emplace(object.track_id);
        auto& vehicle = at->second;
        if (fresh) vehicle.first = observation.captured;
        if (vehicle.seen.text != text) {
          const auto verdict = rules.look_up(text);
          vehicle.seen.list = verdict.list;
          vehicle.seen.listed = verdict.listed;
          vehicle.seen.label = verdict.label;
        }
        vehicle.seen.text = text;
        vehicle.seen.region = where;
        vehicle.seen.confidence = confidence;
        vehicle.seen.track_id = object.track_id;
        vehicle.seen.sequence = observation.sequence;
        vehicle.seen.box = object.box;
      }
    }
  }
  const auto found = vehicles.find(object.track_id);
  if (found == vehicles.end()) return;
  found->second.last = observation.captured;
  if (object.state != model::TrackState::Lost) return;
  tell(found->second, observation, true);
  vehicles.erase(found);
}

void PlateJudge::tell(Vehicle& vehicle, const model::Observation& observation, bool over) {
  if (vehicle.seen.text.empty() || vehicle.told == vehicle.seen.list) return;
  const bool sure = vehicle.seen.list != List::Unknown || over || observation.captured - vehicle.first >= kSettled;
  if (!sure) return;
  vehicle.told = vehicle.seen.list;
  events_.publish({observation.camera_id, observation.captured, vehicle.seen});
}

}  // namespace vigil::pipeline
