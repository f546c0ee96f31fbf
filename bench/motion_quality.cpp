#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "media/decoder.h"
#include "media/demuxer.h"
#include "motion/debounce.h"
#include "motion/detector.h"

// How often motion detection is right on footage whose truth is known: prints hits and false alarms. The footage is not
// part of the repository; it is looked for in $VIGIL_TEST_DATA or ../shared/data. docs/motion.md keeps the figures.
//   motion_quality                       the table
//   motion_quality FILE [sensitivity] [pictures a second]   what is found in any file, picture by picture

namespace {

using namespace vigil;

struct Span {
  int from = 0, to = 0;  // frames, inclusive
};

struct Clip {
  const char* file;
  double fps;
  std::vector<Span> movements;  // somebody begins or goes on to move: each must be found
  std::vector<Span> busy;       // movement, or something that may fairly be taken for it: no false alarm here
};

// Seen by eye, frame by frame. One second of grace is added to what is busy.
const std::vector<Clip>& clips() {
  static const std::vector<Clip> all = {
      // The light goes on: a door opens and lets light in (30–42), the picture turns white (43–47), then day. Nobody.
      {"frigate_test_motion_video-1.mp4", 6, {}, {{30, 42}}},
      // Somebody sweeps the floor. Before and after, a leg at the edge and its shadow.
      {"frigate_test_motion_video-2.mp4", 6, {{183, 350}}, {{150, 372}}},
      // The light goes off (63): black, then infra-red. Nobody.
      {"frigate_test_motion_video-3.mp4", 6, {}, {}},
      // Six people come in, stand still at a table, and leave.
      {"one-by-one-person-detection.mp4",
       10,
       {{60, 75},
        {180, 198},
        {227, 240},
        {432, 449},
        {502, 516},
        {686, 701},
        {744, 758},
        {854, 869},
        {921, 936},
        {1180, 1200},
        {1234, 1248},
        {1342, 1360}},
       {{60, 203}, {226, 451}, {500, 705}, {743, 873}, {919, 1203}, {1231, 1363}}},
  };
  return all;
}

struct Seen {
  int frame = 0;
  double at = 0;  // seconds
  motion::Analysis analysis;
};

// Every n-th picture of the file, so that about `pace` a second are looked at.
bool look(const std::string& path, int sensitivity, double fps, double pace, std::vector<Seen>& seen) {
  media::DemuxOptions options;
  options.url = Secret(path);
  options.format_whitelist = {"mov", "avi", "matroska", "mpegts"};
  options.protocol_whitelist = {"file"};
  options.live = false;
  options.audio = false;
  auto demuxer = media::make_demuxer(std::move(options));
  auto tracks = demuxer->open();
  if (!tracks.ok()) {
    fmt::print("{}: {}\n", path, tracks.error().message);
    return false;
  }
  auto decoder = media::make_decoder(*tracks.value()[0]);
  if (!decoder) {
    fmt::print("{}: {}\n", path, decoder.error().message);
    return false;
  }
  model::MotionSettings settings;
  settings.sensitivity = sensitivity;
  motion::Detector detector(settings);
  const int every = std::max(1, static_cast<int>(fps / pace + 0.5));
  int n = 0;
  const auto take = [&](const std::vector<media::FramePtr>& frames) {
    for (const auto& frame : frames) {
      if (n % every == 0) {
        const double at = n / fps;
        seen.push_back({n, at, detector.analyse(frame->luma(), Nanos(static_cast<std::int64_t>(at * 1e9)))});
      }
      ++n;
    }
  };
  for (;;) {
    auto packet = demuxer->read();
    if (!packet.ok()) break;
    if (packet.value().track != 0) continue;
    if (auto frames = (*decoder)->decode(packet.value())) take(*frames);
  }
  take((*decoder)->flush());
  return n > 0;
}

bool overlaps(const std::vector<Span>& spans, double from, double to, double fps, double grace) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](Span s) { return from <= s.to / fps + grace && to >= s.from / fps - grace; });
}

struct Score {
  int movements = 0, hits = 0, events = 0, false_alarms = 0, global_changes = 0;
  double quiet_seconds = 0;
};

Score judge(const Clip& clip, const std::vector<Seen>& seen) {
  Score score;
  score.movements = static_cast<int>(clip.movements.size());
  for (const Span& span : clip.movements) {
    score.hits += std::any_of(seen.begin(), seen.end(), [&](const Seen& s) {
      return s.analysis.moving() && overlaps({span}, s.at, s.at, clip.fps, 0.5);
    });
  }
  model::MotionSettings settings;
  settings.end_after_s = 1;  // so that visits a few seconds apart are events of their own
  motion::Debounce debounce(settings, [] { return std::string("e"); });
  constexpr double kGrace = 1.0;
  bool global = false;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const Seen& s = seen[i];
    const double step = i + 1 < seen.size() ? seen[i + 1].at - s.at : 0;
    if (!overlaps(clip.busy, s.at, s.at, clip.fps, kGrace)) score.quiet_seconds += step;
    score.global_changes += s.analysis.global_change && !global;
    global = s.analysis.global_change;
    const auto told = debounce.step(s.analysis, from_unix_seconds(1000 + s.at));
    if (!told || told->phase != model::MotionDetected::Phase::Start) continue;
    ++score.events;
    score.false_alarms += !overlaps(clip.busy, s.at, s.at, clip.fps, kGrace);
  }
  return score;
}

std::string data_folder() {
  const char* named = std::getenv("VIGIL_TEST_DATA");
  return named != nullptr ? named : "../shared/data";
}

int table() {
  const auto folder = data_folder() + "/videos/";
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) {
    fmt::print("skipped: no footage in {}; name its folder in VIGIL_TEST_DATA\n", folder);
    return 0;
  }
  fmt::print(
      "| sensitivity | pictures/s | movements found | events | false alarms | quiet time | false alarms per hour |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (const int sensitivity : {30, 50, 80}) {
    for (const double pace : {10.0, 5.0, 2.0, 0.5}) {
      Score all;
      for (const Clip& clip : clips()) {
        std::vector<Seen> seen;
        if (!look(folder + clip.file, sensitivity, clip.fps, pace, seen)) return 1;
        const Score score = judge(clip, seen);
        all.movements += score.movements;
        all.hits += score.hits;
        all.events += score.events;
        all.false_alarms += score.false_alarms;
        all.quiet_seconds += score.quiet_seconds;
      }
      fmt::print("| {} | {} | {} of {} | {} | {} | {:.0f} s | {:.0f} |\n", sensitivity, pace, all.hits, all.movements,
                 all.events, all.false_alarms, all.quiet_seconds, all.false_alarms / all.quiet_seconds * 3600);
    }
  }
  fmt::print("\n| clip | global changes | movements found | events | false alarms |\n|---|---|---|---|---|\n");
  for (const Clip& clip : clips()) {
    std::vector<Seen> seen;
    if (!look(folder + clip.file, 50, clip.fps, 5, seen)) return 1;
    const Score score = judge(clip, seen);
    fmt::print("| {} | {} | {} of {} | {} | {} |\n", clip.file, score.global_changes, score.hits, score.movements,
               score.events, score.false_alarms);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return table();
  const int sensitivity = argc > 2 ? std::atoi(argv[2]) : 50;
  const double pace = argc > 3 ? std::atof(argv[3]) : 5;
  std::vector<Seen> seen;
  if (!look(argv[1], sensitivity, 10, std::max(0.1, pace), seen)) return 1;
  for (const Seen& s : seen) {
    std::string line = fmt::format("{} {:.4f}", s.frame, s.analysis.score);
    if (s.analysis.global_change) line += " global";
    if (s.analysis.calibrating) line += " calibrating";
    for (const auto& b : s.analysis.boxes) line += fmt::format(" {},{},{}x{}", b.x, b.y, b.width, b.height);
    fmt::print("{}\n", line);
  }
  return 0;
}
