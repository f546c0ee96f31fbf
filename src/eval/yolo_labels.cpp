#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string>

#include "eval/average_precision.h"

namespace vigil::eval {
namespace {

constexpr std::size_t kMaxBoxes = 100000;

// The numbers at the start of a line; fewer than five when it has fewer.
std::size_t numbers_of(const std::string& line, std::array<double, 5>& out) {
  const char* at = line.c_str();
  std::size_t count = 0;
  while (count < out.size()) {
    char* end = nullptr;
    out[count] = std::strtod(at, &end);
    if (end == at || (*end != '\0' && *end != ' ' && *end != '\t' && *end != '\r')) break;
    at = end;
    ++count;
  }
  return count;
}

}  // namespace

Result<std::vector<LabelledBox>> parse_yolo_labels(std::string_view text, int width, int height) {
  std::vector<LabelledBox> out;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string line(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::array<double, 5> values{};
    auto bad = [&](std::string_view why) {
      return make_error(ErrorKind::InvalidArgument, fmt::format("line {}: {}", number, why));
    };
    if (numbers_of(line, values) < 5) return bad("expected: class x y width height");
    const auto [id, x, y, w, h] = values;
    if (!(id >= 0 && id < 100000) || id != static_cast<double>(static_cast<int>(id)))
      return bad("the class must be a whole number");
    auto part = [](double value) { return value >= -0.5 && value <= 1.5; };
    if (!part(x) || !part(y) || !(w > 0 && w <= 1.5) || !(h > 0 && h <= 1.5))
      return bad("middle and size must be parts of the picture, from 0 to 1");
    if (out.size() == kMaxBoxes) return bad("too many objects");
    out.push_back({{static_cast<float>((x - w / 2) * width), static_cast<float>((y - h / 2) * height),
                    static_cast<float>(w * width), static_cast<float>(h * height)},
                   static_cast<int>(id)});
  }
  return out;
}

}  // namespace vigil::eval
