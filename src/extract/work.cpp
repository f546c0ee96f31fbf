#include "extract/work.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "extract/choice.h"
#include "extract/encode.h"
#include "extract/ending.h"
#include "extract/look.h"
#include "extract/survey.h"

namespace vigil::extract {
namespace {

// To seek is worth it from so far on.
constexpr Ticks kFar{20 * 90000};
constexpr Ticks kShortestScene{45000};

class Worker {
 public:
  Worker(media::Clip& clip, const Request& request, Outlet& outlet)
      : clip_(clip), request_(request), outlet_(outlet), longest_(request.max_duration.count() * 90) {}

  Result<void> frames();
  Summary summary() const { return summary_; }
  Ticks seen() const { return seen_; }
  bool at_end() const { return at_end_; }  // everything was read

 private:
  bool wanted(const media::ClipPlace& place);
  Result<void> go_on();
  Result<void> take(const media::ClipPicture& picture);
  bool is_new_scene(const media::ClipPicture& picture);

  media::Clip& clip_;
  const Request& request_;
  Outlet& outlet_;
  const Ticks longest_;
  Summary summary_;
  Ticks seen_{0};
  bool at_end_ = false;
  double told_ = 0;
  std::uint64_t asked_ = 0;
  std::size_t next_time_ = 0;  // of those that are asked for
  std::optional<Ticks> last_;  // handed out
  std::optional<Look> before_;
  Result<void> telling_;
};

bool Worker::wanted(const media::ClipPlace& place) {
  seen_ = std::max(seen_, place.time);
  const auto duration = clip_.info().duration;
  if (telling_.ok()) {
    const auto length = static_cast<double>(std::max(duration, Ticks(1)).count());
    const double done = duration > Ticks(0) ? std::clamp(static_cast<double>(seen_.count()) / length, 0.0, 1.0) : 0;
    // Also said where nothing comes out for long: whoever listens knows that we live.
    if (done >= told_ + 0.002 || ++asked_ % 512 == 0) {
      told_ = std::max(told_, done);
      telling_ = outlet_.progress(told_);
    }
  }
  if (place.time > longest_) return false;
  if (request_.after) {
    // What a scene is compared with.
    if (request_.cadence == Cadence::Scenes ? place.time < *request_.after : place.time <= *request_.after)
      return false;
  }
  return is_chosen(request_, place);
}

bool Worker::is_new_scene(const media::ClipPicture& picture) {
  const auto look = look_at(*picture.frame);
  const bool cut = !before_ || difference(*before_, look) > kCut;
  before_ = look;
  if (request_.after && picture.place.time <= *request_.after) return false;
  return cut && (!last_ || picture.place.time - *last_ >= kShortestScene);
}

Result<void> Worker::take(const media::ClipPicture& picture) {
  if (request_.cadence == Cadence::Scenes && !is_new_scene(picture)) return {};
  // Two in one millisecond have one name.
  if (last_ && picture.place.time.count() / 90 <= last_->count() / 90) return {};
  last_ = picture.place.time;
  ++summary_.pictures;
  VIGIL_ASSIGN(const auto encoded, encode(*picture.frame, request_));
  PictureNote note{PictureKind::Frame, picture.place.time, picture.place.index,
                   picture.place.key,  encoded.width,      encoded.height};
  return outlet_.picture(note, encoded.bytes);
}

// Times that lie far apart are gone to.
Result<void> Worker::go_on() {
  if (request_.cadence != Cadence::Times) return {};
  while (next_time_ < request_.times.size()) {
    const Ticks time(request_.times[next_time_].count() * 90);
    if ((!last_ || time > *last_) && (!request_.after || time > *request_.after)) break;
    ++next_time_;
  }
  if (next_time_ == request_.times.size()) return {};
  const Ticks time(request_.times[next_time_].count() * 90);
  if (time <= clip_.ahead() + kFar) return {};
  ++next_time_;
  return clip_.seek(time);
}

Result<void> Worker::frames() {
  if (request_.after && request_.cadence == Cadence::Scenes) last_ = request_.after;
  for (;;) {
    VIGIL_TRY(go_on());
    VIGIL_ASSIGN(const auto picture, clip_.next([this](const auto& place) { return wanted(place); }));
    VIGIL_TRY(std::move(telling_));
    at_end_ = !picture;
    if (!picture) break;
    if (summary_.pictures >= static_cast<std::uint64_t>(request_.max_pictures)) {
      summary_.capped = true;
      break;
    }
    VIGIL_TRY(take(*picture));
    // Nothing behind the last time that is asked for is read.
    const auto& next = picture->place.next;
    if (request_.cadence == Cadence::Times && next && *next > Ticks(request_.times.back().count() * 90)) break;
  }
  const auto& figures = clip_.figures();
  summary_.packets = figures.packets;
  summary_.sent = figures.sent;
  summary_.decoded = figures.decoded;
  summary_.broken = figures.broken;
  return {};
}

}  // namespace

Result<Summary> work(Fd file, std::uint64_t size, Request request, const media::ClipOptions& options, Outlet& outlet) {
  VIGIL_TRY(check(request));
  std::sort(request.times.begin(), request.times.end());
  VIGIL_ASSIGN(auto clip, media::open_clip(std::move(file), size, options));
  const auto facts = facts_of(clip->info(), request.keep_location);
  VIGIL_TRY(outlet.facts(facts));
  VIGIL_TRY(check_duration(facts.duration_ms, request.max_duration.count()));
  Summary summary;
  if (request.cadence != Cadence::None) {
    Worker worker(*clip, request, outlet);
    VIGIL_TRY(worker.frames());
    summary = worker.summary();
    if (worker.at_end()) summary.ended = early_end(*clip, worker.seen());
    // Behind a place that was gone to nothing was found; what stands before it may be well.
    const bool behind =
        request.cadence == Cadence::Times && !request.times.empty() && request.times.front().count() > 0;
    if (summary.pictures == 0 && behind) {
      summary.ended =
          fmt::format("nothing of the video can be read from {} on: the file is not complete, or damaged there",
                      clock_text(request.times.front().count()));
    } else if (summary.pictures == 0 && !request.after) {
      return make_error(ErrorKind::InvalidArgument,
                        summary.packets == 0
                            ? "There is not one picture in the video: it is empty, or cut off behind its header."
                            : "There is not one picture in the video that can be decoded: it is damaged.",
                        "media.no_pictures");
    }
  }
  if (request.surveys()) VIGIL_TRY(survey(*clip, request, outlet));
  VIGIL_TRY(outlet.progress(1));
  return summary;
}

}  // namespace vigil::extract
