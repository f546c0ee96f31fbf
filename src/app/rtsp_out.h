#pragma once

#include <memory>
#include <string>

#include "api/auth/accounts.h"
#include "app/options.h"
#include "cameras/cameras.h"
#include "live/rtsp_server.h"

namespace vigil::app {

// Who may read cameras by RTSP, and which there are: this server's users and API keys, and its cameras. An API key or
// an access token is the password of whatever user name; otherwise it is a user and their password. Digest is not
// offered: it would need passwords that can be read, and only their hashes are kept.
class RtspOut final : public live::RtspHouse {
 public:
  // Keeps a reference to both. `open`: nobody is asked (auth.mode none).
  RtspOut(cameras::Cameras& cameras, api::Accounts& accounts, bool open)
      : cameras_(cameras), accounts_(accounts), open_(open) {}

  bool is_open() const override { return open_; }
  Result<std::function<bool()>> admit(const std::string& user, const Secret& password,
                                      const std::string& address) override;
  Result<Found> find(const std::string& camera, const std::string& stream) override;

 private:
  Result<std::uint64_t> epoch_of(const std::string& user);

  cameras::Cameras& cameras_;
  api::Accounts& accounts_;
  const bool open_;
};

// The RTSP server of a running server.
class RtspService {
 public:
  // Listens. Null where neither live.rtsp.listen nor live.rtsps.listen is set. InvalidArgument: the
  // setting; PermissionDenied: nobody would have to
  // sign in from elsewhere; Unavailable: the port is taken.
  static Result<std::unique_ptr<RtspService>> make(const Settings& settings, cameras::Cameras& cameras,
                                                   api::Accounts& accounts, Clock& clock);
  void stop() { server_.stop(); }
  const live::RtspServer& server() const { return server_; }

 private:
  RtspService(live::RtspConfig config, cameras::Cameras& cameras, api::Accounts& accounts, bool open, Clock& clock)
      : house_(cameras, accounts, open), server_(std::move(config), house_, clock) {}

  RtspOut house_;
  live::RtspServer server_;
};

}  // namespace vigil::app
