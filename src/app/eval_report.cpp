#include "app/eval_report.h"

#include <fmt/format.h>

#include <cmath>

namespace vigil::app {
namespace {

double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

}  // namespace

TrackingReport score(const std::vector<eval::MotRow>& truth, const std::vector<eval::MotRow>& result,
                     ZeroMarked zero_marked) {
  std::vector<eval::TrackedBox> wanted, found;
  for (const auto& row : truth) {
    const bool is_marked = row.confidence != 0;
    if (is_marked || zero_marked == ZeroMarked::Ignore) wanted.push_back({row.frame, row.id, row.box, !is_marked});
  }
  for (const auto& row : result) found.push_back({row.frame, row.id, row.box, false});
  const auto sequence = eval::align(wanted, found);
  TrackingReport report;
  report.frames = static_cast<int>(sequence.frames.size());
  report.truth_boxes = sequence.truth_boxes;
  report.result_boxes = sequence.result_boxes;
  report.result_ids = sequence.result_ids;
  report.ignored_boxes = sequence.ignored_boxes;
  report.hota = eval::hota(sequence);
  report.clear = eval::clear_mot(sequence);
  report.identity = eval::identity(sequence);
  return report;
}

Json to_json(const TrackingReport& report) {
  const auto& [frames, truth_boxes, result_boxes, result_ids, ignored_boxes, hota, clear, identity] = report;
  return {{"frames", frames},
          {"hota", rounded(hota.hota)},
          {"deta", rounded(hota.detection)},
          {"assa", rounded(hota.association)},
          {"loca", rounded(hota.localisation)},
          {"mota", rounded(clear.mota)},
          {"motp", rounded(clear.motp)},
          {"idf1", rounded(identity.f1)},
          {"idp", rounded(identity.precision)},
          {"idr", rounded(identity.recall)},
          {"recall", rounded(clear.recall)},
          {"precision", rounded(clear.precision)},
          {"true_positives", clear.matched},
          {"false_positives", clear.false_positives},
          {"false_negatives", clear.misses},
          {"id_switches", clear.switches},
          {"fragmentations", clear.fragmentations},
          {"mostly_tracked", clear.mostly_tracked},
          {"partly_tracked", clear.partly_tracked},
          {"mostly_lost", clear.mostly_lost},
          {"gt_ids", clear.truth_ids},
          {"gt_boxes", truth_boxes},
          {"result_ids", result_ids},
          {"result_boxes", result_boxes},
          {"ignored_boxes", ignored_boxes}};
}

std::string to_table(const TrackingReport& report) {
  const auto& [frames, truth_boxes, result_boxes, result_ids, ignored_boxes, hota, clear, identity] = report;
  auto percent = [](double share) { return 100 * share; };
  auto text = fmt::format("{:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", "HOTA", "DetA", "AssA",
                          "MOTA", "MOTP", "IDF1", "IDP", "IDR", "Rcll", "Prcn");
  text += fmt::format("{:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f}\n",
                      percent(hota.hota), percent(hota.detection), percent(hota.association), percent(clear.mota),
                      percent(clear.motp), percent(identity.f1), percent(identity.precision), percent(identity.recall),
                      percent(clear.recall), percent(clear.precision));
  text += fmt::format("{:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}\n", "TP", "FP", "FN", "IDs", "FM",
                      "GT", "MT", "PT", "ML", "tracks");
  text += fmt::format("{:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6} {:6}\n", clear.matched, clear.false_positives,
                      clear.misses, clear.switches, clear.fragmentations, clear.truth_ids, clear.mostly_tracked,
                      clear.partly_tracked, clear.mostly_lost, result_ids);
  if (ignored_boxes > 0) {
    text +=
        fmt::format("{} of the tracker's boxes lie on truth that is marked 0 and count neither way.\n", ignored_boxes);
  }
  return text;
}

}  // namespace vigil::app
