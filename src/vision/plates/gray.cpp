#include "vision/plates/gray.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace vigil::vision::plates {

Gray copy(const media::Plane& plane) {
  Gray out(plane.width, plane.height);
  for (int y = 0; y < plane.height; ++y) {
    std::memcpy(&out.at(0, y), plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride,
                static_cast<std::size_t>(plane.width));
  }
  return out;
}

void invert(Gray& picture) {
  for (auto& sample : picture.samples) sample = static_cast<std::uint8_t>(255 - sample);
}

void stretch(Gray& picture) {
  std::array<std::size_t, 256> counts{};
  for (const auto sample : picture.samples) ++counts[sample];
  const auto cut = picture.samples.size() / 100;
  std::size_t low = 0, high = 255;
  for (std::size_t sum = counts[0]; low < 255 && sum <= cut; sum += counts[++low]) {
  }
  for (std::size_t sum = counts[255]; high > 0 && sum <= cut; sum += counts[--high]) {
  }
  if (high <= low + 8) return;
  for (auto& sample : picture.samples) {
    const auto value = (static_cast<int>(sample) - static_cast<int>(low)) * 255 / static_cast<int>(high - low);
    sample = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
  }
}

std::vector<std::uint8_t> dark(const Gray& picture, int window, double k) {
  const int w = picture.width, h = picture.height, reach = std::max(window / 2, 1);
  // Sums over all samples above and to the left; one row and column more than the picture.
  const auto columns = static_cast<std::size_t>(w) + 1;
  std::vector<double> sum(columns * (static_cast<std::size_t>(h) + 1)), squares(sum.size());
  for (int y = 0; y < h; ++y) {
    double row = 0, row_squares = 0;
    for (int x = 0; x < w; ++x) {
      const double value = picture.at(x, y);
      row += value;
      row_squares += value * value;
      const auto at = (static_cast<std::size_t>(y) + 1) * columns + static_cast<std::size_t>(x) + 1;
      sum[at] = sum[at - columns] + row;
      squares[at] = squares[at - columns] + row_squares;
    }
  }
  std::vector<std::uint8_t> out(picture.samples.size());
  for (int y = 0; y < h; ++y) {
    const int top = std::max(y - reach, 0), bottom = std::min(y + reach + 1, h);
    for (int x = 0; x < w; ++x) {
      const int left = std::max(x - reach, 0), right = std::min(x + reach + 1, w);
      auto over = [&](const std::vector<double>& table) {
        auto at = [&](int column, int row) {
          return table[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)];
        };
        return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
      };
      const double count = static_cast<double>(right - left) * (bottom - top);
      const double mean = over(sum) / count;
      const double deviation = std::sqrt(std::max(0.0, over(squares) / count - mean * mean));
      const double threshold = mean * (1 + k * (deviation / 128 - 1));
      out[static_cast<std::size_t>(y) * static_cast<std::size_t>(w) + static_cast<std::size_t>(x)] =
          picture.at(x, y) < threshold ? 1 : 0;
    }
  }
  return out;
}

Parts connected(const std::vector<std::uint8_t>& mask, int width, int height, bool corners) {
  Parts out;
  out.labels.assign(mask.size(), 0);
  std::vector<std::pair<int, int>> open;
  auto at = [&](int x, int y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  };
  for (int y0 = 0; y0 < height; ++y0) {
    for (int x0 = 0; x0 < width; ++x0) {
      if (mask[at(x0, y0)] == 0 || out.labels[at(x0, y0)] != 0) continue;
      Part part{x0, y0, x0 + 1, y0 + 1, 0, static_cast<int>(out.parts.size()) + 1};
      open.assign(1, {x0, y0});
      out.labels[at(x0, y0)] = part.label;
      while (!open.empty()) {
        const auto [x, y] = open.back();
        open.pop_back();
        ++part.area;
        part.left = std::min(part.left, x);
        part.right = std::max(part.right, x + 1);
        part.top = std::min(part.top, y);
        part.bottom = std::max(part.bottom, y + 1);
        for (int ny = std::max(y - 1, 0); ny <= std::min(y + 1, height - 1); ++ny) {
          for (int nx = std::max(x - 1, 0); nx <= std::min(x + 1, width - 1); ++nx) {
            if (!corners && nx != x && ny != y) continue;
            if (mask[at(nx, ny)] == 0 || out.labels[at(nx, ny)] != 0) continue;
            out.labels[at(nx, ny)] = part.label;
            open.emplace_back(nx, ny);
          }
        }
      }
      out.parts.push_back(part);
    }
  }
  return out;
}

}  // namespace vigil::vision::plates
