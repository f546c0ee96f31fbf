#include "media/deinterlace.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "media/planes.h"

namespace vigil::media {
namespace {

constexpr int kThreshold = 9;  // of 255: what stands out less is noise
constexpr int kAside = 4;      // columns on both sides that are looked at together
constexpr int kFew = 7;        // of 27: fewer are a line that was drawn like that
constexpr int kNear = 5077, kFar = 981, kShift = 13;

class PlaneView {
 public:
  explicit PlaneView(const Plane& plane) : plane_(plane) {}
  // Beyond the edge is what stands at it, of the same field.
  const std::uint8_t* row(int y) const {
    while (y < 0) y += 2;
    while (y >= plane_.height) y -= 2;
    return plane_.data + static_cast<std::ptrdiff_t>(y) * plane_.stride;
  }

 private:
  const Plane& plane_;
};

// Which samples of one line stand out from the lines above and below.
void mark(const PlaneView& from, int y, std::vector<std::uint8_t>& out) {
  const auto *two_up = from.row(y - 2), *up = from.row(y - 1), *here = from.row(y), *down = from.row(y + 1),
             *two_down = from.row(y + 2);
  for (std::size_t x = 0; x < out.size(); ++x) {
    const int above = here[x] - up[x], below = here[x] - down[x];
    const bool alone = (above > kThreshold && below > kThreshold) || (above < -kThreshold && below < -kThreshold);
    const int comb = std::abs(two_up[x] + 4 * here[x] + two_down[x] - 3 * (up[x] + down[x]));
    out[x] = alone && comb > 6 * kThreshold ? 1 : 0;
  }
}

// How many are marked around each column.
void sum_aside(const std::vector<std::uint8_t>& marks, std::vector<int>& out) {
  const int width = static_cast<int>(marks.size());
  int sum = 0;
  for (int x = 0; x < std::min(kAside, width); ++x) sum += marks[static_cast<std::size_t>(x)];
  for (int x = 0; x < width; ++x) {
    if (x + kAside < width) sum += marks[static_cast<std::size_t>(x + kAside)];
    out[static_cast<std::size_t>(x)] = sum;
    if (x >= kAside) sum -= marks[static_cast<std::size_t>(x - kAside)];
  }
}

struct Marks {
  std::vector<std::uint8_t> marks;
  std::vector<int> sums;
  explicit Marks(std::size_t width) : marks(width), sums(width) {}
  void look(const PlaneView& from, int y) {
    mark(from, y, marks);
    sum_aside(marks, sums);
  }
};

void make_line(const PlaneView& from, int y, const Marks& before, const Marks& here, const Marks& after,
               std::uint8_t* to) {
  const auto *present = from.row(y), *up = from.row(y - 1), *down = from.row(y + 1), *far_up = from.row(y - 3),
             *far_down = from.row(y + 3);
  for (std::size_t x = 0; x < here.sums.size(); ++x) {
    to[x] = present[x];
    if (before.sums[x] + here.sums[x] + after.sums[x] < kFew) continue;
    const int made = (kNear * (up[x] + down[x]) - kFar * (far_up[x] + far_down[x]) + (1 << (kShift - 1))) >> kShift;
    to[x] = static_cast<std::uint8_t>(std::clamp(made, 0, 255));
  }
}

void make_plane(const Plane& plane, std::uint8_t* to, int stride, int second) {
  const PlaneView from(plane);
  const auto width = static_cast<std::size_t>(plane.width);
  Marks before(width), here(width), after(width);
  if (second < plane.height) {
    before.look(from, second - 2);
    here.look(from, second);
  }
  for (int y = 0; y < plane.height; ++y) {
    auto* line = to + static_cast<std::ptrdiff_t>(y) * stride;
    if (y % 2 != second) {
      std::copy_n(from.row(y), width, line);
      continue;
    }
    after.look(from, y + 2);
    make_line(from, y, before, here, after, line);
    std::swap(before, here);
    std::swap(here, after);
  }
}

}  // namespace

FramePtr deinterlace(FramePtr frame, bool top_first) {
  // Four lines are two of each field: less is no picture of fields.
  const int planes = plane_count(frame->format);
  for (int i = 0; i < planes; ++i) {
    if (frame->planes[static_cast<std::size_t>(i)].height < 4) return frame;
  }
  auto canvas = make_canvas(frame->format, frame->width, frame->height);
  for (std::size_t i = 0; i < static_cast<std::size_t>(planes); ++i) {
    make_plane(frame->planes[i], canvas.rows[i], canvas.frame->planes[i].stride, top_first ? 1 : 0);
  }
  pad_edges(canvas);
  canvas.frame->sequence = frame->sequence;
  canvas.frame->pts = frame->pts;
  canvas.frame->captured = frame->captured;
  canvas.frame->full_range = frame->full_range;
  return canvas.frame;
}

}  // namespace vigil::media
