#include "pipeline/scene_watch.h"

#include <algorithm>
#include <chrono>

namespace vigil::pipeline {
namespace {

using std::chrono::seconds;

constexpr Nanos kLookEvery = seconds(1);
constexpr Nanos kChangeAfter = seconds(2), kDescriptionAfter = seconds(10), kTellEvery = seconds(60);
constexpr std::size_t kClearly = 3;  // people more or fewer, if that is half of them too

std::size_t people_in(const std::vector<model::SeenObject>& objects) {
  return static_cast<std::size_t>(std::count_if(objects.begin(), objects.end(), [](const model::SeenObject& object) {
    const bool there = object.state == model::TrackState::Confirmed || object.state == model::TrackState::Coasting;
    return there && object.label == "person";
  }));
}

bool clearly_other(std::size_t before, std::size_t now) {
  if ((before == 0) != (now == 0)) return true;
  const auto apart = before > now ? before - now : now - before;
  return apart >= kClearly && 2 * apart >= std::max(before, now);
}

}  // namespace

bool SceneWatch::worth_telling(const Look& look, Nanos now) const {
  if (!told_at_) return true;
  const auto since = now - *told_at_;
  if (since >= kTellEvery) return true;
  if (since >= kDescriptionAfter && look.description != told_.description) return true;
  const bool lasting = look.light != told_.light && look.light == last_light_;
  return since >= kChangeAfter && (lasting || clearly_other(told_.people, look.people));
}

std::optional<model::Scene> SceneWatch::see(const media::Frame& frame, const std::vector<model::SeenObject>& objects,
                                            Nanos now) {
  if (looked_ && now < *looked_) *this = SceneWatch();
  if (looked_ && now - *looked_ < kLookEvery) return std::nullopt;
  looked_ = now;
  const auto light = vision::lighting(frame);
  auto scene = vision::describe(light, objects, frame.width, frame.height);
  Look look{light.light, people_in(objects), scene.description};
  const bool tell = worth_telling(look, now);
  last_light_ = look.light;
  if (!tell) return std::nullopt;
  told_at_ = now;
  told_ = std::move(look);
  return scene;
}

}  // namespace vigil::pipeline
