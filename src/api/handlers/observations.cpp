#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/handlers/socket_answer.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

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
    return signed_out(context_.services.accounts, who_);
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
  return socket_answer(request, std::make_unique<ObservationSource>(context, std::move(seat), id, request.principal,
                                                                    request.query.at("tentative").get<bool>()));
}

}  // namespace

void add_observation_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/observations", "watch_observations", Permission::Viewer,
                    [&context](const Request& request) { return watch(context, request); }});
}

}  // namespace vigil::api
