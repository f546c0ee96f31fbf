#include "vision/plates/agree.h"

#include <algorithm>
#include <array>

namespace vigil::vision::plates {

PlateText agree(const std::vector<Opinion>& opinions) {
  std::array<double, kMaxPlateLength + 1> lengths{};
  for (const auto& each : opinions) {
    const auto length = each.text.text.size();
    if (length > 0 && length <= kMaxPlateLength) lengths[length] += each.weight * each.text.confidence;
  }
  const auto best = std::max_element(lengths.begin(), lengths.end());
  const auto length = static_cast<std::size_t>(best - lengths.begin());
  PlateText out;
  if (!(*best > 0)) return out;
  double all = 0;
  for (const double each : lengths) all += each;
  double sum = 0;
  for (std::size_t place = 0; place < length; ++place) {
    std::array<double, 128> said{};
    double weight = 0;
    for (const auto& each : opinions) {
      if (each.text.text.size() != length) continue;
      const double sure = place < each.text.characters.size() ? each.text.characters[place] : each.text.confidence;
      said[static_cast<unsigned char>(each.text.text[place]) & 127U] += each.weight * sure;
      weight += each.weight;
    }
    const auto top = std::max_element(said.begin(), said.end());
    out.text += static_cast<char>(top - said.begin());
    out.characters.push_back(static_cast<float>(*top / weight));
    sum += *top / weight;
  }
  // Readings of another length speak against all of it, though less: a stroke at the edge is soon one too many.
  out.confidence = static_cast<float>(sum / static_cast<double>(length) * (0.5 + 0.5 * *best / all));
  return out;
}

}  // namespace vigil::vision::plates
