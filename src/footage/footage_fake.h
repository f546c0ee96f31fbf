#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "jobs/handler.h"
#include "media/video_writer.h"
#include "store/uploads.h"

namespace vigil::footage {

// 10 pictures a second; a bar moves over grey.
inline std::string video(const std::string& path, int pictures) {
  auto writer = media::make_video_writer(path, 64, 48, 10);
  EXPECT_TRUE(writer.ok());
  for (int i = 0; i < pictures; ++i) {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>(64 * 48, static_cast<std::uint8_t>(90 + i % 40));
    for (int y = 10; y < 30; ++y) (*pixels)[static_cast<std::size_t>(y * 64 + i % 60)] = 230;
    auto frame = std::make_shared<media::Frame>();
    frame->format = media::PixelFormat::Gray;
    frame->width = 64;
    frame->height = 48;
    frame->pts = Ticks(i * 9000);
    frame->planes[0] = {pixels->data(), 64, 64, 48};
    frame->owner = pixels;
    EXPECT_TRUE((*writer)->write(frame).ok());
  }
  EXPECT_TRUE((*writer)->finish().ok());
  std::ifstream file(path, std::ios::binary);
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
