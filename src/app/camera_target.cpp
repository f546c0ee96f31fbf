#include "app/camera_target.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/http_client.h"
#include "app/json_read.h"

namespace vigil::app {
namespace {

class RemoteTarget final : public CameraTarget {
 public:
  explicit RemoteTarget(HttpClient client) : client_(std::move(client)) {}

  Result<std::vector<Json>> list() override {
    constexpr int kMostPages = 1000;
    std::vector<Json> out;
    std::string cursor;
    for (int page = 0; page < kMostPages; ++page) {
      VIGIL_ASSIGN(auto answer,
                   client_.get("/api/cameras?page_size=500" + (cursor.empty() ? "" : "&cursor=" + cursor)));
      const auto& cameras = member(answer, "cameras");
      if (!cameras.is_array())
        return make_error(ErrorKind::DataLoss, client_.url() + " does not answer like a Vigil server");
      out.insert(out.end(), cameras.begin(), cameras.end());
      cursor = text(answer, "next_cursor");
      if (cursor.empty()) break;
    }
    return out;
  }

  Result<void> create(const Json& camera) override {
    return done(client_.request("POST", "/api/cameras", vigil::to_text(camera), "application/json"));
  }
  Result<void> change(const std::string& id, std::uint64_t version, const Json& patch) override {
    return done(client_.request("PATCH", "/api/cameras/" + id, vigil::to_text(patch), "application/merge-patch+json",
                                etag(version)));
  }
  Result<void> remove(const std::string& id, std::uint64_t version) override {
    return done(client_.request("DELETE", "/api/cameras/" + id, std::nullopt, {}, etag(version)));
  }

 private:
  static std::string etag(std::uint64_t version) { return fmt::format("\"{}\"", version); }
  static Result<void> done(Result<HttpAnswer> answer) {
    if (!answer) return std::move(answer).error();
    if (!answer->ok()) return problem(*answer);
    return {};
  }

  HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<CameraTarget>> remote_target(const Remote& remote) {
  VIGIL_ASSIGN(auto client, HttpClient::make(remote));
  return std::unique_ptr<CameraTarget>(std::make_unique<RemoteTarget>(std::move(client)));
}

Result<std::unique_ptr<CameraTarget>> camera_target(const Remote& remote, const std::string& data_dir) {
  return data_dir.empty() ? remote_target(remote) : store_target(data_dir);
}

int exit_status(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unavailable:
    case ErrorKind::Unauthenticated:
    case ErrorKind::PermissionDenied:
    case ErrorKind::DeadlineExceeded:
      return kUnreachable;
    default:
      return kFailed;
  }
}

}  // namespace vigil::app
