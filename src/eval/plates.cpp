#include "eval/plates.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/edit_distance.h"

namespace vigil::eval {
namespace {

constexpr std::size_t kMaxText = 64, kMaxLines = 100000;
constexpr double kMaxPixels = 1e5;

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> out;
  constexpr std::string_view kBlanks = " \t\r";
  while (out.size() < 8) {
    const auto from = line.find_first_not_of(kBlanks);
    if (from == std::string_view::npos) break;
    line.remove_prefix(from);
    const auto to = std::min(line.find_first_of(kBlanks), line.size());
    out.push_back(line.substr(0, to));
    line.remove_prefix(to);
  }
  return out;
}

bool number(std::string_view text, float& out) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= kMaxPixels)) return false;
  out = static_cast<float>(value);
  return true;
}

std::string same(std::string text) {
  std::replace(text.begin(), text.end(), 'O', '0');
  std::replace(text.begin(), text.end(), 'I', '1');
  return text;
}

}  // namespace

Result<std::vector<PlateTruth>> parse_plate_truth(std::string_view text) {
  std::vector<PlateTruth> out;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto parts = fields(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (parts.empty()) continue;
    auto wrong = [&](std::string_view why) {
      return make_error(ErrorKind::InvalidArgument, fmt::format("line {}: {}", line, why), "plates.truth");
    };
    if (parts.size() != 6) return wrong("must be: file x y w h text");
    PlateTruth truth;
    truth.file = parts[0];
    if (truth.file.find('/') != std::string::npos || truth.file.front() == '.') return wrong("is no name of a file");
    auto& box = truth.box;
    if (!number(parts[1], box.x) || !number(parts[2], box.y) || !number(parts[3], box.width) ||
        !number(parts[4], box.height) || box.width <= 0 || box.height <= 0) {
      return wrong("has no box in pixels");
    }
    if (parts[5].size() > kMaxText) return wrong("the text is longer than a plate's");
    truth.text = parts[5];
    if (out.size() == kMaxLines) return wrong("is one line too many");
    out.push_back(std::move(truth));
  }
  return out;
}

PlateScores score_plates(const std::vector<PlateOutcome>& outcomes) {
  PlateScores out;
  for (const auto& each : outcomes) {
    ++out.plates;
    out.found += each.found ? 1 : 0;
    out.exact += each.read == each.truth ? 1 : 0;
    out.alike += same(each.read) == same(each.truth) ? 1 : 0;
    out.edits += edit_distance(each.read, each.truth);
    out.characters += each.truth.size();
  }
  return out;
}

}  // namespace vigil::eval
