#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "vision/scene.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kCrowd = 10;
constexpr double kCrowdArea = 0.35;      // of the picture
constexpr std::size_t kMostDetails = 4;  // objects that get a sentence of their own
constexpr std::array kNumbers = {"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};

std::string number(std::size_t count) {
  return count < kNumbers.size() ? kNumbers[count] : std::to_string(count);
}

std::string plural(const std::string& label, std::size_t count) {
  if (count == 1) return label;
  if (label == "person") return "people";
  if (label.ends_with("s") || label.ends_with("ch") || label.ends_with("sh") || label.ends_with("x"))
    return label + "es";
  if (label.ends_with("y") && label.size() > 1 &&
      std::string_view("aeiou").find(label[label.size() - 2]) == std::string_view::npos) {
    return label.substr(0, label.size() - 1) + "ies";
  }
  return label + "s";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " and " : ", ";
    out += parts[i];
  }
  return out;
}

const std::string* known(const model::SeenObject& object, std::string_view name) {
  for (const auto& each : object.attributes) {
    if (each.name == name && each.value != "unknown" && each.confidence >= 0.5F) return &each.value;
  }
  return nullptr;
}

std::string place(const model::SeenObject& object, int width) {
  const auto x = (object.box.x + object.box.width / 2) / static_cast<float>(std::max(width, 1));
  return x < 0.33F ? "on the left" : x > 0.67F ? "on the right" : "in the middle";
}

std::string article(std::string_view word) {
  return !word.empty() && std::string_view("aeiou").find(word[0]) != std::string_view::npos ? "an " : "a ";
}

// A sentence about one object; empty when there is nothing to say but that it is there.
std::string detail(const model::SeenObject& object, int width) {
  std::vector<std::string> wears;
  if (const auto* colour = known(object, "upper_colour")) wears.push_back(*colour + " upper clothing");
  if (const auto* colour = known(object, "lower_colour")) wears.push_back(*colour + " lower clothing");
  if (const auto* hat = known(object, "hat"); hat != nullptr && *hat == "yes") wears.emplace_back("a hat");
  if (const auto* bag = known(object, "backpack"); bag != nullptr && *bag == "yes") wears.emplace_back("a backpack");
  const auto* colour = known(object, "colour");
  const auto* plate = known(object, "plate");
  if (wears.empty() && colour == nullptr && plate == nullptr) return {};
  const auto what = colour != nullptr ? *colour + " " + object.label : object.label;
  auto out = capital(article(what) + what) + " " + place(object, width);
  if (!wears.empty()) out += " with " + joined(wears);
  if (plate != nullptr) out += ", plate " + *plate;
  return out + ".";
}

}  // namespace

model::Scene describe(const Lighting& light, const std::vector<model::SeenObject>& objects, int width, int height) {
  std::map<std::string, std::size_t> counts;
  std::size_t people = 0, stationary = 0, all = 0;
  double area = 0;
  std::vector<const model::SeenObject*> shown;
  for (const auto& object : objects) {
    const bool there = object.state == model::TrackState::Confirmed || object.state == model::TrackState::Coasting;
    if (!there || object.label.empty()) continue;
    ++all;
    ++counts[object.label];
    stationary += object.stationary ? 1 : 0;
    if (object.label != "person") continue;
    ++people;
    area += model::clip(object.box, width, height).area();
  }
  for (const auto& object : objects) {
    const bool there = object.state == model::TrackState::Confirmed || object.state == model::TrackState::Coasting;
    if (there && !object.label.empty()) shown.push_back(&object);
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto* a, const auto* b) { return a->box.area() > b->box.area(); });

  const double picture = std::max(1.0, static_cast<double>(width) * height);
  const bool crowded = people >= kCrowd || (people >= 4 && area > kCrowdArea * picture);
  model::Scene out;
  out.type = to_string(light.light);
  out.type += crowded ? ", crowded" : all == 0 ? ", empty" : "";
  out.confidence = light.confidence;

  std::vector<std::string> parts;
  for (const auto& [label, count] : counts) parts.push_back(number(count) + " " + plural(label, count));
  const auto seen = parts.empty() ? std::string("nobody and nothing that is known") : joined(parts);
  static const std::map<Light, std::string> kLights = {{Light::Day, "In good light"},
                                                       {Light::Dim, "In dim light"},
                                                       {Light::Night, "In the dark"},
                                                       {Light::Infrared, "In night vision"}};
  out.description = kLights.at(light.light) + ": " + seen + ".";
  if (crowded) out.description += " It is crowded.";
  if (stationary > 0 && all > 0) {
    out.description += stationary == all ? (all == 1 ? " It does not move." : " None of them moves.")
                                         : fmt::format(" {} of them {} not move.", capital(number(stationary)),
                                                       stationary == 1 ? "does" : "do");
  }
  std::size_t details = 0;
  for (const auto* object : shown) {
    if (details == kMostDetails) break;
    const auto sentence = detail(*object, width);
    if (sentence.empty()) continue;
    out.description += " " + sentence;
    ++details;
  }
  return out;
}

}  // namespace vigil::vision
