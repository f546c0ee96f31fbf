#include "app/uploading.h"

#include <fmt/format.h>

#include "app/model_places.h"
#include "app/plate_rules.h"
#include "app/recognisers.h"
#include "app/webhook_sender.h"
#include "base/log.h"
#include "blob/fs.h"
#include "blob/s3.h"
#include "footage/analyse_handler.h"
#include "footage/extract_handler.h"
#include "footage/frame_picker.h"
#include "footage/probe_handler.h"
#include "jobs/seat.h"
#include "jobs/verify.h"
#include "store/files.h"
#include "store/uploads.h"
#include "vision/model_store.h"

namespace vigil::app {
namespace {

// Where the identity of the blobs' folder is kept: a folder without it is a disk that is not mounted.
Result<std::unique_ptr<blob::Store>> open_folder(const Settings& settings) {
  const auto root = settings.blob_folder.empty() ? settings.data_dir + "/blobs" : settings.blob_folder;
  const auto known = settings.data_dir + "/blobs.id";
  auto id = store::read_private_file(known, 200);
  if (!id && id.error().kind != ErrorKind::NotFound) return std::move(id).error();
  VIGIL_ASSIGN(auto opened, blob::open_fs_store({root, id ? *id : std::string()}));
  if (!id) VIGIL_TRY(store::write_private_file(known, opened->id()));
  return std::unique_ptr<blob::Store>(std::move(opened));
}

Result<std::unique_ptr<blob::Store>> open_blobs(const Settings& settings, Clock& clock) {
  if (settings.s3_endpoint.empty()) return open_folder(settings);
  blob::S3Options options;
  options.endpoint = settings.s3_endpoint;
  options.bucket = settings.s3_bucket;
  options.folder = settings.s3_folder;
  options.region = settings.s3_region;
  options.access_key = settings.s3_access_key;
  options.path_style = settings.s3_path_style;
  if (!settings.s3_secret_key_file.empty()) {
    VIGIL_ASSIGN(auto text, store::read_private_file(settings.s3_secret_key_file, 4096));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    options.secret_key = Secret(std::move(text));
  }
  VIGIL_ASSIGN(auto made, blob::make_s3_store(std::move(options), clock));
  return std::unique_ptr<blob::Store>(std::move(made));
}

// A server that stops does so within seconds; a worker lets its jobs come to their end if they do so soon.
constexpr std::chrono::milliseconds kServerGrace{1500}, kWorkerGrace{30000};

// A blob in a folder of ours is read where it lies.
footage::OpenVideo open_videos(const Settings& settings, blob::Store& blobs) {
  auto* files = dynamic_cast<blob::FsStore*>(&blobs);
  if (files == nullptr) return footage::fetching_opener(blobs, settings.data_dir + "/scratch");
  return [files](const blob::Key& key) -> Result<extract::Input> {
    VIGIL_ASSIGN(const auto whole, files->read(key, 0, 0));
    extract::Input input;
    VIGIL_ASSIGN(input.file, files->open(key));
    input.size = whole.whole.size;
    return input;
  };
}

footage::ExtractConfig extract_config(const Settings& settings) {
  footage::ExtractConfig out;
  out.limits.sandbox_required = settings.analyser_sandbox == "required";
  out.max_duration = settings.upload_max_duration;
  return out;
}

footage::AnalyseConfig analyse_config(const Settings& settings, store::Store& store) {
  footage::AnalyseConfig out;
  out.limits.sandbox_required = settings.analyser_sandbox == "required";
  out.scratch = settings.data_dir + "/scratch";
  auto models = std::make_shared<vision::ModelStore>(settings.data_dir + "/models");
  out.find_model = [models](const std::string& name) { return place_of_model(*models, name); };
  out.find_recognisers = [folder = models->folder()](const pipeline::RecognitionWanted& wanted) {
    return find_recognisers(folder, wanted);
  };
  out.plate_rules = [&store] { return kept_plate_rules(store); };
  return out;
}

footage::ProbeConfig probe_config(const Settings& settings) {
  footage::ProbeConfig out;
  out.limits.sandbox_required = settings.analyser_sandbox == "required";
  out.limits.time = std::chrono::minutes(5);
  out.max_duration = settings.upload_max_duration;
  return out;
}

footage::FramePickerConfig picker_config(const Settings& settings) {
  footage::FramePickerConfig out;
  out.limits.sandbox_required = settings.analyser_sandbox == "required";
  return out;
}

// Whoever takes something in wants to know that it is what was sent, and what it is.
std::vector<model::Job> first_jobs(const model::Asset& asset) {
  std::vector<model::Job> out(2);
  out[0].kind = jobs::Verify::kKind;
  out[1].kind = footage::ProbeHandler::kKind;
  // Quick, and waited for.
  out[1].priority = 3;
  for (auto& job : out) job.unique_key = job.kind + "/" + asset.id;
  return out;
}

}  // namespace

Result<void> Uploading::take_uploads(const Settings& settings, store::Store& store, Clock& clock) {
  const auto seconds = [](std::chrono::milliseconds time) { return std::chrono::ceil<std::chrono::seconds>(time); };
  jobs::UploadsConfig config;
  config.folder = settings.data_dir + "/uploads";
  config.max_bytes = static_cast<std::uint64_t>(settings.upload_max_size);
  config.quota = {static_cast<std::uint64_t>(settings.upload_quota), static_cast<int>(settings.upload_open)};
  config.expire_after = std::chrono::ceil<std::chrono::seconds>(settings.upload_expire);
  config.keep = {seconds(settings.upload_keep), seconds(settings.upload_keep_pictures),
                 seconds(settings.upload_keep_findings), seconds(settings.upload_keep_jobs)};
  config.max_duration = std::chrono::ceil<std::chrono::seconds>(settings.upload_max_duration);
  config.jobs_for = first_jobs;
  if (auto* storage = dynamic_cast<blob::S3Store*>(blobs_.get()); storage != nullptr)
    direct_ = std::make_unique<jobs::DirectUploads>(config, store.uploads(), *storage, clock);
  uploads_ = std::make_unique<jobs::Uploads>(std::move(config), store.uploads(), *blobs_, clock);
  VIGIL_TRY(uploads_->start());
  pictures_ = std::make_unique<footage::FramePicker>(picker_config(settings), open_videos(settings, *blobs_), clock);
  sweeper_ = std::make_unique<jobs::UploadSweeper>(*uploads_, direct_.get(), clock);
  sweeper_->start();
  return {};
}

Result<std::unique_ptr<Uploading>> Uploading::start(const Settings& settings, store::Store& store, Clock& clock,
                                                    Role role) {
  std::unique_ptr<Uploading> made(new Uploading());
  VIGIL_ASSIGN(made->blobs_, open_blobs(settings, clock));
  if (role == Role::Server) VIGIL_TRY(made->take_uploads(settings, store, clock));
  jobs::KeeperConfig keeper;
  keeper.relay = role == Role::Server;
  made->keeper_ = std::make_unique<jobs::Keeper>(keeper, store.jobs(), made->bus_, made->wakeup_, clock);
  made->keeper_->start();
  made->handlers_.push_back(std::make_unique<jobs::Verify>(store.uploads().assets(), *made->blobs_));
  made->handlers_.push_back(std::make_unique<footage::ExtractHandler>(
      extract_config(settings), store.uploads().assets(), *made->blobs_, open_videos(settings, *made->blobs_), clock));
  made->handlers_.push_back(std::make_unique<footage::ProbeHandler>(
      probe_config(settings), store.uploads().assets(), *made->blobs_, open_videos(settings, *made->blobs_), clock));
  made->handlers_.push_back(std::make_unique<footage::AnalyseHandler>(analyse_config(settings, store),
                                                                      store.uploads().assets(), *made->blobs_,
                                                                      open_videos(settings, *made->blobs_), clock));
  std::vector<jobs::Handler*> handlers;
  for (const auto& handler : made->handlers_) handlers.push_back(handler.get());
  jobs::WorkersConfig workers;
  workers.threads = static_cast<int>(settings.job_workers);
  // Without a seat it goes on as well: what a dead process held waits for the end of its lease.
  if (auto seat = jobs::seat_of(settings.data_dir)) {
    workers.seat = std::move(*seat);
  } else {
    log::warn("this server's workers have no seat", {{"reason", seat.error().message}});
  }
  workers.max_per_owner = static_cast<int>(settings.jobs_per_owner);
  workers.grace = role == Role::Server ? kServerGrace : kWorkerGrace;
  made->workers_ =
      std::make_unique<jobs::Workers>(workers, store.jobs().queue(), std::move(handlers), made->wakeup_, clock);
  made->workers_->start();
  if (role == Role::Server) VIGIL_TRY(made->look_after(settings, store, clock));
  VIGIL_TRY(made->listen(settings, clock, role));
  return made;
}

// What one server does for all workers.
Result<void> Uploading::look_after(const Settings& settings, store::Store& store, Clock& clock) {
  VIGIL_ASSIGN(webhook_sender_, make_webhook_sender(settings));
  webhooks_ = std::make_unique<jobs::WebhookRelay>(jobs::WebhookRelayConfig{}, store.jobs().webhooks(),
                                                   *webhook_sender_, clock);
  webhooks_->start();
  using Mode = jobs::ReconcilerConfig::Mode;
  jobs::ReconcilerConfig config;
  config.mode = settings.reconcile == "off" ? Mode::Off : settings.reconcile == "report" ? Mode::Report : Mode::Repair;
  config.thumbnail_job = [](const model::Asset& asset) { return first_jobs(asset).back(); };
  reconciler_ = std::make_unique<jobs::Reconciler>(config, store.jobs(), store.uploads().assets(), *blobs_, clock);
  reconciler_->start();
  job_sweeper_ = std::make_unique<jobs::JobSweeper>(store.jobs().queue(), *blobs_, clock);
  job_sweeper_->start();
  return {};
}

// Whoever tells that there is something to do.
Result<void> Uploading::listen(const Settings& settings, Clock& clock, Role role) {
  if (!settings.database_url.empty()) listener_ = std::make_unique<JobListener>(settings.database_url, wakeup_, clock);
  if (settings.redis_url.empty()) return {};
  VIGIL_ASSIGN(auto redis, sinks::parse_redis_url(settings.redis_url.reveal()));
  auto events =
      role == Role::Server ? bus_.subscribe("redis", static_cast<std::size_t>(settings.redis_queue)) : nullptr;
  redis_ = std::make_unique<sinks::RedisJobs>(
      std::move(redis), std::move(events), [this] { wakeup_.notify(); }, clock);
  redis_->start();
  return {};
}

Uploading::~Uploading() {
  stop();
}

void Uploading::stop() {
  listener_.reset();
  if (sweeper_) sweeper_->stop();
  if (workers_) workers_->stop();
  if (webhooks_) webhooks_->stop();
  if (reconciler_) reconciler_->stop();
  if (job_sweeper_) job_sweeper_->stop();
  if (keeper_) keeper_->stop();
  if (redis_) redis_->stop();  // with the keeper's last words
  bus_.close();
}

}  // namespace vigil::app
