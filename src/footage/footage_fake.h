#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "jobs/handler.h"
#include "media/video_fake.h"
#include "store/uploads.h"

namespace vigil::footage {

// As media::write_thin_bar_video() makes it.
inline std::string video(const std::string& path, int pictures) {
  std::ifstream file(media::write_thin_bar_video(path, pictures), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// One attempt, as the worker would see it. `die_after`: the machine dies with that checkpoint, after it was stored.
class FakeRun final : public jobs::Run {
 public:
  explicit FakeRun(model::Job job) : job_(std::move(job)) {}
  const model::Job& job() const override { return job_; }
  std::stop_token stop() const override { return stop_.get_token(); }
  void progress(double now, const std::string&) override {
    done = now;
    if (stop_at > 0 && done >= stop_at) stop_.request_stop();
  }
  Result<void> checkpoint(const std::string& cursor, const std::vector<model::JobOutput>& outputs) override {
    if (dead) return make_error(ErrorKind::Conflict, "the lease is lost", "job.lease_lost");
    job_.cursor = cursor;
    for (const auto& output : outputs) {
      EXPECT_TRUE(names.insert({output.name, output}).second) << output.name << " came twice";
    }
    dead = ++checkpoints == die_after;
    return {};
  }
  std::string attempt_folder() const override { return "1/1"; }

  std::map<std::string, model::JobOutput> names;
  int checkpoints = 0, die_after = 0;
  bool dead = false;
  double done = 0;
  double stop_at = 0;  // from so much progress on it is to stop; 0: never

 private:
  model::Job job_;
  std::stop_source stop_;
};

class FakeAssets final : public store::AssetRepository {
 public:
  Result<model::Asset> get(const std::string& id) override {
    if (id != asset.id) return make_error(ErrorKind::NotFound, "there is no such file");
    return asset;
  }
  Result<store::Page<model::Asset>> find(const store::AssetQuery&) override { return unexpected(); }
  Result<void> bury(const std::string&) override { return unexpected(); }
  Result<model::Asset> hold(const std::string&, bool) override { return unexpected(); }
  Result<model::Asset> describe(const std::string& id, const model::AssetLook& look) override {
    if (id != asset.id || deleted) return make_error(ErrorKind::NotFound, "there is no such file");
    asset.look = look;
    return asset;
  }
  Result<std::vector<model::Asset>> buried(int) override { return unexpected(); }
  Result<void> remove(const std::string&) override { return unexpected(); }
  model::Asset asset;
  bool deleted = false;  // since it was read

 private:
  static Error unexpected() { return make_error(ErrorKind::Internal, "nobody asks for that here"); }
};

}  // namespace vigil::footage
