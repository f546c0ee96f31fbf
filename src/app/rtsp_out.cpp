#include "app/rtsp_out.h"

#include <algorithm>

#include "api/server.h"
#include "base/log.h"

namespace vigil::app {
namespace {

// A password of a person may contain dots; access tokens have two and are long (three parts in base64).
bool is_token(const std::string& text) {
  return text.rfind("vgl_", 0) == 0 || (text.size() > 100 && std::count(text.begin(), text.end(), '.') == 2);
}

}  // namespace

Result<std::function<bool()>> RtspOut::admit(const std::string& user, const Secret& password,
                                             const std::string& address) {
  if (is_token(password.reveal())) {
    VIGIL_ASSIGN(const auto who, accounts_.authenticate(password.reveal()));
    return std::function<bool()>([this, who] { return accounts_.confirm(who).ok(); });
  }
  VIGIL_ASSIGN(auto signed_in, accounts_.login(user, password, {address, "RTSP"}));
  // The session is not kept: an RTSP client does not renew it. Whether the user is still the same is asked instead; the
  // epoch changes with their password and their role.
  if (auto ended = accounts_.logout(signed_in.refresh_token); !ended) return std::move(ended).error();
  VIGIL_ASSIGN(const auto epoch, epoch_of(signed_in.principal.id));
  return std::function<bool()>([this, id = signed_in.principal.id, epoch] {
    const auto now = epoch_of(id);
    // While the database is away nothing says that they may not.
    return now.ok() ? *now == epoch : now.error().kind == ErrorKind::Unavailable;
  });
}

Result<std::uint64_t> RtspOut::epoch_of(const std::string& user) {
  VIGIL_ASSIGN(const auto users, accounts_.users());
  const auto found = std::find_if(users.begin(), users.end(), [&](const auto& one) { return one.id == user; });
  if (found == users.end() || found->disabled)
    return make_error(ErrorKind::Unauthenticated, "the user is not there any more", "auth.credentials");
  return found->token_epoch;
}

Result<live::RtspHouse::Found> RtspOut::find(const std::string& camera, const std::string& stream) {
  VIGIL_ASSIGN(auto found, cameras_.live_stream(camera, stream));
  return Found{std::move(found.stream), std::move(found.hold)};
}

Result<std::unique_ptr<RtspService>> RtspService::make(const Settings& settings, cameras::Cameras& cameras,
                                                       api::Accounts& accounts, Clock& clock) {
  if (settings.rtsp_listen.empty() && settings.rtsps_listen.empty()) return std::unique_ptr<RtspService>();
  const bool open = settings.auth_mode == "none";
  const auto check = [&](const std::string& text) -> Result<Address> {
    VIGIL_ASSIGN(auto listen, parse_address(text));
    VIGIL_TRY(api::check_auth_mode(listen.host, open ? api::AuthMode::None : api::AuthMode::Required,
                                   settings.force_open_auth));
    return listen;
  };
  live::RtspConfig config;
  config.address.clear();
  if (!settings.rtsp_listen.empty()) {
    VIGIL_ASSIGN(const auto listen, check(settings.rtsp_listen));
    if (!open && !is_loopback(listen)) {
      log::warn(
          "RTSP is served to other machines: passwords and pictures travel in the clear, keep it within a VPN or use "
          "live.rtsps");
    }
    config.address = listen.host;
    config.port = listen.port;
  }
  if (!settings.rtsps_listen.empty()) {
    VIGIL_ASSIGN(const auto listen, check(settings.rtsps_listen));
    config.tls = {listen.host, listen.port, settings.rtsps_certificate, settings.rtsps_key};
  }
  config.max_clients = static_cast<int>(settings.rtsp_max_clients);
  const auto address = config.address, tls_address = config.tls.address;
  std::unique_ptr<RtspService> out(new RtspService(std::move(config), cameras, accounts, open, clock));
  VIGIL_TRY(out->server_.start());
  const auto& server = out->server_;
  if (server.port() != 0) log::info("RTSP is served", {{"address", address}, {"port", std::to_string(server.port())}});
  if (server.tls_port() != 0) {
    log::info("RTSP is served within TLS", {{"address", tls_address}, {"port", std::to_string(server.tls_port())}});
  }
  return out;
}

}  // namespace vigil::app
