#include "app/rtmp_in.h"

#include "base/log.h"

namespace vigil::app {

Result<std::unique_ptr<ingest::RtmpServer>> start_rtmp(const Settings& settings, const cameras::Cameras& cameras,
                                                       Clock& clock) {
  if (settings.rtmp_listen.empty()) return std::unique_ptr<ingest::RtmpServer>();
  auto listen = parse_address(settings.rtmp_listen);
  if (!listen) return std::move(listen).error().while_doing("ingest.rtmp.listen");
  ingest::RtmpServerConfig config;
  config.address = listen->host;
  config.port = listen->port;
  config.max_publishers = static_cast<int>(settings.rtmp_max_publishers);
  auto server = std::make_unique<ingest::RtmpServer>(
      std::move(config), [&cameras](const Secret& key) { return cameras.publication(key); }, clock);
  VIGIL_TRY(server->start());
  log::info("RTMP listens", {{"address", listen->host}, {"port", server->port()}});
  return server;
}

}  // namespace vigil::app
