#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/problem.h"
#include "api/upgrade.h"

namespace vigil::api {
namespace {

constexpr std::uint16_t kSignInAgain = 4401, kNoCamera = 4404;

class ObservationSource final : public MessageSource {
 public:
  ObservationSource(Context& context, std::unique_ptr<Seat> seat, std::string camera, Principal who, bool tentative)
      : context_(context),
        seat_(std::move(seat)),
        camera_(std::move(camera)),
        who_(std::move(who)),
        viewer_(context.observations.join(camera_, tentative)) {}

  void begin(std::function<void()> wake) override {
    viewer_->on_news(wake);
    wake();  // for what came before
  }
  Outgoing next() override { return {viewer_->next(), {}}; }
  std::optional<End> check() override {
    auto status = context_.services.cameras.status(camera_);
    if (!status.ok() && status.error().kind == ErrorKind::NotFound) return End{kNoCamera, "the camera is gone"};
    if (context_.config.auth == AuthMode::None) return std::nullopt;
    auto fine = context_.services.accounts.confirm(who_);
    // A store that does not answer now is no reason to send anybody away.
    if (fine.ok() || fine.error().kind != ErrorKind::Unauthenticated) return std::nullopt;
    return End{kSignInAgain, "sign in again"};
  }

 private:
  Context& context_;
  std::unique_ptr<Seat> seat_;
  const std::string camera_;
  const Principal who_;
  std::shared_ptr<ObservationViewer> viewer_;
};

Response watch(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  if (auto status = context.services.cameras.status(id); !status.ok()) return problem(status.error());
  auto seat = std::make_unique<Seat>(context.observation_viewers, context.config.max_observation_viewers);
  if (!seat->mine()) {
    auto response = problem(503, "viewers.limit", "Too many programs and pages watch observations. Try again later.");
    response.headers.add("Retry-After", "10");
    return response;
  }
  Response response;
  response.status = 101;
  for (auto protocol : offered_protocols(request)) {
    if (protocol == kMessages) response.headers.set("Sec-WebSocket-Protocol", std::string(kMessages));
  }
  response.messages = std::make_unique<ObservationSource>(context, std::move(seat), id, request.principal,
                                                          request.query.at("tentative").get<bool>());
  return response;
}

}  // namespace

void add_observation_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/observations", "watch_observations", Permission::Viewer,
                    [&context](const Request& request) { return watch(context, request); }});
}

}  // namespace vigil::api
