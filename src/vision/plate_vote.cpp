#include "vision/plate_vote.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "vision/plates/jaro_winkler.h"

namespace vigil::vision {
namespace {

struct Candidate {
  const PlateReading* surest = nullptr;
  double sum = 0;
  std::size_t votes = 0;
};
using Group = std::map<std::string, Candidate>;  // by text

std::size_t size(const Group& group) {
  std::size_t out = 0;
  for (const auto& [text, each] : group) out += each.votes;
  return out;
}

double weight(const Group& group) {
  double out = 0;
  for (const auto& [text, each] : group) out += each.sum;
  return out;
}

const Candidate& strongest(const Group& group) {
  const auto found = std::max_element(group.begin(), group.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.sum, a.second.surest->text.confidence) <
           std::pair(b.second.sum, b.second.surest->text.confidence);
  });
  return found->second;
}

}  // namespace

void PlateVote::add(PlateReading reading) {
  const auto& text = reading.text;
  if (text.text.size() < config_.min_length || text.text.size() > kMaxPlateLength) return;
  if (!(text.confidence >= config_.min_confidence)) return;
  ++readings_;
  const auto place = std::upper_bound(
      kept_.begin(), kept_.end(), reading,
      [](const PlateReading& a, const PlateReading& b) { return a.text.confidence > b.text.confidence; });
  kept_.insert(place, std::move(reading));
  if (kept_.size() > kKept) kept_.pop_back();
}

std::optional<PlateVerdict> PlateVote::verdict() const {
  if (kept_.empty()) return std::nullopt;
  std::vector<Group> groups;
  for (const auto& reading : kept_) {  // the surest first: they are what the others are compared with
    const auto& text = reading.text.text;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& each) {
      return plates::jaro_winkler(strongest(each).surest->text.text, text) >= config_.alike;
    });
    if (group == groups.end()) group = groups.emplace(groups.end());
    auto& candidate = (*group)[text];
    if (candidate.surest == nullptr) candidate.surest = &reading;
    candidate.sum += reading.text.confidence;
    ++candidate.votes;
  }
  const auto& winner = *std::max_element(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::pair(size(a), weight(a)) < std::pair(size(b), weight(b));
  });
  const auto& text = strongest(winner);
  double all = 0;
  for (const auto& group : groups) all += weight(group);
  PlateVerdict out;
  out.best = *text.surest;
  out.confidence = static_cast<float>(text.surest->text.confidence * std::sqrt(text.sum / all));
  out.votes = text.votes;
  out.readings = readings_;
  return out;
}

}  // namespace vigil::vision
