#pragma once

#include <memory>
#include <vector>

#include "app/job_listener.h"
#include "app/options.h"
#include "blob/store.h"
#include "bus/jobs.h"
#include "jobs/asset_pictures.h"
#include "jobs/direct_uploads.h"
#include "jobs/job_sweeper.h"
#include "jobs/keeper.h"
#include "jobs/reconciler.h"
#include "jobs/upload_sweeper.h"
#include "jobs/uploads.h"
#include "jobs/wakeup.h"
#include "jobs/webhooks.h"
#include "jobs/workers.h"
#include "sinks/redis_jobs.h"
#include "store/repositories.h"

namespace vigil::app {

// Uploads, jobs and where their bytes lie: made together, in the order of their dependence.
class Uploading {
 public:
  // A worker takes no uploads, tells nobody what happens, and gives its jobs more time to end.
  enum class Role { Server, Worker };
  // `store` and `clock` must outlive it. Errors: the settings (InvalidArgument) or the machine.
  static Result<std::unique_ptr<Uploading>> start(const Settings& settings, store::Store& store, Clock& clock,
                                                  Role role = Role::Server);
  ~Uploading();
  Uploading(const Uploading&) = delete;
  Uploading& operator=(const Uploading&) = delete;

  jobs::Uploads& uploads() { return *uploads_; }  // a server's
  jobs::Workers& workers() { return *workers_; }
  jobs::Reconciler* reconciler() { return reconciler_.get(); }            // null: not of a server
  const jobs::WebhookRelay* webhooks() const { return webhooks_.get(); }  // the same
  blob::Store& blobs() { return *blobs_; }
  jobs::AssetPictures& pictures() { return *pictures_; }
  jobs::DirectUploads* direct() { return direct_.get(); }  // null: the blobs lie in a folder
  // No new jobs; those at work get `grace`, then are given back.
  void stop();

 private:
  Uploading() = default;
  Result<void> look_after(const Settings& settings, store::Store& store, Clock& clock);
  Result<void> listen(const Settings& settings, Clock& clock, Role role);
  Result<void> take_uploads(const Settings& settings, store::Store& store, Clock& clock);
  bus::Jobs bus_;
  jobs::LocalWakeup wakeup_;
  std::unique_ptr<blob::Store> blobs_;
  std::unique_ptr<jobs::Uploads> uploads_;
  std::unique_ptr<jobs::DirectUploads> direct_;
  std::unique_ptr<jobs::AssetPictures> pictures_;
  std::unique_ptr<jobs::UploadSweeper> sweeper_;
  std::unique_ptr<jobs::Keeper> keeper_;
  std::vector<std::unique_ptr<jobs::Handler>> handlers_;
  std::unique_ptr<jobs::Workers> workers_;
  std::unique_ptr<jobs::WebhookSender> webhook_sender_;
  std::unique_ptr<jobs::WebhookRelay> webhooks_;
  std::unique_ptr<jobs::Reconciler> reconciler_;
  std::unique_ptr<jobs::JobSweeper> job_sweeper_;
  std::unique_ptr<sinks::RedisJobs> redis_;
  std::unique_ptr<JobListener> listener_;
};

}  // namespace vigil::app
