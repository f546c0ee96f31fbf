#include <algorithm>
#include <thread>

#include "analyser/supervisor.h"

// What a child is to load before its sandbox closes.

namespace vigil::analyser {
namespace {

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

std::set<std::string> Supervisor::models_wanted() const {
  std::set<std::string> out;
  for (const auto& [number, place] : places_) {
    if (auto model = place.camera->model()) out.insert(*model);
  }
  return out;
}

// Nowhere: empty, and `problem`, where it is given, says why.
std::string Supervisor::place_of(const std::string& name, std::string* problem) const {
  if (!config_.find_model) return name;
  auto place = config_.find_model(name);
  if (place) return std::move(place).value();
  if (problem != nullptr) *problem = place.error().message;
  return {};
}

pipeline::RecognitionWanted Supervisor::recognition_wanted() const {
  pipeline::RecognitionWanted out;
  for (const auto& [number, place] : places_) out |= place.camera->recognition();
  return out;
}

pipeline::RecogniserPlaces Supervisor::places_of(const pipeline::RecognitionWanted& wanted) const {
  if (!wanted.any() || !config_.find_recognisers) return {};
  return config_.find_recognisers(wanted);
}

Welcome Supervisor::welcome(const Offspring& child) const {
  Welcome out;
  out.threads = static_cast<std::uint16_t>(std::clamp(config_.threads > 0 ? config_.threads : cores(), 1, 60));
  out.sandbox = config_.sandbox;
  out.memory_bytes = config_.memory_bytes;
  if (out.memory_bytes > 0 && child.recognition.any()) out.memory_bytes += config_.recognition_bytes;
  for (const auto& [name, place] : child.models) {
    std::string problem;
    if (place.empty()) place_of(name, &problem);
    if (place.empty() && problem.empty()) problem = "there is no usable model " + name;
    out.models.push_back({name, place, problem});
  }
  out.recognition = child.recognition;
  out.recognisers = child.recognisers;
  return out;
}

}  // namespace vigil::analyser
