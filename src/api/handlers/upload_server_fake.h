#pragma once

#include <stdlib.h>

#include <filesystem>
#include <random>
#include <string>

#include "api/server_fake.h"
#include "blob/memory.h"

// A server that takes uploads: into a folder of its own, then into memory.

namespace vigil::api {

inline std::string video(std::size_t size, unsigned seed = 1) {
  std::string bytes(
      "\0\0\0\x20"
      "ftypisom",
      12);
  std::minstd_rand random(seed);
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  bytes.resize(size);
  return bytes;
}

inline constexpr const char* kTus = "Tus-Resumable: 1.0.0\r\n";
inline constexpr const char* kChunk = "application/offset+octet-stream";

class UploadApi : public ServerTest {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "vigil_api_uploads_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    dir_ = name;
    config_.folder = dir_ + "/uploads";
    config_.keep_free = 0;
    config_.max_bytes = 50u << 20;
    config_.lock_wait = std::chrono::milliseconds(3000);
    config_.jobs_for = [](const model::Asset&) {
      model::Job job;
      job.kind = "verify";
      return std::vector<model::Job>{job};
    };
  }
  ~UploadApi() override {
    server_.reset();
    core_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  void begin(bool open = true) {
    core_ = std::make_unique<jobs::Uploads>(config_, store_->uploads(), *blobs_, clock_);
    ASSERT_TRUE(core_->start());
    uploads_ = core_.get();
    blob_store_ = blobs_.get();
    if (open) return start_open();
    start({});
  }
  static std::string lines(std::initializer_list<std::pair<const char*, std::string>> fields) {
    std::string out = kTus;
    for (const auto& [name, value] : fields) out += std::string(name) + ": " + value + "\r\n";
    return out;
  }
  std::string create(std::size_t length, const std::string& more = "") {
    auto reply = call("POST", "/api/uploads", {}, "", lines({{"Upload-Length", std::to_string(length)}}) + more);
    EXPECT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.headers.get("Upload-Offset"), "0");
    return std::string(reply.headers.get("Location"));
  }
  Reply patch(const std::string& path, const std::string& offset, std::string_view bytes,
              const std::string& more = "") {
    return call("PATCH", path, bytes, kChunk, lines({{"Upload-Offset", offset}}) + more);
  }
  std::string offset_of(const std::string& path) {
    return std::string(call("HEAD", path, {}, "", kTus).headers.get("Upload-Offset"));
  }
  // What is missing. An earlier connection may still bring something meanwhile: then it goes on after that.
  Reply finish(const std::string& path, std::string_view bytes) {
    for (int round = 0;; ++round) {
      const auto at = offset_of(path);
      auto end = patch(path, at, bytes.substr(std::stoull(at)));
      if (end.status != 409 || round == 30) return end;
    }
  }
  std::string content(std::string_view asset_id) {
    const auto asset = store_->uploads().assets().get(std::string(asset_id));
    EXPECT_TRUE(asset);
    return asset ? blobs_->read(*blob::Key::parse(asset->key), 0, 64u << 20)->bytes : "";
  }

  std::string dir_;
  jobs::UploadsConfig config_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  std::unique_ptr<jobs::Uploads> core_;
};

}  // namespace vigil::api
