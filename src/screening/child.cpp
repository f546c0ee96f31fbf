#include "screening/child.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "analyser/messages.h"
#include "base/log.h"
#include "extract/attended.h"
#include "extract/child.h"
#include "extract/ending.h"
#include "extract/socket.h"
#include "extract/supply.h"
#include "media/planes.h"
#include "media/video_writer.h"
#include "pipeline/file_analysis.h"
#include "sandbox/sandbox.h"
#include "screening/clip_file.h"
#include "screening/messages.h"
#include "vision/draw.h"

namespace vigil::screening {
namespace {

using extract::kSocket;
using extract::Type;

constexpr int kRulesBroken = 3;
constexpr int kLast = 10;  // of nice(): live cameras go first

void send(Type type, const Bytes& body) {
  // Nobody is there to hear more, and nothing of ours outlives us.
  if (!extract::send_message(kSocket, type, body)) ::_exit(0);
}

media::FramePtr grey_picture() {
  auto canvas = media::make_canvas(media::PixelFormat::I420, 320, 240);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& plane = canvas.frame->planes[i];
    for (int y = 0; y < plane.height; ++y)
      std::fill_n(canvas.rows[i] + y * plane.stride, plane.width, std::uint8_t{128});
  }
  return canvas.frame;
}

// The models that the server named, where it says that they lie. Each is used once, so that nothing has to be read when
// files are out of reach.
class PlacedDetectors final : public pipeline::DetectorFactory {
 public:
  PlacedDetectors(const ChildParts& parts, const Places& places) : parts_(parts), places_(places) {}

  Result<std::unique_ptr<vision::Detector>> make(const std::string& name) override {
    auto made = tried();
    if (made) return made;
    // Whoever asked knows the model by its name; where the server keeps it is nobody's business.
    auto error = std::move(made).error();
    for (auto at = error.message.find(places_.model); at != std::string::npos && !places_.model.empty();
         at = error.message.find(places_.model, at + name.size())) {
      error.message.replace(at, places_.model.size(), name);
    }
    return error;
  }
  std::unique_ptr<pipeline::Recognition> recognise(const std::string& camera_id,
                                                   const model::AnalysisSettings& settings) override {
    if (!parts_.open_recognition) return nullptr;
    const auto wanted = pipeline::recognition_wanted(settings);
    auto tools = parts_.open_recognition(wanted, places_.recognisers);
    if (tools) pipeline::warm_up(*tools);
    return std::make_unique<pipeline::Recognition>(camera_id, wanted, std::move(tools), nullptr);
  }

 private:
  Result<std::unique_ptr<vision::Detector>> tried() {
    VIGIL_ASSIGN(auto first, parts_.detectors.make(places_.model));
    VIGIL_TRY(first->detect(*grey_picture(), {}));
    // Some learn from each picture that they are shown.
    return parts_.detectors.make(places_.model);
  }

  const ChildParts& parts_;
  const Places& places_;
};

// Draws what is seen upon the pictures, and hands out the video that they make.
class Annotator {
 public:
  static Result<std::unique_ptr<Annotator>> make(const media::VideoFile& file) {
    auto out = std::make_unique<Annotator>();
    auto put = [](std::uint64_t offset, View bytes) -> Result<void> {
      for (std::size_t at = 0; at < bytes.size(); at += kMostPiece) {
        send(Type::Video, write(VideoPiece{offset + at, bytes.subspan(at, std::min(kMostPiece, bytes.size() - at))}));
      }
      return {};
    };
    VIGIL_ASSIGN(out->video_, media::make_video_writer(std::move(put), file.width(), file.height(), file.fps()));
    return out;
  }
  Result<void> add(const media::FramePtr& frame, const std::optional<model::Observation>& seen) {
    if (seen) shown_ = trails_.see(*seen);
    auto drawn = vision::draw(*frame, shown_);
    return video_->write(drawn ? drawn : frame);
  }
  Result<void> finish() { return video_->finish(); }

 private:
  std::unique_ptr<media::VideoWriter> video_;
  vision::Trails trails_;
  vision::Drawing shown_;  // of the last picture that was looked at
};

class Telling {
 public:
  explicit Telling(Ticks duration) : duration_(duration) {}
  // Also where nothing comes out for long: whoever listens knows that we live.
  void at(Ticks time) {
    last_ = std::max(last_, time);
    const auto length = static_cast<double>(std::max(duration_, Ticks(1)).count());
    const double done = duration_ > Ticks(0) ? std::clamp(static_cast<double>(last_.count()) / length, 0.0, 1.0) : 0;
    if (done < told_ + 0.002 && ++silent_ < 32) return;
    silent_ = 0;
    told_ = std::max(told_, done);
    send(Type::Progress, extract::write_progress(told_));
  }
  Ticks last() const { return last_; }

 private:
  const Ticks duration_;
  Ticks last_{0};
  double told_ = 0;
  int silent_ = 0;
};

Result<Summary> look(const Begin& begin, extract::Inbox& inbox, pipeline::Analysis& analysis) {
  extract::Asking asking(kSocket, inbox, begin.size);
  media::ClipOptions options{.threads = begin.threads};
  if (begin.distant) options.ready = [&](std::uint64_t offset, std::size_t most) { return asking.ready(offset, most); };
  VIGIL_ASSIGN(const auto clip, media::open_clip(Fd(extract::kInput), begin.size, options));
  const auto facts = extract::facts_of(clip->info(), false);
  send(Type::Facts, extract::write(facts));
  VIGIL_TRY(extract::check_duration(facts.duration_ms, begin.request.max_duration.count()));
  const auto file = make_clip_file(*clip);
  std::unique_ptr<Annotator> annotator;
  if (begin.request.annotate) {
    VIGIL_ASSIGN(annotator, Annotator::make(*file));
  }
  Telling telling(clip->info().duration);
  VIGIL_ASSIGN(const auto figures,
               pipeline::analyse_file(
                   *file, analysis,
                   [&](const media::FramePtr& frame, const std::optional<model::Observation>& seen) -> Result<void> {
                     if (seen) send(Type::Seen, analyser::write(*seen));
                     telling.at(frame->pts);
                     return annotator ? annotator->add(frame, seen) : Result<void>();
                   }));
  if (figures.frames == 0) {
    return make_error(ErrorKind::InvalidArgument,
                      clip->figures().packets == 0
                          ? "There is not one picture in the video: it is empty, or cut off behind its header."
                          : "There is not one picture in the video that can be decoded: it is damaged.",
                      "media.no_pictures");
  }
  if (annotator) VIGIL_TRY(annotator->finish());
  send(Type::Progress, extract::write_progress(1));
  const auto seen = analysis.figures();
  Summary out;
  out.frames = figures.frames;
  out.analysed = seen.analysed;
  out.detected = seen.detected;
  out.failed = seen.failed;
  out.broken = figures.broken;
  out.sizes_changed = figures.sizes_changed;
  out.ended = extract::early_end(*clip, telling.last());
  out.degraded = seen.degraded;
  return out;
}

int run(const ChildParts& parts) {
  extract::Inbox inbox(kSocket);
  auto message = inbox.next();
  if (!message || !*message || (*message)->header.type != Type::Screen) return kRulesBroken;
  const auto begin = read_begin((*message)->body);
  if (!begin) return kRulesBroken;
  sandbox::Report report;
  sandbox::limit_process(begin->memory_bytes, report);
  extract::warm_up_child(begin->request.annotate);
  PlacedDetectors detectors(parts, begin->places);
  pipeline::Analysis analysis("video", detectors);
  pipeline::AnalysisConfig config;
  config.analysis = begin->request.analysis;
  config.analysis.enabled = true;
  const auto adopted = analysis.adopt(config);
  if (begin->sandbox) {
    sandbox::close_files(report);
    sandbox::close_system_calls(report, extract::kChildCalls);
  } else {
    report.remark = "switched off";
  }
  send(Type::Ready, extract::write(report));
  auto done = adopted.ok() ? look(*begin, inbox, analysis) : Result<Summary>(adopted.error());
  End end;
  if (done) {
    end.summary = std::move(*done);
  } else {
    end.error = std::move(done).error();
  }
  send(Type::Screened, write(end));
  return 0;
}

}  // namespace

int run_child(const ChildParts& parts) {
  // The one who wants us is the one who started us.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "vigil-screen");
  std::set_new_handler(&extract::exit_without_memory);
  static_cast<void>(!::nice(kLast));
  log::configure(log::Level::Error, log::Format::Text);
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  const int status = run(parts);
  std::fflush(stderr);
  ::_exit(status);
}

}  // namespace vigil::screening
