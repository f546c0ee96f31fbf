#include <algorithm>

#include "api/handlers/context.h"
#include "api/handlers/picture.h"
#include "api/handlers/seat.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

class MjpegStream final : public BodyStream {
 public:
  MjpegStream(Context& context, std::unique_ptr<Seat> seat, std::string camera, double fps, media::JpegOptions options,
              bool annotated)
      : context_(context),
        seat_(std::move(seat)),
        camera_(std::move(camera)),
        interval_(std::chrono::duration<double>(1.0 / fps)),
        options_(options),
        annotated_(annotated) {}

  std::optional<std::string> next(std::stop_token gone) override {
    Clock& clock = context_.services.clock;
    if (begun_) {
      auto wait =
          std::chrono::duration_cast<Nanos>(sent_ + std::chrono::duration_cast<Nanos>(interval_) - clock.steady());
      if (wait > Nanos::zero()) clock.sleep(wait, gone);
    }
    while (!gone.stop_requested() && !context_.stopping) {
      auto frame = context_.services.cameras.next_frame(camera_, after_, std::chrono::milliseconds(2000), gone);
      if (frame.ok()) {
        after_ = (*frame)->sequence;
        const auto shown = annotated_ ? context_.services.cameras.annotate(camera_, *frame) : *frame;
        auto jpeg = media::encode_jpeg(*shown, options_);
        if (!jpeg.ok()) return std::nullopt;
        return part(*jpeg, (*frame)->captured);
      }
      if (frame.error().kind == ErrorKind::NotFound) return std::nullopt;  // the camera was removed
      // A camera that gives nothing: its last good picture first, then silence until it is back.
      if (!begun_) {
        if (auto last = context_.services.cameras.latest(camera_, options_); last.ok())
          return part(last->jpeg, last->captured);
      }
      if (frame.error().kind != ErrorKind::DeadlineExceeded) clock.sleep(std::chrono::milliseconds(500), gone);
    }
    return std::nullopt;
  }

 private:
  // Browsers show a picture when the boundary after it is there: it is sent with the picture, not with the next one.
  std::string part(const std::vector<std::uint8_t>& jpeg, WallTime captured) {
    std::string out = begun_ ? "" : "--vigil\r\n";
    out += part_header(jpeg.size(), captured);
    out.append(jpeg.begin(), jpeg.end());
    out += "\r\n--vigil\r\n";
    begun_ = true;
    sent_ = context_.services.clock.steady();
    return out;
  }

  Context& context_;
  std::unique_ptr<Seat> seat_;
  const std::string camera_;
  const std::chrono::duration<double> interval_;
  const media::JpegOptions options_;
  const bool annotated_;
  std::uint64_t after_ = 0;
  bool begun_ = false;
  SteadyTime sent_;
};

Response mjpeg(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  if (auto status = context.services.cameras.status(id); !status.ok()) return problem(status.error());
  auto seat = std::make_unique<Seat>(context.mjpeg_viewers, context.config.max_mjpeg_viewers);
  if (!seat->mine()) {
    auto response =
        problem(503, "viewers.limit", "Too many viewers of motion JPEG. Ask for single pictures, or try again later.");
    response.headers.add("Retry-After", "10");
    return response;
  }
  Response response;
  response.headers.add("Content-Type", "multipart/x-mixed-replace; boundary=vigil");
  response.headers.add("Cache-Control", "no-store");
  response.stream = std::make_unique<MjpegStream>(context, std::move(seat), id, request.query.at("fps").get<double>(),
                                                  jpeg_options(request), request.query.value("annotated", false));
  return response;
}

}  // namespace

void add_mjpeg_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/mjpeg", "get_mjpeg", Permission::Viewer,
                    [&context](const Request& request) { return mjpeg(context, request); }});
}

}  // namespace vigil::api
