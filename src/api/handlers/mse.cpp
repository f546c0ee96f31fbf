#include <algorithm>
#include <deque>

#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/handlers/socket_answer.h"
#include "api/problem.h"
#include "live/outputs.h"

namespace vigil::api {
namespace {

constexpr std::uint16_t kSwitchedOff = 4409, kWrongCodec = 4415;
// A message holds what is there, so that a burst is not hundreds of them; and is small, so that one who is late is
// told.
constexpr std::size_t kMostBytes = 256u << 10;
constexpr int kMostFragments = 64;
constexpr auto kClockStep = std::chrono::milliseconds(20);

Outgoing text(const Json& json) {
  return {std::make_shared<const std::string>(to_text(json)), {}};
}

class MseSource final : public MessageSource {
 public:
  MseSource(Context& context, std::unique_ptr<Seat> seat, std::string camera, std::string stream, Principal who)
      : context_(context),
        seat_(std::move(seat)),
        camera_(std::move(camera)),
        stream_(std::move(stream)),
        who_(std::move(who)),
        fragments_(context.outputs.of(camera_, stream_)) {}
  ~MseSource() override {
    if (reader_ > 0) fragments_->leave(reader_);
  }

  void begin(std::function<void()> wake) override {
    reader_ = fragments_->join(wake);
    wake();  // for what is there
  }

  Outgoing next() override {
    if (waiting_.empty()) fill();
    if (waiting_.empty()) return {};
    auto out = std::move(waiting_.front());
    waiting_.pop_front();
    return out;
  }

  std::optional<End> check() override {
    auto status = context_.services.cameras.status(camera_);
    if (!status.ok() && status.error().kind == ErrorKind::NotFound) return End{kNoCamera, "the camera is gone"};
    if (auto trouble = fragments_->trouble()) {
      if (trouble->code == "live.codec") return End{kWrongCodec, "the codec is not for MSE"};
      if (trouble->code == "camera.disabled") return End{kSwitchedOff, "the camera is switched off"};
      if (trouble->kind == ErrorKind::NotFound) return End{kNoCamera, "the stream is gone"};
    }
    return signed_out(context_.services.accounts, who_);
  }

 private:
  // Never holds more than one message of fragments and what must be said before it.
  void fill() {
    Outgoing media;
    std::size_t bytes = 0;
    for (int i = 0; i < kMostFragments && bytes < kMostBytes; ++i) {
      const auto before = position_;
      auto next = fragments_->next(position_);
      if (auto skipped = std::get_if<live::Fragments::Skipped>(&next)) {
        flush(media);
        waiting_.push_back(text({{"type", "skipped"}, {"pictures", skipped->pictures}}));
        return;
      }
      auto fragment = std::get<live::FragmentPtr>(next);
      if (!fragment) break;
      if (fragment->init != init_ || clock_moved(*fragment)) {
        if (!media.empty()) {  // what came before goes first
          position_ = before;
          break;
        }
        announce(*fragment);
      }
      media.bytes.insert(media.bytes.end(), fragment->pieces.begin(), fragment->pieces.end());
      bytes += fragment->bytes;
    }
    flush(media);
  }

  void flush(Outgoing& media) {
    if (!media.empty()) waiting_.push_back(std::exchange(media, {}));
  }

  bool clock_moved(const live::Fragment& fragment) const {
    const auto error = fragment.zero - zero_;
    return error > kClockStep || error < -kClockStep;
  }

  void announce(const live::Fragment& fragment) {
    zero_ = fragment.zero;
    if (fragment.init == init_) {
      waiting_.push_back(text({{"type", "clock"}, {"zero", to_unix_seconds(zero_)}}));
      return;
    }
    init_ = fragment.init;
    waiting_.push_back(text({{"type", "init"},
                             {"stream", stream_},
                             {"mime", "video/mp4; codecs=\"" + init_->codecs + "\""},
                             {"width", init_->width},
                             {"height", init_->height},
                             {"sound", init_->sound},
                             {"zero", to_unix_seconds(zero_)}}));
    waiting_.push_back({nullptr, {init_->bytes}});
  }

  Context& context_;
  std::unique_ptr<Seat> seat_;
  const std::string camera_, stream_;
  const Principal who_;
  const std::shared_ptr<live::Fragments> fragments_;
  int reader_ = 0;
  live::Fragments::Position position_;
  live::InitPtr init_;
  WallTime zero_;
  std::deque<Outgoing> waiting_;
};

Response watch(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto source = context.services.cameras.live_stream(id, request.query.value("stream", ""));
  if (!source.ok()) return problem(source.error());
  auto seat = std::make_unique<Seat>(context.mse_viewers, context.config.max_mse_viewers);
  if (!seat->mine()) {
    auto response = problem(503, "viewers.limit", "Too many viewers. Watch as HLS, or try again later.");
    response.headers.add("Retry-After", "10");
    return response;
  }
  return socket_answer(request,
                       std::make_unique<MseSource>(context, std::move(seat), id, source->name, request.principal));
}

}  // namespace

void add_mse_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/mse", "watch_mse", Permission::Viewer,
                    [&context](const Request& request) { return watch(context, request); }});
}

}  // namespace vigil::api
