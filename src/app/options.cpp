#include "app/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/reid_config.h"
#include "app/scene_client.h"
#include "base/redact.h"
#include "base/url.h"
#include "sinks/redis_config.h"
#include "store/open.h"

namespace vigil::app {
namespace {

using Form = Option::Form;
using S = Settings;

constexpr double kMiB = 1048576;

const std::array kOptions = {
    Option{"server.listen", "--listen", Form::Address, &S::listen, "127.0.0.1:8000",
           "Address and port of the API and the web page. 0.0.0.0:8000 listens on all addresses."},
    Option{"web.root", "--web-root", Form::Folder, &S::web_root, "",
           "Folder with the built web page. Empty: the one installed beside the program, if there is one."},
    Option{"auth.mode", "--auth", Form::Choice, &S::auth_mode, "required",
           "Whether people and programs must sign in. none is accepted on loopback addresses only, unless "
           "auth.force_open is set.",
           0, 0, "none|required"},
    Option{"auth.force_open", "--force-open-auth", Form::Boolean, &S::force_open_auth, "false",
           "Accept auth.mode none on any address: everybody who reaches the server is its administrator."},
    Option{"data.dir", "--data", Form::Folder, &S::data_dir, "",
           "Folder for the database, keys and pictures. Empty: $XDG_DATA_HOME/vigil, else ~/.local/share/vigil."},
    Option{"data.allow_network_fs", "--data-allow-network-fs", Form::Boolean, &S::allow_network_fs, "false",
           "Use a data folder on a network file system although its locks are not reliable."},

    Option{"http.max_connections", "--http-max-connections", Form::Integer, &S::http_max_connections, "1024",
           "Connections served at once; further ones are told to come back later.", 8, 100000},
    Option{"http.mjpeg_viewers", "--http-mjpeg-viewers", Form::Integer, &S::http_mjpeg_viewers, "64",
           "Motion JPEG viewers at once.", 0, 10000},
    Option{"http.allowed_hosts", "--http-allowed-hosts", Form::List, &S::allowed_hosts, "",
           "Host names, besides IP addresses and localhost, under which a server with auth.mode none answers; others "
           "are refused, so that "
           "a web page elsewhere cannot reach it through your browser."},
    Option{"http.cors_origins", "--http-cors-origins", Form::List, &S::cors_origins, "",
           "Origins of other web pages that may use the API, such as https://portal.example."},
    Option{"http.trusted_proxies", "--http-trusted-proxies", Form::List, &S::trusted_proxies, "",
           "Addresses or networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."},

    Option{"ingest.connect_timeout", "--ingest-connect-timeout", Form::Duration, &S::connect_timeout, "10s",
           "A camera that has not given its first picture after so long is given up until the next try.", 0.5, 300},
    Option{"ingest.read_timeout", "--ingest-read-timeout", Form::Duration, &S::read_timeout, "5s",
           "A camera that sends nothing for so long is connected anew.", 0.5, 300},
    Option{"ingest.retry_delays", "--ingest-retry-delays", Form::Durations, &S::retry_delays, "5s, 10s, 20s, 40s, 60s",
           "Waiting times between tries; the last one repeats. Begins again after a minute of good video.", 0.1, 3600},
    Option{
        "ingest.retry_jitter", "--ingest-retry-jitter", Form::Number, &S::retry_jitter, "0.2",
        "Each waiting time is made longer or shorter by up to this part, so that cameras do not come back all at once.",
        0, 0.9},
    Option{"ingest.connects_per_second", "--ingest-connects-per-second", Form::Number, &S::connects_per_second, "20",
           "Connections opened per second over all cameras.", 0.1, 1000},
    Option{"ingest.frozen_after", "--ingest-frozen-after", Form::Duration, &S::frozen_after, "30s",
           "A camera that shows the very same picture for so long is connected anew.", 5, 3600},
    Option{"ingest.health_interval", "--ingest-health-interval", Form::Duration, &S::health_interval, "30s",
           "How often each camera's health is checked.", 1, 3600},
    Option{"ingest.allow_networks", "--ingest-allow-networks", Form::List, &S::allow_networks, "",
           "Networks that cameras may be in, such as 10.0.0.0/8. Empty: any that is not denied."},
    Option{"ingest.deny_networks", "--ingest-deny-networks", Form::List, &S::deny_networks, "",
           "Networks that cameras may not be in, besides cloud metadata addresses, multicast and broadcast."},
    Option{"ingest.rtmp.listen", "--ingest-rtmp-listen", Form::Text, &S::rtmp_listen, "",
           "Address and port where encoders publish to rtmp_push cameras (rtmp://address:port/live/KEY), such as "
           "0.0.0.0:1935. Empty: nowhere. Keys and pictures travel in the clear."},
    Option{"ingest.rtmp.max_publishers", "--ingest-rtmp-max-publishers", Form::Integer, &S::rtmp_max_publishers, "64",
           "RTMP connections at once.", 1, 10000},

    Option{"buffer.packet_bytes", "--buffer-packet-bytes", Form::Size, &S::packet_bytes, "32MiB",
           "Memory for the newest packets of each camera stream.", kMiB, 4096 * kMiB},
    Option{"buffer.packet_seconds", "--buffer-packet-seconds", Form::Duration, &S::packet_age, "10s",
           "Age of the oldest packet kept of each camera stream.", 1, 600},
    Option{"buffer.frame_bytes", "--buffer-frame-bytes", Form::Size, &S::frame_bytes, "48MiB",
           "Memory for decoded pictures of each camera that somebody looks at.", kMiB, 4096 * kMiB},
    Option{"buffer.frame_seconds", "--buffer-frame-seconds", Form::Duration, &S::frame_age, "5s",
           "Age of the oldest decoded picture kept of each camera that somebody looks at.", 0.2, 600},
    Option{"buffer.frame_linger", "--buffer-frame-linger", Form::Duration, &S::frame_linger, "10s",
           "A camera is decoded for so long after somebody last looked at it.", 0, 600},
    Option{"buffer.snapshot_interval", "--buffer-snapshot-interval", Form::Duration, &S::snapshot_interval, "10s",
           "How often the last good picture of a camera that nobody looks at is renewed.", 1, 3600},

    Option{"live.renditions", "--live-renditions", Form::Integer, &S::renditions, "4",
           "Streams that are encoded here at once, over all cameras, while they are watched: annotated ones, and H.264 "
           "for players that cannot show a camera's own codec. Each takes a good part of a core.",
           0, 1000},
    Option{"live.webrtc.listen", "--live-webrtc-listen", Form::Text, &S::webrtc_listen, "auto",
           "Address and port, UDP and TCP, of WebRTC. auto: the address of server.listen and port 8189, or any free "
           "port where "
           "that one is taken. off: no WebRTC."},
    Option{"live.webrtc.addresses", "--live-webrtc-addresses", Form::List, &S::webrtc_addresses, "",
           "Numeric addresses at which viewers reach this machine, where they are not its own: behind NAT, in a "
           "container. "
           "Empty: those of its network interfaces."},
    Option{"live.webrtc.tcp", "--live-webrtc-tcp", Form::Boolean, &S::webrtc_tcp, "true",
           "Offer TCP too, for viewers whose networks let no UDP through."},
    Option{"live.webrtc.sessions", "--live-webrtc-sessions", Form::Integer, &S::webrtc_sessions, "500",
           "WebRTC viewers at once.", 0, 100000},
    Option{"live.webrtc.sessions_per_user", "--live-webrtc-sessions-per-user", Form::Integer,
           &S::webrtc_sessions_per_user, "64", "WebRTC views of one user or API key at once.", 1, 100000},
    Option{"live.rtsp.listen", "--live-rtsp-listen", Form::Text, &S::rtsp_listen, "",
           "Address and port where other programs read the cameras by RTSP (rtsp://address:port/camera), such as "
           "127.0.0.1:8554. Empty: nowhere. Passwords travel in the clear: for other machines there is live.rtsps."},
    Option{
        "live.rtsps.listen", "--live-rtsps-listen", Form::Text, &S::rtsps_listen, "",
        "The same within TLS (rtsps://address:port/camera), such as 0.0.0.0:8322. Empty: nowhere. Needs a certificate "
        "and its key."},
    Option{"live.rtsps.certificate", "--live-rtsps-certificate", Form::File, &S::rtsps_certificate, "",
           "PEM file with the certificate of this server, and those between it and a known authority. It is read anew "
           "when it changes."},
    Option{"live.rtsps.key", "--live-rtsps-key", Form::File, &S::rtsps_key, "",
           "PEM file with the private key that belongs to it, without a password."},
    Option{"live.rtsp.max_clients", "--live-rtsp-max-clients", Form::Integer, &S::rtsp_max_clients, "256",
           "RTSP clients at once.", 1, 10000},

    Option{"database.url", "--database-url", Form::DatabaseUrl, &S::database_url, "",
           "PostgreSQL database that keeps everything, instead of SQLite in data.dir: "
           "postgres://user@host[:port]/database. Keys and pictures stay in data.dir."},
    Option{"database.password_file", "--database-password-file", Form::File, &S::database_password_file, "",
           "File that holds the password of the database, instead of writing it into the address."},

    Option{"records.keep", "--records-keep", Form::Duration, &S::records_keep, "30d",
           "Tracks, objects, plates, scenes and their pictures are cleared away after so long.", 3600,
           10 * 365 * 86400.0},
    Option{"records.keep_boxes", "--records-keep-boxes", Form::Duration, &S::records_keep_boxes, "7d",
           "So are the boxes of each frame, from which a past minute is drawn again, and what re-identification "
           "compares.",
           3600, 10 * 365 * 86400.0},

    Option{
        "models.fetch", "--models-fetch", Form::Boolean, &S::fetch_model, "true",
        "Fetch the catalogue's default detector when the server starts without any model. Without a network, or with "
        "false, the classic detector is used until a model is added."},
    Option{
        "analyser.sandbox", "--analyser-sandbox", Form::Choice, &S::analyser_sandbox, "preferred",
        "How the processes that open the cameras' pictures are held in. required: the server does not start where the "
        "kernel lacks something of it (Landlock, seccomp).",
        0, 0, "preferred|required"},
    Option{"analyser.memory", "--analyser-memory", Form::Size, &S::analyser_memory, "3GiB",
           "Memory that each of these processes may take; it is ended and replaced beyond. 1 GiB more where plates, "
           "attributes or appearance are recognised.",
           256 * kMiB, 1048576 * kMiB},
    Option{"analyser.threads", "--analyser-threads", Form::Integer, &S::analyser_threads, "0",
           "Threads of each of these processes. 0: as many as there are cores.", 0, 60},

    Option{
        "blob.folder", "--blob-folder", Form::Folder, &S::blob_folder, "",
        "Folder for uploaded files and what is made of them. It carries an identity file: where that is missing, the "
        "disk is not mounted and the server does not start. Empty: blobs in data.dir."},
    Option{"blob.s3_endpoint", "--blob-s3-endpoint", Form::Text, &S::s3_endpoint, "",
           "S3-compatible storage for them instead, such as https://s3.example.org. Empty: the folder."},
    Option{"blob.s3_bucket", "--blob-s3-bucket", Form::Text, &S::s3_bucket, "", "Its bucket, which must exist."},
    Option{"blob.s3_folder", "--blob-s3-folder", Form::Text, &S::s3_folder, "",
           "What all names in the bucket begin with: empty, or something with a slash at its end."},
    Option{"blob.s3_region", "--blob-s3-region", Form::Text, &S::s3_region, "us-east-1", "Its region."},
    Option{"blob.s3_access_key", "--blob-s3-access-key", Form::Text, &S::s3_access_key, "", "The access key's id."},
    Option{"blob.s3_secret_key_file", "--blob-s3-secret-key-file", Form::File, &S::s3_secret_key_file, "",
           "File that holds the secret access key."},
    Option{"blob.s3_path_style", "--blob-s3-path-style", Form::Boolean, &S::s3_path_style, "true",
           "The bucket stands in the path of addresses; with false, in the host name."},
    Option{"uploads.max_size", "--uploads-max-size", Form::Size, &S::upload_max_size, "20GiB", "Largest file taken.",
           kMiB, 16777216 * kMiB},
    Option{"uploads.max_duration", "--uploads-max-duration", Form::Duration, &S::upload_max_duration, "1d",
           "Longest video taken. How long one is, is only known once it is here: a longer one is not worked on.", 1,
           30 * 86400.0},
    Option{"uploads.quota", "--uploads-quota", Form::Size, &S::upload_quota, "0MiB",
           "What each user may have in uploaded files, those on their way included. 0: as much as there is room for.",
           0, 1073741824 * kMiB},
    Option{"uploads.open", "--uploads-open", Form::Integer, &S::upload_open, "100",
           "Uploads of each user that may be open at once.", 1, 100000},
    Option{"uploads.expire", "--uploads-expire", Form::Duration, &S::upload_expire, "1d",
           "An upload that gets no further for so long is given up.", 60, 30 * 86400.0},
    Option{
        "uploads.keep", "--uploads-keep", Form::Duration, &S::upload_keep, "0s",
        "Files handed in are removed, with all that was made of them, when they are so old. 0s: never. Those that an "
        "administrator holds stay.",
        0, 100 * 366 * 86400.0},
    Option{"uploads.keep_pictures", "--uploads-keep-pictures", Form::Duration, &S::upload_keep_pictures, "0s",
           "Pictures taken out of them, so long after the job that took them has ended. 0s: as long as the file.", 0,
           100 * 366 * 86400.0},
    Option{"uploads.keep_findings", "--uploads-keep-findings", Form::Duration, &S::upload_keep_findings, "0s",
           "What was found in them, and the video with boxes, so long after the analysis has ended. 0s: as long as "
           "the file.",
           0, 100 * 366 * 86400.0},
    Option{"uploads.keep_jobs", "--uploads-keep-jobs", Form::Duration, &S::upload_keep_jobs, "0s",
           "Jobs that have ended, with their log, as soon as nothing that they made is there any more. 0s: for ever. "
           "Users can have times of their own for all four (PUT /api/retention).",
           0, 100 * 366 * 86400.0},
    Option{"jobs.workers", "--jobs-workers", Form::Integer, &S::job_workers, "2", "Jobs done at once by this server.",
           0, 64},
    Option{"jobs.listen", "--jobs-listen", Form::Text, &S::worker_listen, "off",
           "Where `vigil worker` gives its figures (/metrics) and says that it is well (/health, /ready), such as "
           "127.0.0.1:8010. "
           "Who may see them is as at the server (auth.mode). off: nowhere."},
    Option{"jobs.per_owner", "--jobs-per-owner", Form::Integer, &S::jobs_per_owner, "0",
           "Jobs of one user done at once, over all servers. 0: any number; users take turns all the same.", 0, 1000},
    Option{"jobs.webhook_networks", "--jobs-webhook-networks", Form::List, &S::webhook_networks, "",
           "Networks that webhooks of jobs may go to, such as 10.0.0.0/8. Empty: those that cameras may be in, but for "
           "this "
           "machine itself (127.0.0.0/8) and link-local addresses."},
    Option{
        "jobs.reconcile", "--jobs-reconcile", Form::Choice, &S::reconcile, "repair",
        "Once a day the database is compared with what lies in the storage. repair: jobs whose files are gone are done "
        "again, once, and files of jobs and assets that are gone are removed; report: only tells; off: not at all.",
        0, 0, "off|report|repair"},

    Option{"redis.url", "--redis", Form::RedisUrl, &S::redis_url, "",
           "Redis to publish events to, and through which servers tell each other whom they see (reid): "
           "redis://[:password@]host[:port][/database] or redis+unix:///path. Empty: none."},
    Option{"redis.password_file", "--redis-password-file", Form::File, &S::redis_password_file, "",
           "File that holds the password of Redis, instead of writing it into the address."},
    Option{"redis.queue", "--redis-queue", Form::Integer, &S::redis_queue, "10000",
           "Events kept while Redis is away; then the oldest are lost, and counted.", 1, 1000000},

    Option{"reid.same_camera", "--reid-same-camera", Form::Number, &S::reid_same_camera, "0.7",
           "How alike two tracks of one camera must look to be taken for one subject.", 0.01, 1},
    Option{"reid.other_camera", "--reid-other-camera", Form::Number, &S::reid_other_camera, "0.78",
           "The same for tracks of two cameras: the light is another one, and so is the side that is seen.", 0.01, 1},
    Option{"reid.margin", "--reid-margin", Form::Number, &S::reid_margin, "0.03",
           "By how much the best subject must be more alike than the next; in doubt a track is a new subject.", 0, 1},
    Option{"reid.same_camera_window", "--reid-same-camera-window", Form::Duration, &S::reid_same_camera_window, "30m",
           "Somebody who comes back to the same camera later than this is a new subject.", 1, 7 * 86400.0},
    Option{"reid.other_camera_window", "--reid-other-camera-window", Form::Duration, &S::reid_other_camera_window,
           "10m", "The same between two cameras, where reid.links is empty.", 1, 7 * 86400.0},
    Option{
        "reid.links", "--reid-links", Form::Links, &S::reid_links, "",
        "Ways between cameras, in both directions, each with the least and the most time that it takes: \"gate yard 5s "
        "2m\". A camera of another server, with which Redis is shared, is written server/camera. Empty: everybody can "
        "come from every camera to every other."},
    Option{
        "reid.name", "--reid-name", Form::Text, &S::reid_name, "",
        "What other servers, with which Redis is shared, call this one: letters, digits, - and _. Empty: the name of "
        "the machine."},

    Option{"scene.endpoint", "--scene-endpoint", Form::Text, &S::scene_endpoint, "",
           "OpenAI-compatible API that describes in words what a picture shows, such as http://127.0.0.1:8080/v1. "
           "Pictures of the cameras whose scene is looked at (analysis.scene) are sent to it. Empty: none leaves the "
           "house."},
    Option{"scene.model", "--scene-model", Form::Text, &S::scene_model, "", "The endpoint's model."},
    Option{"scene.key", "--scene-key", Form::Key, &S::scene_key, "",
           "The endpoint's API key. Better in a file: scene.key_file."},
    Option{"scene.key_file", "--scene-key-file", Form::File, &S::scene_key_file, "",
           "File that holds the endpoint's API key."},
    Option{"scene.interval", "--scene-interval", Form::Duration, &S::scene_interval, "1m",
           "Time between two descriptions of one camera, at least.", 5, 86400},
    Option{"scene.timeout", "--scene-timeout", Form::Duration, &S::scene_timeout, "30s",
           "How long is waited for a description.", 1, 600},

    Option{"log.level", "--log-level", Form::Choice, &S::log_level, "info", "What is logged at least.", 0, 0,
           "debug|info|warn|error"},
    Option{"log.format", "--log-format", Form::Choice, &S::log_format, "text",
           "Lines for people, or one JSON object per line.", 0, 0, "text|json"},
};

Error bad(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "configuration.value");
}

std::string bound_text(const Option& option, double bound) {
  if (option.form == Form::Size) return fmt::format("{}MiB", bound / kMiB);
  if (option.form == Form::Duration || option.form == Form::Durations) return fmt::format("{}s", bound);
  return fmt::format("{}", bound);
}

Result<void> in_range(const Option& option, double value) {
  if (option.least == option.most || (value >= option.least && value <= option.most)) return {};
  return bad(
      fmt::format("must be between {} and {}", bound_text(option, option.least), bound_text(option, option.most)));
}

// Parses into the member that the option names; one overload per kind of member.
struct Assigner {
  Settings& settings;
  const Option& option;
  std::string_view text;

  Result<void> operator()(std::string Settings::*member) const {
    if (option.form == Form::Choice) {
      auto all = fmt::format("|{}|", option.choices);
      if (text.find('|') != std::string_view::npos || all.find(fmt::format("|{}|", text)) == std::string::npos) {
        return bad(fmt::format("expected one of {}", option.choices));
      }
    }
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
      return bad("has a control character");
    if (option.key == "scene.endpoint" && !text.empty()) VIGIL_TRY(check_scene_url(std::string(text)));
    if (option.key == "reid.name" && !std::all_of(text.begin(), text.end(), [](unsigned char c) {
          return std::isalnum(c) != 0 || c == '-' || c == '_';
        })) {
      return bad("expected letters, digits, - and _");
    }
    settings.*member = std::string(text);
    return {};
  }
  Result<void> operator()(Address Settings::*member) const { return store(member, parse_address(text)); }
  Result<void> operator()(bool Settings::*member) const { return store(member, parse_boolean(text)); }
  Result<void> operator()(std::int64_t Settings::*member) const {
    VIGIL_ASSIGN(auto value, option.form == Form::Size ? parse_size(text) : parse_integer(text));
    VIGIL_TRY(in_range(option, static_cast<double>(value)));
    settings.*member = value;
    return {};
  }
  Result<void> operator()(double Settings::*member) const {
    VIGIL_ASSIGN(auto value, parse_number(text));
    VIGIL_TRY(in_range(option, value));
    settings.*member = value;
    return {};
  }
  Result<void> operator()(std::chrono::milliseconds Settings::*member) const {
    VIGIL_ASSIGN(auto value, parse_duration(text));
    VIGIL_TRY(in_range(option, std::chrono::duration<double>(value).count()));
    settings.*member = value;
    return {};
  }
  Result<void> operator()(std::vector<std::string> Settings::*member) const {
    auto values = parse_list(text);
    if (option.form == Option::Form::Links) VIGIL_TRY(parse_links(values));
    settings.*member = std::move(values);
    return {};
  }
  Result<void> operator()(std::vector<std::chrono::milliseconds> Settings::*member) const {
    std::vector<std::chrono::milliseconds> values;
    for (const auto& each : parse_list(text)) {
      VIGIL_ASSIGN(auto value, parse_duration(each));
      VIGIL_TRY(in_range(option, std::chrono::duration<double>(value).count()));
      values.push_back(value);
    }
    if (values.empty()) return bad("expected at least one duration, such as 5s, 10s");
    settings.*member = std::move(values);
    return {};
  }
  Result<void> operator()(Secret Settings::*member) const {
    if (!text.empty() && option.form == Form::RedisUrl) {
      if (auto parsed = sinks::parse_redis_url(text); !parsed.ok()) return std::move(parsed).error();
    }
    if (!text.empty() && option.form == Form::DatabaseUrl) {
      if (auto target = store::database_target(Secret(std::string(text))); !target.ok()) {
        return std::move(target).error();
      }
    }
    if (option.form == Option::Form::Key &&
        std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) {
      return bad("has a character that no key has");
    }
    settings.*member = Secret(std::string(text));
    return {};
  }

 private:
  template <typename T>
  Result<void> store(T Settings::*member, Result<T> parsed) const {
    VIGIL_ASSIGN(settings.*member, std::move(parsed));
    return {};
  }
};

}  // namespace

std::span<const Option> options() {
  return kOptions;
}

const Option* find_option(std::string_view key) {
  auto found = std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& option) { return option.key == key; });
  return found == kOptions.end() ? nullptr : &*found;
}

std::vector<std::string> option_keys() {
  std::vector<std::string> out;
  for (const auto& option : kOptions) out.emplace_back(option.key);
  return out;
}

std::string environment_name(const Option& option) {
  std::string out = "VIGIL_";
  for (unsigned char c : option.key) out.push_back(c == '.' ? '_' : static_cast<char>(std::toupper(c)));
  return out;
}

std::string value_name(const Option& option) {
  switch (option.form) {
    case Form::Text:
      return "TEXT";
    case Form::Folder:
      return "DIR";
    case Form::File:
      return "FILE";
    case Form::Address:
      return "ADDR:PORT";
    case Form::Boolean:
      return "true|false";
    case Form::Choice:
      return std::string(option.choices);
    case Form::Integer:
    case Form::Number:
      return "NUMBER";
    case Form::Size:
      return "SIZE";
    case Form::Duration:
      return "DURATION";
    case Form::Durations:
      return "DURATION,…";
    case Form::List:
      return "ENTRY,…";
    case Form::Links:
      return "CAMERA CAMERA LEAST MOST,…";
    case Form::RedisUrl:
    case Form::DatabaseUrl:
      return "URL";
    case Form::Key:
      return "KEY";
  }
  return "TEXT";
}

Result<void> assign(Settings& settings, const Option& option, std::string_view text) {
  return std::visit(Assigner{settings, option, text}, option.target);
}

Settings defaults() {
  Settings settings;
  for (const auto& option : kOptions) VIGIL_ASSERT(assign(settings, option, option.default_text).ok());
  return settings;
}

std::string shown(const Option& option, std::string_view text) {
  if (!option.is_secret() || text.empty()) return std::string(text);
  if (option.form == Form::Key) return "***";
  if (option.form == Form::DatabaseUrl) {
    auto target = store::database_target(Secret(std::string(text)));
    return target ? target->insert(target->find("://") + 3, "***@") : redact(text);
  }
  auto config = sinks::parse_redis_url(text);
  if (!config) return redact(text);
  auto out = config->target();
  if (config->user.empty() && config->password.empty()) return out;
  return out.insert(out.find("://") + 3, "***@");
}

}  // namespace vigil::app
