#include "footage/probe_handler.h"

#include <optional>
#include <utility>

#include "footage/judgement.h"
#include "model/job_rules.h"

namespace vigil::footage {
namespace {

class ProbeOutlet final : public extract::Outlet {
 public:
  explicit ProbeOutlet(jobs::Run& run) : run_(run) {}
  Result<void> facts(const extract::VideoFacts& facts) override {
    video_ = extract::to_json(facts);
    return {};
  }
  Result<void> picture(const extract::PictureNote& note, std::span<const std::uint8_t> bytes) override {
    if (note.kind == extract::PictureKind::Best) poster_.assign(bytes.begin(), bytes.end());
    return {};
  }
  Result<void> progress(double done) override {
    run_.progress(done, "looking over it");
    return {};
  }
  const std::optional<Json>& video() const { return video_; }
  const std::string& poster() const { return poster_; }

 private:
  jobs::Run& run_;
  std::optional<Json> video_;
  std::string poster_;
};

}  // namespace

ProbeHandler::ProbeHandler(ProbeConfig config, store::AssetRepository& assets, blob::Store& blobs, OpenVideo open,
                           Clock& clock)
    : config_(std::move(config)), assets_(assets), blobs_(blobs), open_(std::move(open)), clock_(clock) {}

Result<jobs::Finished> ProbeHandler::run(jobs::Run& run) {
  const auto& job = run.job();
  VIGIL_ASSIGN(const auto asset, assets_.get(job.asset));
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  run.progress(0, "opening the video");
  VIGIL_ASSIGN(const auto input, open_(key));
  extract::Request request;
  request.cadence = extract::Cadence::None;
  request.thumbnails = true;
  request.max_duration = config_.max_duration;
  ProbeOutlet outlet(run);
  auto done = extract::extract(config_.program, input, request, config_.limits, outlet, run.stop(), clock_);
  model::AssetLook look;
  Json problems = Json::array();
  if (outlet.video()) look.video = to_text(*outlet.video());
  if (!done) {
    auto error = judged(std::move(done).error(), job);
    // That it cannot be fetched says nothing of it.
    if (is_of_storage(error)) return error;
    // What the video is, is known; that a picture of it takes too long to find is no fault of anybody's.
    const bool slow = error.code == "extract.timeout" && outlet.video();
    if (!slow && model::fault_of(error) != model::JobFault::Permanent) return error;
    if (!slow) {
      look.fault_code = error.code;
      look.fault = error.message;
      VIGIL_TRY(assets_.describe(asset.id, look));
      return error;
    }
    problems.push_back("a picture of it could not be found in time");
  }
  VIGIL_ASSIGN(const auto poster, blob::Key::make(blob::Prefix::Thumbnails, {asset.id, "poster.jpg"}));
  if (!outlet.poster().empty()) {
    VIGIL_TRY(blobs_.put(poster, outlet.poster()));
    look.thumbnail = poster.text();
  }
  auto described = assets_.describe(asset.id, look);
  if (!described) {
    // It was deleted meanwhile, and cleared away: nobody would find this picture any more.
    if (described.error().kind == ErrorKind::NotFound) static_cast<void>(blobs_.remove(poster).ok());
    return std::move(described).error();
  }
  return jobs::Finished{
      to_text({{"video", outlet.video().value_or(Json::object())}, {"problems", std::move(problems)}}), {}, {}};
}

}  // namespace vigil::footage
