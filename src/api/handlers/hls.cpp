#include <fmt/format.h>

#include <algorithm>

#include "api/handlers/context.h"
#include "api/handlers/live_streams.h"
#include "api/problem.h"
#include "live/outputs.h"
#include "model/rendition.h"

// HLS: playlists and what they lead to. Waiting for a part costs no thread.

namespace vigil::api {
namespace {

using live::Availability;
using live::Fragments;
using live::MediaName;
using live::Segments;

constexpr std::chrono::milliseconds kPatience{10000};
constexpr std::chrono::milliseconds kStartPatience{4000};  // for a stream that is connected on demand
constexpr double kUnknownRate = 2'000'000;
constexpr const char* kPlaylist = "application/vnd.apple.mpegurl";

// What players cannot carry in headers goes from playlist to playlist.
std::string query_of(const Request& request) {
  const auto ticket = request.query.value("ticket", "");
  return ticket.empty() ? "" : "?ticket=" + ticket;
}

std::string reader_of(const Request& request) {
  return request.principal.id + " " + request.peer.address + " " + request.peer.client.substr(0, 200);
}

Response not_yet(std::string_view detail) {
  auto response = problem(503, "live.starting", detail);
  response.headers.add("Retry-After", "1");
  return response;
}

// A stream that the camera has, as `request` names it.
Result<std::shared_ptr<Fragments>> fragments_of(Context& context, const Request& request) {
  const std::string id(request.param("id")), stream(request.param("stream"));
  VIGIL_ASSIGN(auto names, context.services.cameras.live_streams(id));
  if (std::find(names.begin(), names.end(), stream) == names.end() && !model::rendition_from(stream)) {
    return make_error(ErrorKind::NotFound, "camera " + id + " has no such stream to watch", "stream.not_found");
  }
  return context.outputs.of(id, stream);
}

// Asked again each time a part came to its end.
class PartAnswer : public LaterAnswer {
 public:
  explicit PartAnswer(std::shared_ptr<Fragments> fragments) : fragments_(std::move(fragments)) {}
  ~PartAnswer() override {
    if (watch_ > 0) fragments_->unwatch_parts(watch_);
  }
  void begin(std::function<void()> wake) override { watch_ = fragments_->watch_parts(std::move(wake)); }
  std::chrono::milliseconds limit() const override { return kPatience; }

 protected:
  const std::shared_ptr<Fragments> fragments_;

 private:
  int watch_ = 0;
};

struct PlaylistQuestion {
  std::optional<live::Awaited> awaited;
  live::MediaPlaylistOptions options;
  std::string if_none_match;
  // Another stream of the camera whose state is told along, where it is being made.
  std::shared_ptr<Fragments> other;
  std::string other_address;
};

class PlaylistAnswer final : public PartAnswer {
 public:
  PlaylistAnswer(std::shared_ptr<Fragments> fragments, PlaylistQuestion question)
      : PartAnswer(std::move(fragments)), question_(std::move(question)) {}

  std::optional<Response> poll(bool over) override {
    std::optional<Response> out;
    add_report();
    bool waits = true;
    fragments_->look([&](const Segments& segments, const std::string& run) {
      const auto is = question_.awaited ? availability(segments, *question_.awaited) : Availability::There;
      if (is == Availability::Never) {
        out = problem(400, "hls.too_far", "_HLS_msn or _HLS_part asks for what is too far ahead.");
      } else if (is == Availability::There) {
        out = playlist(segments, run);
      }
      waits = !out;
    });
    if (!waits) return out;
    if (auto trouble = fragments_->trouble()) return problem(*trouble);
    if (over) return not_yet("The stream gives nothing new at the moment.");
    return std::nullopt;
  }

 private:
  void add_report() {
    question_.options.reports.clear();
    if (!question_.other || !question_.options.low_latency) return;
    question_.other->look([&](const Segments& segments, const std::string&) {
      live::MediaPlaylistOptions::Report report{question_.other_address, segments.open().number, std::nullopt};
      const auto parts = segments.open().parts.size();
      if (parts > 0) {
        report.part = parts - 1;
      } else {
        report.segment = segments.complete().back().number;
        report.part = segments.complete().back().parts.size() - 1;
      }
      question_.options.reports.push_back(std::move(report));
    });
  }

  Response playlist(const Segments& segments, const std::string& run) {
    Response response;
    const auto etag = fmt::format("\"{}-{}.{}-{}{}{}\"", run, segments.open().number, segments.open().parts.size(),
                                  question_.options.low_latency ? "l" : "p", question_.options.skip ? "s" : "",
                                  question_.options.reports.size());
    response.headers.add("ETag", etag);
    response.headers.add("Cache-Control", "private, no-cache");
    if (question_.if_none_match == etag) {
      response.status = 304;
      return response;
    }
    response.headers.add("Content-Type", kPlaylist);
    question_.options.run = run;
    response.body = media_playlist(segments, question_.options);
    return response;
  }

  PlaylistQuestion question_;
};

// An init, a segment, or a part that is there or is the next one to come.
class MediaAnswer final : public PartAnswer {
 public:
  MediaAnswer(std::shared_ptr<Fragments> fragments, MediaName name, std::string if_none_match)
      : PartAnswer(std::move(fragments)), name_(std::move(name)), if_none_match_(std::move(if_none_match)) {}

  std::optional<Response> poll(bool over) override {
    if (auto pieces = fragments_->find(name_)) return media(std::move(*pieces));
    if (over) return not_yet("The part did not come in time.");
    if (!comes()) return problem(404, "not_found", "There is no such segment, or not any more.");
    return std::nullopt;
  }

 private:
  bool comes() const {
    bool out = false;
    if (name_.kind != MediaName::Kind::Part) return false;
    fragments_->look([&](const Segments& segments, const std::string& run) {
      const auto& open = segments.open();
      out = run == name_.run && name_.number == open.number && name_.part == open.parts.size();
    });
    return out;
  }

  Response media(std::vector<media::SharedBytes> pieces) const {
    Response response;
    const auto etag = "\"" + to_text(name_) + "\"";
    response.headers.add("ETag", etag);
    // A name stands for the same bytes for ever; but they are for whoever may see the camera.
    response.headers.add("Cache-Control", "private, max-age=60, immutable");
    if (if_none_match_ == etag) {
      response.status = 304;
      return response;
    }
    response.headers.add("Content-Type", "video/mp4");
    response.pieces = std::move(pieces);
    return response;
  }

  const MediaName name_;
  const std::string if_none_match_;
};

// Which streams there are. Those that are connected on demand get a while to say what they are.
class VariantsAnswer final : public LaterAnswer {
 public:
  struct One {
    std::string name;
    cameras::LiveStream source;
    int watch = 0;
  };
  VariantsAnswer(Context& context, std::string camera, std::string query, std::vector<One> streams)
      : context_(context), camera_(std::move(camera)), query_(std::move(query)), streams_(std::move(streams)) {}
  ~VariantsAnswer() override {
    for (const auto& one : streams_) {
      if (one.watch > 0) one.source.stream->unwatch(one.watch);
    }
  }

  void begin(std::function<void()> wake) override {
    for (auto& one : streams_) {
      if (!facts_of(one.source.stream->tracks()).known) one.watch = one.source.stream->watch(wake);
    }
  }
  std::chrono::milliseconds limit() const override { return kStartPatience; }

  std::optional<Response> poll(bool over) override {
    std::vector<live::Variant> variants;
    std::optional<media::Codec> other;
    auto status = context_.services.cameras.status(camera_);
    if (!status.ok()) return problem(status.error());
    for (const auto& one : streams_) {
      const auto facts = facts_of(one.source.stream->tracks());
      if (!facts.known && !over) return std::nullopt;
      if (facts.codecs.empty()) {
        if (facts.known) other = facts.video->codec;
        continue;
      }
      variants.push_back(variant(one.name, facts, figures_of(*status, one.name)));
    }
    if (variants.empty() && other) {
      return problem(make_error(ErrorKind::FailedPrecondition,
                                std::string("the camera sends ") + media::codec_name(*other) +
                                    ", which HLS cannot carry; watch it as motion JPEG",
                                "live.codec"));
    }
    if (variants.empty()) return not_yet("The camera gives no picture at the moment.");
    Response response;
    response.headers.add("Content-Type", kPlaylist);
    response.headers.add("Cache-Control", "private, no-cache");
    response.body = multivariant_playlist(variants);
    return response;
  }

 private:
  live::Variant variant(const std::string& name, const StreamFacts& facts, const model::StreamFigures* figures) {
    live::Variant out;
    out.address = name + "/index.m3u8" + query_;
    out.codecs = facts.codecs;
    out.width = facts.video->width;
    out.height = facts.video->height;
    out.fps = figures != nullptr ? figures->fps : 0;
    // The highest of a segment; before there is one, the usual rate and a half.
    out.bits_per_second = figures != nullptr ? figures->bits_per_second * 1.5 : 0;
    context_.outputs.of(camera_, name)->look([&](const Segments& segments, const std::string&) {
      out.bits_per_second = std::max(out.bits_per_second, segments.bits_per_second());
    });
    if (out.bits_per_second <= 0) out.bits_per_second = kUnknownRate;
    return out;
  }

  Context& context_;
  const std::string camera_, query_;
  std::vector<One> streams_;
};

Response multivariant(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto& cameras = context.services.cameras;
  auto names = cameras.live_streams(id);
  if (!names.ok()) return problem(names.error());
  std::vector<VariantsAnswer::One> streams;
  for (const auto& name : *names) {
    auto source = cameras.live_stream(id, name);
    if (!source.ok()) return problem(source.error());
    streams.push_back({name, std::move(*source), 0});
  }
  // Players begin with the first: it may begin, too.
  context.outputs.of(id, names->front())->touch(reader_of(request));
  Response response;
  response.later = std::make_unique<VariantsAnswer>(context, id, query_of(request), std::move(streams));
  return response;
}

Response playlist(Context& context, const Request& request) {
  auto fragments = fragments_of(context, request);
  if (!fragments.ok()) return problem(fragments.error());
  PlaylistQuestion question;
  question.options.low_latency = request.query.value("low_latency", true);
  question.options.skip = request.query.contains("_HLS_skip");
  question.options.query = query_of(request);
  if (request.query.contains("_HLS_msn")) {
    question.awaited = live::Awaited{request.query.at("_HLS_msn").get<std::uint64_t>(), std::nullopt};
    if (request.query.contains("_HLS_part")) question.awaited->part = request.query.at("_HLS_part").get<std::size_t>();
  } else if (request.query.contains("_HLS_part")) {
    return problem(400, "query.invalid", "_HLS_part needs _HLS_msn.");
  }
  question.if_none_match = request.headers.get("If-None-Match");
  const std::string id(request.param("id")), stream(request.param("stream"));
  if (auto names = context.services.cameras.live_streams(id); names.ok()) {
    for (const auto& name : *names) {
      if (name == stream) continue;
      question.other = context.outputs.of(id, name);
      question.other_address = "../" + name + "/index.m3u8" + question.options.query;
    }
  }
  (*fragments)->touch(reader_of(request));
  Response response;
  response.later = std::make_unique<PlaylistAnswer>(std::move(*fragments), std::move(question));
  return response;
}

Response media_file(Context& context, const Request& request) {
  auto fragments = fragments_of(context, request);
  if (!fragments.ok()) return problem(fragments.error());
  auto name = live::parse_media_name(request.param("file"));
  if (!name) return problem(404, "not_found", "There is no such segment.");
  Response response;
  response.later = std::make_unique<MediaAnswer>(std::move(*fragments), std::move(*name),
                                                 std::string(request.headers.get("If-None-Match")));
  return response;
}

}  // namespace

void add_hls_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/hls/{id}/index.m3u8", "get_hls", Permission::Viewer, bind(multivariant)});
  routes.push_back({"GET", "/hls/{id}/{stream}/index.m3u8", "get_hls_stream", Permission::Viewer, bind(playlist)});
  routes.push_back({"GET", "/hls/{id}/{stream}/{file}", "get_hls_media", Permission::Viewer, bind(media_file)});
}

}  // namespace vigil::api
