#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/auth/accounts.h"
#include "base/clock.h"
#include "base/result.h"
#include "blob/store.h"
#include "bus/bus.h"
#include "cameras/cameras.h"
#include "jobs/uploads.h"
#include "jobs/workers.h"
#include "model/sighting.h"
#include "records/writer.h"
#include "sinks/figures.h"
#include "store/repositories.h"
#include "vision/model_store.h"

// The HTTP interface of the server: docs/ref/openapi.yaml, and the files of the page.

namespace vigil::pipeline {
class PlateJudge;
}
namespace vigil::live::webrtc {
class Agent;
}
namespace vigil::live {
class RtspServer;
}
namespace vigil::ingest {
class RtmpServer;
}
namespace vigil::jobs {
class AssetPictures;
class DirectUploads;
class Reconciler;
class WebhookRelay;
}  // namespace vigil::jobs

namespace vigil::api {

enum class AuthMode {
  None,      // everybody who reaches the server is administrator: for loopback only
  Required,  // access token or API key
};
const char* to_string(AuthMode mode);  // "none", "required"

struct Config {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"
  std::uint16_t port = 8000;          // 0: a free one
  AuthMode auth = AuthMode::Required;
  std::vector<std::string>
      allowed_hosts;  // names besides IP addresses and localhost under which auth.mode none is served
  std::vector<std::string> cors_origins;     // exact, such as "https://panel.example.org"
  std::vector<std::string> trusted_proxies;  // addresses and networks whose X-Forwarded-* is believed
  std::string web_root;                      // the built page; empty: none
  std::string data_dir;                      // where kept pictures lie
  int max_connections = 1024;
  int max_mjpeg_viewers = 32;
  int max_observation_viewers = 64;
  int max_mse_viewers = 512;
  std::chrono::milliseconds socket_rounds{5000};  // between two looks whether a WebSocket's client may still listen
  bool operator==(const Config&) const = default;
};

// PermissionDenied, saying what to do, when without authentication the server would be reachable from elsewhere.
Result<void> check_auth_mode(const std::string& address, AuthMode mode, bool forced);

// One that only goes up, for /metrics.
struct Counter {
  std::string name, help;
  std::uint64_t value = 0;
};

// What the interface shows. All of it must outlive the server.
struct Services {
  cameras::Cameras& cameras;
  Accounts& accounts;
  store::Store& store;
  bus::Bus& bus;
  bus::Observations& observations;
  Clock& clock;
  std::function<std::vector<sinks::Figures>()> sinks;  // may be empty
  vision::ModelStore* models = nullptr;                // null: only the built-in detector
  pipeline::PlateJudge* plates = nullptr;              // takes up changed lists; may be null
  std::function<records::WriterFigures()> records;     // may be empty
  live::webrtc::Agent* webrtc = nullptr;               // null: switched off
  const live::RtspServer* rtsp = nullptr;              // null: switched off
  const ingest::RtmpServer* rtmp = nullptr;            // null: switched off
  jobs::Uploads* uploads = nullptr;                    // null: none are taken
  blob::Store* blobs = nullptr;                        // where their bytes are; null together with uploads
  jobs::Workers* workers = nullptr;                    // null: jobs are only shown
  std::function<std::vector<Counter>()> counters;      // of parts that only the program knows; may be empty
  // Where other servers saw a subject, the newest first; may be empty.
  std::function<std::vector<model::RemoteSighting>(std::uint64_t)> elsewhere;
  jobs::AssetPictures* pictures = nullptr;       // null: none are taken out while somebody waits
  jobs::DirectUploads* direct = nullptr;         // null: no storage that takes files by itself
  jobs::Reconciler* reconciler = nullptr;        // null: nobody compares database and storage
  const jobs::WebhookRelay* webhooks = nullptr;  // null: nobody is told
};

class Server {
 public:
  Server(Config config, Services services);
  ~Server();  // stops

  // Fails when routes and OpenAPI document disagree, the configuration is wrong, or the port is taken.
  Result<void> start();
  std::uint16_t port() const;
  // Answers what is under way, ends streams; within 3 s.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::api
