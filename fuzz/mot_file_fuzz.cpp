// MOTChallenge files: nothing crashes, what was read is within bounds, is scored without harm and is read again as it
// was written.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "eval/mot_file.h"
#include "eval/tracking.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::eval;
  const MotLimits limits{.bytes = 1 << 16, .rows = 500, .frames = 1000, .rows_a_frame = 40};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_mot(text, "fuzz", MotIds::Ignored, limits);
  auto rows = parse_mot(text, "fuzz", MotIds::Unique, limits);
  if (!rows) return 0;
  std::vector<TrackedBox> truth, result;
  for (const auto& row : *rows) {
    if (row.frame < 1 || row.frame > limits.frames || row.id < 0 || !std::isfinite(row.box.x)) std::abort();
    if (row.box.width < 0 || row.box.height < 0) std::abort();
    truth.push_back({row.frame, row.id, row.box, row.confidence == 0});
    result.push_back({row.frame + 1, row.id, row.box, false});
  }
  const auto sequence = align(truth, truth);
  const auto clear = clear_mot(sequence);
  if (clear.switches != 0 || !(identity(sequence).f1 <= 1) || !(hota(sequence).hota <= 1 + 1e-9)) std::abort();
  const auto other = align(truth, result);
  if (!(identity(other).f1 <= 1) || !(hota(other).hota <= 1 + 1e-9) || !(clear_mot(other).mota <= 1)) std::abort();
  auto again = parse_mot(to_mot(*rows), "again", MotIds::Unique, {});
  if (!again || again->size() != rows->size()) std::abort();
  return 0;
}
