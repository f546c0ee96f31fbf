#include "footage/extract_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "footage/judgement.h"
#include "footage/payload.h"
#include "model/job_folders.h"

namespace vigil::footage {
namespace {

using extract::PictureKind;

// Puts pictures where they belong, and tells the store of them now and then.
class JobOutlet final : public extract::Outlet {
 public:
  JobOutlet(jobs::Run& run, blob::Store& blobs, const extract::Request& request, Progress progress, int every)
      : run_(run), blobs_(blobs), request_(request), progress_(progress), every_(static_cast<std::size_t>(every)) {}

  Result<void> facts(const extract::VideoFacts& facts) override {
    facts_ = extract::to_json(facts);
    return keep(blob::Prefix::Metadata, "video.json", "application/json", to_text(facts_), facts_);
  }

  Result<void> picture(const extract::PictureNote& note, std::span<const std::uint8_t> bytes) override {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Json facts = {{"time_ms", note.time.count() / 90}, {"width", note.width}, {"height", note.height}};
    if (note.kind == PictureKind::Preview)
      return keep(blob::Prefix::Thumbnails, "preview.mp4", "video/mp4", text, facts);
    if (note.kind != PictureKind::Frame)
      return keep(blob::Prefix::Thumbnails, name_of(note), "image/jpeg", text, facts);
    facts["key"] = note.key;
    if (note.index >= 0) facts["index"] = note.index;
    const bool png = request_.format == extract::PictureFormat::Png;
    VIGIL_TRY(keep(blob::Prefix::Frames, extract::frame_name(note.time, request_.format),
                   png ? "image/png" : "image/jpeg", text, facts));
    progress_.after = note.time;
    ++progress_.pictures;
    return made_.size() >= every_ ? checkpoint() : Result<void>();
  }

  Result<void> progress(double done) override {
    run_.progress(done, done < 1 ? "taking pictures" : "looking over it");
    return {};
  }

  Result<void> checkpoint() {
    VIGIL_TRY(run_.checkpoint(write_cursor(progress_), made_));
    made_.clear();
    return {};
  }
  void frames_are_done() { progress_.frames_done = true; }
  const Progress& so_far() const { return progress_; }
  const Json& facts() const { return facts_; }

 private:
  static std::string name_of(const extract::PictureNote& note) {
    if (note.kind == PictureKind::First) return "first.jpg";
    return note.kind == PictureKind::Best ? "best.jpg" : "sheet.jpg";
  }

  Result<void> keep(blob::Prefix prefix, const std::string& name, const char* type, std::string_view bytes,
                    const Json& facts) {
    const auto& job = run_.job();
    VIGIL_ASSIGN(const auto key, blob::Key::parse(fmt::format("{}/{}/{}/{}", blob::to_string(prefix), job.asset,
                                                              model::common_folder(job), name)));
    VIGIL_TRY(blobs_.put(key, bytes));
    made_.push_back({name, key.text(), bytes.size(), type, to_text(facts)});
    return {};
  }

  jobs::Run& run_;
  blob::Store& blobs_;
  const extract::Request& request_;
  Progress progress_;
  const std::size_t every_;
  Json facts_ = Json::object();
  std::vector<model::JobOutput> made_;
};

Json result_of(const JobOutlet& outlet, const extract::Summary& summary) {
  Json problems = Json::array();
  if (summary.broken > 0) problems.push_back(fmt::format("{} pictures are damaged", summary.broken));
  if (!summary.ended.empty()) problems.push_back(summary.ended);
  if (summary.capped) problems.push_back("there are more pictures than were asked for");
  return {{"pictures", outlet.so_far().pictures}, {"video", outlet.facts()}, {"problems", problems}};
}

}  // namespace

ExtractHandler::ExtractHandler(ExtractConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open,
                               Clock& clock)
    : config_(std::move(config)), assets_(assets), blobs_(blobs), open_(std::move(open)), clock_(clock) {}

Result<jobs::Finished> ExtractHandler::run(jobs::Run& run) {
  const auto& job = run.job();
  VIGIL_ASSIGN(auto request, read_request(job.payload));
  VIGIL_ASSIGN(const auto progress, read_cursor(job.cursor));
  VIGIL_ASSIGN(const auto asset, assets_.get(job.asset));
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  run.progress(0, "opening the video");
  VIGIL_ASSIGN(const auto input, open_(key));
  request.after = progress.after;
  const auto left = static_cast<std::uint64_t>(request.max_pictures) -
                    std::min<std::uint64_t>(progress.pictures, static_cast<std::uint64_t>(request.max_pictures));
  if (progress.frames_done || left == 0) request.cadence = extract::Cadence::None;
  request.max_pictures = std::max(1, static_cast<int>(left));
  request.max_duration = config_.max_duration;
  JobOutlet outlet(run, blobs_, request, progress, config_.checkpoint_pictures);
  auto done = extract::extract(config_.program, input, request, config_.limits, outlet, run.stop(), clock_);
  if (!done) {
    // What is there stays there, whoever goes on. An error of its own would hide the first one.
    if (done.error().kind != ErrorKind::InvalidArgument) static_cast<void>(outlet.checkpoint());
    return judged(std::move(done).error(), job);
  }
  outlet.frames_are_done();
  VIGIL_TRY(outlet.checkpoint());
  return jobs::Finished{to_text(result_of(outlet, done->summary)), {}, {}};
}

}  // namespace vigil::footage
