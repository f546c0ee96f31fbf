#include "app/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <thread>

#include "app/commands.h"
#include "app/exit_code.h"
#include "app/inherited.h"
#include "app/part_file.h"
#include "app/signals.h"
#include "app/write_file.h"
#include "base/json.h"
#include "base/log.h"
#include "extract/child.h"
#include "extract/extractor.h"

namespace vigil::app {
namespace {

int fail(const std::string& message, int code = kFailed) {
  fmt::print(stderr, "vigil frames: {}\n", message);
  return code;
}

// "2.5", "1:30", "1:02:03.250"
std::optional<std::chrono::milliseconds> parse_time(std::string_view text) {
  double seconds = 0;
  for (int part = 0; part < 3; ++part) {
    const auto colon = text.find(':');
    const auto piece = text.substr(0, colon);
    double number = 0;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), number, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != piece.data() + piece.size() || !(number >= 0 && number < 1e7)) break;
    seconds = seconds * 60 + number;
    if (colon == std::string_view::npos) return std::chrono::milliseconds(std::llround(seconds * 1000));
    text.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

Result<extract::Request> to_request(const FramesOptions& options) {
  extract::Request out;
  out.cadence = extract::Cadence::None;
  if (options.fps > 0) out.cadence = extract::Cadence::Fps, out.fps = options.fps;
  if (options.every > 0) out.cadence = extract::Cadence::EveryNth, out.every = options.every;
  if (options.keys) out.cadence = extract::Cadence::KeyFrames;
  if (options.scenes) out.cadence = extract::Cadence::Scenes;
  for (const auto& text : options.at) {
    const auto time = parse_time(text);
    if (!time) {
      return make_error(ErrorKind::InvalidArgument, text + " is no time: it looks like 2.5, 1:30 or 1:02:03.250");
    }
    out.cadence = extract::Cadence::Times;
    out.times.push_back(*time);
  }
  out.format = options.format == "png" ? extract::PictureFormat::Png : extract::PictureFormat::Jpeg;
  out.quality = options.quality;
  out.max_width = options.width;
  out.max_height = options.height;
  out.max_pictures = options.most;
  out.thumbnails = options.thumbnails;
  out.sheet = options.sheet;
  out.preview = options.preview;
  out.keep_location = options.location;
  if (options.folder.empty() && (out.cadence != extract::Cadence::None || out.surveys())) {
    return make_error(ErrorKind::InvalidArgument, "--out says where the pictures go");
  }
  return out;
}

class FolderOutlet final : public extract::Outlet {
 public:
  FolderOutlet(const FramesOptions& options, extract::PictureFormat format) : options_(options), format_(format) {}

  Result<void> open() {
    if (options_.folder.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    if (error) return make_error(ErrorKind::Unavailable, options_.folder + ": " + error.message());
    VIGIL_ASSIGN(list_, PartFile::create(options_.folder + "/frames.jsonl"));
    return {};
  }
  Result<void> finish() { return list_ ? list_->commit() : Result<void>(); }

  Result<void> facts(const extract::VideoFacts& facts) override {
    facts_ = extract::to_json(facts);
    return {};
  }

  Result<void> picture(const extract::PictureNote& note, std::span<const std::uint8_t> bytes) override {
    const auto name = name_of(note);
    VIGIL_TRY(write_file(options_.folder + "/" + name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    if (note.kind != extract::PictureKind::Frame) {
      extras_.push_back(name);
      return {};
    }
    Json line = {{"file", name},
                 {"time_ms", note.time.count() / 90},
                 {"key", note.key},
                 {"width", note.width},
                 {"height", note.height}};
    if (note.index >= 0) line["index"] = note.index;
    return list_->write(vigil::to_text(line) + "\n");
  }

  Result<void> progress(double) override { return {}; }

  const Json& facts() const { return facts_; }
  const Json& extras() const { return extras_; }

 private:
  std::string name_of(const extract::PictureNote& note) const {
    switch (note.kind) {
      case extract::PictureKind::Frame:
        return extract::frame_name(note.time, format_);
      case extract::PictureKind::First:
        return "first.jpg";
      case extract::PictureKind::Best:
        return "best.jpg";
      case extract::PictureKind::Sheet:
        return "sheet.jpg";
      case extract::PictureKind::Preview:
        return "preview.mp4";
    }
    return "picture";
  }

  const FramesOptions& options_;
  const extract::PictureFormat format_;
  std::unique_ptr<PartFile> list_;
  Json facts_ = Json::object(), extras_ = Json::array();
};

Json summary_of(const FramesOptions& options, const FolderOutlet& outlet, const extract::Summary& summary,
                double seconds) {
  Json problems = Json::array();
  if (summary.broken > 0) problems.push_back(fmt::format("{} damaged pictures", summary.broken));
  if (!summary.ended.empty()) problems.push_back(summary.ended);
  if (summary.capped) problems.push_back(fmt::format("there are more pictures than {} (--max)", options.most));
  return {{"video", options.video},
          {"facts", outlet.facts()},
          {"pictures", summary.pictures},
          {"decoded", summary.decoded},
          {"packets", summary.packets},
          {"also", outlet.extras()},
          {"seconds", std::round(seconds * 1000) / 1000},
          {"problems", problems}};
}

}  // namespace

int frames(const FramesOptions& options) {
  log::configure(log::Level::Error, log::Format::Text);  // standard output is the summary's
  StopSignals signals;
  const auto request = to_request(options);
  if (!request) return fail(request.error().message, kUsage);
  auto input = extract::open_input(options.video);
  if (!input) return fail(input.error().message);
  FolderOutlet outlet(options, request->format);
  if (auto opened = outlet.open(); !opened) return fail(opened.error().message);
  extract::Limits limits;
  limits.time = std::chrono::hours(24);  // whoever waits for it can stop it
  limits.sandbox_required = false;       // a file of the user's own
  limits.threads = options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  auto& clock = system_clock();
  const auto began = clock.steady();
  auto done = extract::extract({}, *input, *request, limits, outlet, signals.token(), clock);
  if (!done) return fail(fmt::format("{}: {}", options.video, done.error().message));
  if (auto finished = outlet.finish(); !finished) return fail(finished.error().message);
  if (!done->sandbox.complete()) fmt::print(stderr, "vigil frames: no whole sandbox: {}\n", done->sandbox.remark);
  const auto json =
      summary_of(options, outlet, done->summary, std::chrono::duration<double>(clock.steady() - began).count());
  for (const auto& problem : json["problems"]) fmt::print(stderr, "vigil frames: {}\n", problem.get<std::string>());
  fmt::print("{}\n", vigil::to_text(json));
  return kOk;
}

int extract_child(const std::string& probe) {
  if (!probe.empty()) return extract::run_probe(probe);
  if (!is_socket(extract::kSocket)) {
    fmt::print(stderr, "vigil extract: the server starts this by itself, for videos; see vigil frames\n");
    return kUsage;
  }
  return extract::run_child();
}

}  // namespace vigil::app
