#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/value.h"
#include "base/result.h"
#include "base/secret.h"

// Everything that can be set about the server: one table, from which the command line, vigil.yaml, the environment, the
// shell completion and docs/ref/configuration.md are made.

namespace vigil::app {

// The settings in force. Their defaults stand in the table only: a Settings comes from load() or defaults().
struct Settings {
  Address listen;
  std::string web_root;
  std::string auth_mode;
  bool force_open_auth = false;
  std::string data_dir;
  bool allow_network_fs = false;

  std::int64_t http_max_connections = 0;
  std::int64_t http_mjpeg_viewers = 0;
  std::vector<std::string> allowed_hosts, cors_origins, trusted_proxies;

  std::chrono::milliseconds connect_timeout{0}, read_timeout{0}, frozen_after{0}, health_interval{0};
  std::vector<std::chrono::milliseconds> retry_delays;
  double retry_jitter = 0;
  double connects_per_second = 0;
  std::vector<std::string> allow_networks, deny_networks;

  std::int64_t packet_bytes = 0;
  std::chrono::milliseconds packet_age{0};
  std::int64_t frame_bytes = 0;
  std::chrono::milliseconds frame_age{0};
  std::chrono::milliseconds frame_linger{0};
  std::chrono::milliseconds snapshot_interval{0};

  std::int64_t renditions = 0;
  std::string webrtc_listen;
  std::vector<std::string> webrtc_addresses;
  bool webrtc_tcp = true;
  std::int64_t webrtc_sessions = 0, webrtc_sessions_per_user = 0;

  bool fetch_model = true;
  Secret database_url;
  std::string database_password_file;
  std::chrono::milliseconds records_keep{0}, records_keep_boxes{0};
  std::string analyser_sandbox;
  std::int64_t analyser_memory = 0, analyser_threads = 0;

  std::string rtmp_listen;
  std::int64_t rtmp_max_publishers = 0;
  std::string rtsp_listen, rtsps_listen, rtsps_certificate, rtsps_key;
  std::int64_t rtsp_max_clients = 0;
  std::string blob_folder;
  std::string s3_endpoint, s3_bucket, s3_folder, s3_region, s3_access_key, s3_secret_key_file;
  bool s3_path_style = true;
  std::int64_t upload_max_size = 0, upload_quota = 0, upload_open = 0;
  std::chrono::milliseconds upload_expire{0}, upload_max_duration{0};
  std::chrono::milliseconds upload_keep{0}, upload_keep_pictures{0}, upload_keep_findings{0}, upload_keep_jobs{0};
  std::int64_t job_workers = 0, jobs_per_owner = 0;
  std::string worker_listen;
  std::vector<std::string> webhook_networks;
  std::string reconcile;

  Secret redis_url;
  std::string redis_password_file;
  std::int64_t redis_queue = 0;

  double reid_same_camera = 0, reid_other_camera = 0, reid_margin = 0;
  std::chrono::milliseconds reid_same_camera_window{0}, reid_other_camera_window{0};
  std::vector<std::string> reid_links;
  std::string reid_name;

  std::string scene_endpoint, scene_model, scene_key_file;
  Secret scene_key;
  std::chrono::milliseconds scene_interval{0}, scene_timeout{0};

  std::string log_level, log_format;
};

struct Option {
  using Target =
      std::variant<std::string Settings::*, Address Settings::*, bool Settings::*, std::int64_t Settings::*,
                   double Settings::*, std::chrono::milliseconds Settings::*, std::vector<std::string> Settings::*,
                   std::vector<std::chrono::milliseconds> Settings::*, Secret Settings::*>;
  // How a value is written; `Target` says how it is kept.
  enum class Form {
    Text,
    Folder,
    File,
    Address,
    Boolean,
    Choice,
    Integer,
    Size,
    Number,
    Duration,
    Durations,
    List,
    Links,
    RedisUrl,
    DatabaseUrl,
    Key
  };

  std::string_view key;   // in vigil.yaml: "server.listen"
  std::string_view flag;  // "--listen"
  Form form = Form::Text;
  Target target;
  std::string_view default_text;  // the same text one would write
  std::string_view help;
  double least = 0, most = 0;     // of numbers, sizes (bytes) and durations (seconds)
  std::string_view choices = {};  // "none|required"

  bool is_secret() const { return form == Form::RedisUrl || form == Form::DatabaseUrl || form == Form::Key; }
};

std::span<const Option> options();
const Option* find_option(std::string_view key);
std::vector<std::string> option_keys();

// "VIGIL_SERVER_LISTEN" for "server.listen".
std::string environment_name(const Option& option);

// What stands for the value in help texts: "ADDRESS:PORT", "none|required", "DURATION".
std::string value_name(const Option& option);

// Sets one option from its text. InvalidArgument says what is expected, without the key.
Result<void> assign(Settings& settings, const Option& option, std::string_view text);

// All defaults.
Settings defaults();

// The value as it may be shown: secrets are redacted.
std::string shown(const Option& option, std::string_view text);

}  // namespace vigil::app
