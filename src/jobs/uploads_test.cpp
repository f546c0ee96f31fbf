// Files on their way in, without a protocol. The numbers are those of the catalogue of faults.

#include "jobs/uploads.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <set>
#include <thread>

#include "base/json.h"
#include "blob/digest.h"
#include "blob/memory.h"
#include "jobs/job_sweeper.h"
#include "jobs/verify.h"
#include "jobs/webhooks.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using model::UploadState;

// Looks like an MP4 file; the rest is by chance.
std::string video(std::size_t size, unsigned seed = 1) {
  std::string bytes(
      "\0\0\0\x20"
      "ftypisom",
      12);
  std::minstd_rand random(seed);
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  bytes.resize(size);
  return bytes;
}

class UploadTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "vigil_uploads_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    dir_ = name;
    clock_.advance(std::chrono::hours(24 * 365 * 50));
    store_ = store::make_memory_store(clock_);
    config_.folder = dir_ + "/uploads";
    config_.sync_bytes = 10000;
    config_.lock_wait = 50ms;
    config_.keep_free = 0;
    config_.jobs_for = [](const model::Asset&) {
      model::Job job;
      job.kind = Verify::kKind;
      return std::vector<model::Job>{job};
    };
    restart();
  }
  void TearDown() override {
    uploads_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  // As after a crash: what was not stored is forgotten.
  void restart() {
    uploads_ = std::make_unique<Uploads>(config_, store_->uploads(), *blobs_, clock_);
    auto started = uploads_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  std::string create(std::optional<std::uint64_t> length, const std::string& sha256 = "", const Actor& actor = {"u1"}) {
    auto made = uploads_->create(actor, {length, "a.mp4", "video/mp4", sha256});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? made->upload.id : "";
  }
  std::unique_ptr<UploadWriter> open(const std::string& id, std::uint64_t offset) {
    auto writer = uploads_->open(me_, id, {.offset = offset});
    EXPECT_TRUE(writer) << (writer ? "" : writer.error().message);
    return writer ? std::move(*writer) : nullptr;
  }
  Result<UploadStatus> send(const std::string& id, std::uint64_t offset, std::string_view bytes,
                            std::optional<Checksum> checksum = {}) {
    VIGIL_ASSIGN(auto writer, uploads_->open(me_, id, {.offset = offset, .checksum = std::move(checksum)}));
    for (std::size_t at = 0; at < bytes.size(); at += 1000) VIGIL_TRY(writer->write(bytes.substr(at, 1000)));
    return writer->finish();
  }
  std::uint64_t received(const std::string& id) {
    auto status = uploads_->status(me_, id);
    EXPECT_TRUE(status) << (status ? "" : status.error().message);
    return status ? status->upload.received : 0;
  }
  std::string code(const std::string& id) {
    auto status = uploads_->status(me_, id);
    return status ? "" : status.error().code;
  }
  std::string content(const std::string& asset_id) {
    const auto asset = store_->uploads().assets().get(asset_id);
    EXPECT_TRUE(asset);
    return asset ? blobs_->read(*blob::Key::parse(asset->key), 0, 64u << 20)->bytes : "";
  }
  std::size_t files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(config_.folder), std::filesystem::directory_iterator()));
  }
  std::size_t jobs() { return store_->jobs().jobs().find({})->items.size(); }

  const Actor me_{"u1"}, other_{"u2"}, administrator_{"admin", true};
  ManualClock clock_;
  std::string dir_;
  UploadsConfig config_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  std::unique_ptr<Uploads> uploads_;
};

TEST_F(UploadTest, AFileComesInAndIsAnAssetWithAJob) {
  const auto bytes = video(50000);
  const auto id = create(bytes.size(), blob::sha256_hex(bytes));
  auto part = send(id, 0, bytes.substr(0, 20000));
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(part->upload.received, 20000u);
  EXPECT_EQ(part->upload.state, UploadState::Open);
  auto done = send(id, 20000, bytes.substr(20000));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->upload.state, UploadState::Complete);
  EXPECT_EQ(content(done->upload.asset), bytes);
  const auto asset = *store_->uploads().assets().get(done->upload.asset);
  EXPECT_EQ(asset.sha256, blob::sha256_hex(bytes));
  EXPECT_EQ(asset.media_type, "video/mp4");
  EXPECT_EQ(asset.owner, "u1");
  EXPECT_FALSE(done->job_id.empty());
  EXPECT_EQ(files(), 0u);
  EXPECT_EQ(uploads_->open(me_, id, {.offset = bytes.size()}).error().code, "upload.complete");
  EXPECT_EQ(received(id), bytes.size());
}

// 64
TEST_F(UploadTest, AnOffsetThatIsNotWhereItGoesOnChangesNothing) {
  const auto bytes = video(5000);
  const auto id = create(bytes.size());
  ASSERT_TRUE(send(id, 0, bytes.substr(0, 3000)));
  for (std::uint64_t offset : {0u, 2999u, 3001u, 5000u}) EXPECT_EQ(send(id, offset, "x").error().code, "upload.offset");
  EXPECT_EQ(send(id, ~std::uint64_t{0}, "x").error().code, "upload.offset");
  auto done = send(id, 3000, bytes.substr(3000));
  EXPECT_EQ(content(done->upload.asset), bytes);
}

// 65
TEST_F(UploadTest, OfTwoWhoWriteAtOnceOneIsToldNo) {
  const auto bytes = video(5000);
  const auto id = create(bytes.size());
  auto first = open(id, 0);
  ASSERT_TRUE(first->write(bytes.substr(0, 1000)));
  bool interrupted = false;
  EXPECT_EQ(uploads_->open(me_, id, {.offset = 0}).error().code, "upload.locked");
  first.reset();
  EXPECT_EQ(received(id), 1000u);
  auto holder = uploads_->open(me_, id, {.offset = 1000, .interrupt = [&] { interrupted = true; }});
  ASSERT_TRUE(holder);
  EXPECT_EQ(uploads_->look(me_, id)->upload.received, 1000u);
  EXPECT_FALSE(interrupted) << "who only looks disturbs nobody";
  EXPECT_TRUE((*holder)->write(bytes.substr(1000, 1000)));
  EXPECT_EQ(uploads_->status(me_, id).error().code, "upload.locked");
  EXPECT_TRUE(interrupted);
}

TEST_F(UploadTest, WhoComesBackTakesOverFromTheBrokenConnection) {
  config_.lock_wait = 10s;
  restart();
  const auto bytes = video(5000);
  const auto id = create(bytes.size());
  std::promise<void> asked;
  auto old = uploads_->open(me_, id, {.interrupt = [&] { asked.set_value(); }});
  ASSERT_TRUE(old);
  ASSERT_TRUE((*old)->write(bytes.substr(0, 2000)));
  std::jthread connection([&] {
    asked.get_future().wait();
    // What came before it heard is kept: a client that is cut off again and again gets further.
    EXPECT_EQ((*old)->write(bytes.substr(2000, 500)).error().code, "upload.taken_over");
    old->reset();
  });
  EXPECT_EQ(received(id), 2500u);
}

// 66, 67: cut and killed wherever it is; what was acknowledged is there, and the file is whole in the end.
TEST_F(UploadTest, ABrokenConnectionKeepsWhatCameAndACrashWhatWasAcknowledged) {
  const auto bytes = video(300000);
  const auto id = create(bytes.size(), blob::sha256_hex(bytes));
  std::minstd_rand random(7);
  std::uint64_t at = 0;
  for (int round = 0; round < 200 && at + 1 < bytes.size(); ++round) {
    auto writer = open(id, at);
    ASSERT_TRUE(writer);
    const auto count = std::min<std::size_t>(1 + random() % 3000, bytes.size() - at - 1);
    ASSERT_TRUE(writer->write(std::string_view(bytes).substr(at, count)));
    writer.reset();
    if (round % 4 == 3) {
      // The process is gone, and the file has bytes that nobody was told of.
      std::ofstream(config_.folder + "/" + id, std::ios::app | std::ios::binary) << "never acknowledged";
      restart();
      EXPECT_EQ(std::filesystem::file_size(config_.folder + "/" + id), received(id));
    }
    at += count;
    EXPECT_EQ(received(id), at);
  }
  ASSERT_TRUE(send(id, at, std::string_view(bytes).substr(at)));
  const auto status = uploads_->status(me_, id);
  ASSERT_EQ(status->upload.state, UploadState::Complete);
  EXPECT_EQ(content(status->upload.asset), bytes);
}

// 68
TEST_F(UploadTest, MoreThanWasAnnouncedIsRefusedAndTakesNoSpace) {
  const auto bytes = video(5000);
  const auto id = create(3000);
  EXPECT_EQ(send(id, 0, bytes).error().code, "upload.length");
  EXPECT_LE(std::filesystem::file_size(config_.folder + "/" + id), 3000u);
  EXPECT_EQ(uploads_->open(me_, id, {.offset = received(id), .announced = 3001}).error().code, "upload.length");
  const auto deferred = create(std::nullopt);
  ASSERT_TRUE(send(deferred, 0, bytes.substr(0, 2000)));
  EXPECT_EQ(uploads_->open(me_, deferred, {.offset = 2000, .length = 1999}).error().code, "upload.length_again");
  ASSERT_TRUE(uploads_->open(me_, deferred, {.offset = 2000, .length = 5000}));
  EXPECT_EQ(uploads_->open(me_, deferred, {.offset = 2000, .length = 6000}).error().code, "upload.length_again");
  EXPECT_EQ(content(send(deferred, 2000, bytes.substr(2000))->upload.asset), bytes);
}

// 69
TEST_F(UploadTest, SizeAndQuotaAreLookedAtBeforeAByteComes) {
  config_.max_bytes = 10000;
  config_.quota = {15000, 0};
  restart();
  EXPECT_EQ(uploads_->create(me_, {10001, "", "", ""}).error().code, "upload.size");
  EXPECT_EQ(uploads_->create(me_, {0, "", "", ""}).error().code, "upload.empty");
  const auto id = create(8000);
  EXPECT_EQ(uploads_->create(me_, {8000, "", "", ""}).error().code, "upload.quota");
  EXPECT_TRUE(uploads_->create(other_, {8000, "", "", ""}));
  ASSERT_TRUE(uploads_->remove(me_, id));
  EXPECT_TRUE(uploads_->create(me_, {8000, "", "", ""}));
  config_.keep_free = 1ull << 60;
  restart();
  EXPECT_EQ(uploads_->create(other_, {1000, "", "", ""}).error().kind, ErrorKind::StorageFull);
}

// 70
TEST_F(UploadTest, AWrongChecksumDropsTheChunkAndNothingElse) {
  const auto bytes = video(50000);
  const auto id = create(bytes.size());
  ASSERT_TRUE(send(id, 0, bytes.substr(0, 1000)));
  blob::Digest right(blob::DigestKind::Sha1);
  right.add(std::string_view(bytes).substr(1000));
  const Checksum good{blob::DigestKind::Sha1, right.raw()}, bad{blob::DigestKind::Sha256, std::string(32, 'x')};
  EXPECT_EQ(send(id, 1000, bytes.substr(1000), bad).error().code, "upload.checksum");
  EXPECT_EQ(received(id), 1000u);
  {
    auto cut = uploads_->open(me_, id, {.offset = 1000, .checksum = good});
    ASSERT_TRUE((*cut)->write(std::string_view(bytes).substr(1000, 30000)));
  }
  EXPECT_EQ(received(id), 1000u);
  auto done = send(id, 1000, bytes.substr(1000), good);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(content(done->upload.asset), bytes);
}

// 72
TEST_F(UploadTest, AnExpiredOneIsGoneAndSaysSo) {
  const auto id = create(5000);
  ASSERT_TRUE(send(id, 0, video(2000)));
  clock_.advance(23h);
  EXPECT_EQ(received(id), 2000u);
  clock_.advance(1h);
  EXPECT_EQ(code(id), "upload.closed");
  EXPECT_EQ(uploads_->open(me_, id, {.offset = 2000}).error().code, "upload.closed");
  EXPECT_EQ(*uploads_->sweep(), 1);
  EXPECT_EQ(files(), 0u);
  EXPECT_EQ(code(id), "upload.closed");
  EXPECT_EQ(store_->uploads().usage("u1")->reserved, 0u);
  clock_.advance(200h);
  EXPECT_EQ(*uploads_->sweep(), 1);
  EXPECT_EQ(code(id), "upload.not_found");
}

// 72, U10: what is somebody else's does not exist; an administrator may remove it.
TEST_F(UploadTest, NobodyElseSeesItOrWritesToIt) {
  const auto id = create(5000);
  EXPECT_EQ(uploads_->status(other_, id).error().code, "upload.not_found");
  EXPECT_EQ(uploads_->open(other_, id, {}).error().code, "upload.not_found");
  EXPECT_EQ(uploads_->remove(other_, id).error().code, "upload.not_found");
  EXPECT_EQ(uploads_->status(me_, "").error().code, "upload.not_found");
  EXPECT_EQ(uploads_->status(me_, "../../etc/passwd").error().code, "upload.not_found");
  EXPECT_TRUE(uploads_->status(administrator_, id));
  EXPECT_TRUE(uploads_->remove(administrator_, id));
  EXPECT_EQ(uploads_->remove(me_, id).error().code, "upload.not_found");
}

TEST_F(UploadTest, WhatIsNoVideoIsRefusedAsSoonAsItIsKnown) {
  EXPECT_EQ(uploads_->create(me_, {100, "", "image/png", ""}).error().code, "upload.type");
  for (const auto& name : {std::string("a\nb"), std::string("\xff"), std::string(300, 'a')})
    EXPECT_EQ(uploads_->create(me_, {100, name, "", ""}).error().code, "upload.metadata");
  const auto id = create(1 << 20);
  auto writer = open(id, 0);
  Result<void> written;
  std::size_t sent = 0;
  for (; written && sent < 100000; sent += 1000) written = writer->write(std::string(1000, '#'));
  EXPECT_EQ(written.error().code, "upload.kind");
  EXPECT_LE(sent, 6000u);
  writer.reset();
  EXPECT_EQ(code(id), "upload.closed");
  EXPECT_EQ(files(), 0u);
  const auto small = create(100);
  EXPECT_EQ(send(small, 0, std::string(100, '#')).error().code, "upload.kind");
  EXPECT_EQ(code(small), "upload.closed");
}

TEST_F(UploadTest, AFileThatIsNotTheOneThatWasPromisedIsGivenUp) {
  const auto id = create(5000, std::string(64, 'a'));
  EXPECT_EQ(send(id, 0, video(5000)).error().code, "upload.sha256");
  EXPECT_EQ(code(id), "upload.closed");
  EXPECT_EQ(uploads_->create(me_, {100, "", "", "ABC"}).error().code, "upload.metadata");
}

// 74: whatever step it breaks at, the end is one asset and one job.
TEST_F(UploadTest, ACompletionThatBreaksIsCompletedLater) {
  const auto bytes = video(5000);
  // After the bytes were moved and before the row was written.
  const auto moved = create(bytes.size());
  ASSERT_TRUE(send(moved, 0, bytes.substr(0, 4999)));
  {
    auto row = store_->uploads().uploads().find({.id = moved})->front();
    row.received = 5000;
    row.asset = "planned";
    ASSERT_TRUE(store_->uploads().uploads().advance(row, {}));
    ASSERT_TRUE(blobs_->put(*blob::Key::make(blob::Prefix::Originals, {"planned"}), bytes));
    std::filesystem::remove(config_.folder + "/" + moved);
  }
  restart();
  EXPECT_EQ(*uploads_->sweep(), 1);
  EXPECT_EQ(uploads_->status(me_, moved)->upload.asset, "planned");
  EXPECT_EQ(content("planned"), bytes);
  // Before anything: the client asks, and that completes it.
  const auto other = video(6000, 2);
  const auto waiting = create(other.size());
  ASSERT_TRUE(send(waiting, 0, other.substr(0, 5999)));
  {
    auto row = store_->uploads().uploads().find({.id = waiting})->front();
    row.received = 6000;
    ASSERT_TRUE(store_->uploads().uploads().advance(row, {}));
    std::ofstream(config_.folder + "/" + waiting, std::ios::app | std::ios::binary) << other.back();
  }
  restart();
  const auto status = uploads_->status(me_, waiting);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->upload.state, UploadState::Complete);
  EXPECT_EQ(content(status->upload.asset), other);
  EXPECT_EQ(jobs(), 2u);
  EXPECT_EQ(*uploads_->sweep(), 0);
  EXPECT_EQ(files(), 0u);
}

// 75
TEST_F(UploadTest, TheSameFileFromTwentyClientsIsOneAsset) {
  const auto bytes = video(20000);
  std::set<std::string> assets;
  std::atomic<int> good{0};
  std::mutex mutex;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 20; ++i) {
      clients.emplace_back([&] {
        auto made = uploads_->create(me_, {bytes.size(), "a.mp4", "", ""});
        ASSERT_TRUE(made);
        auto done = send(made->upload.id, 0, bytes);
        ASSERT_TRUE(done) << done.error().message;
        ++good;
        std::lock_guard lock(mutex);
        assets.insert(done->upload.asset);
      });
    }
  }
  EXPECT_EQ(good, 20);
  EXPECT_EQ(assets.size(), 1u);
  EXPECT_EQ(jobs(), 1u);
  EXPECT_EQ(blobs_->list("originals/", "", 100)->size(), 1u);
  EXPECT_EQ(files(), 0u);
}

// 114: no room in the middle: what fitted stays, and it goes on when there is room again.
TEST_F(UploadTest, AFullDiskKeepsWhatFittedAndGoesOnLater) {
  const auto bytes = video(200000);
  const auto id = create(bytes.size());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* old = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto done = send(id, 0, bytes);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old);
  ASSERT_FALSE(done);
  EXPECT_EQ(received(id), 100000u);
  auto rest = send(id, 100000, std::string_view(bytes).substr(100000));
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(content(rest->upload.asset), bytes);
}

TEST_F(UploadTest, ADeletedAssetIsGoneWithEverythingMadeOfIt) {
  const auto bytes = video(5000);
  const auto asset = send(create(bytes.size()), 0, bytes)->upload.asset;
  ASSERT_TRUE(blobs_->put(*blob::Key::make(blob::Prefix::Frames, {asset, "1", "f.jpg"}), "x"));
  EXPECT_EQ(uploads_->remove_asset(other_, asset).error().code, "asset.not_found");
  ASSERT_TRUE(uploads_->remove_asset(me_, asset));
  EXPECT_TRUE(blobs_->list("originals/", "", 10)->empty());
  EXPECT_TRUE(blobs_->list("frames/", "", 10)->empty());
  EXPECT_EQ(store_->uploads().usage("u1")->bytes, 0u);
  EXPECT_EQ(uploads_->remove_asset(me_, asset).error().code, "asset.not_found");
}

// Who wanted to know how an upload ends is told it, with the reason.
class UploadToldTest : public UploadTest {
 protected:
  std::string begin(std::size_t size, const std::string& sha256 = "") {
    NewUpload wanted{size, "a.mp4", "video/mp4", sha256};
    EXPECT_TRUE(tell(wanted, "https://hooks.example/x", "a-secret-of-sixteen"));
    auto made = uploads_->create(me_, wanted);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? made->upload.id : "";
  }
  // What is told now.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    auto& webhooks = store_->jobs().webhooks();
    while (auto delivery = *webhooks.next({}, 60s)) {
      const auto body = *parse_json(webhook_body(delivery->event));
      EXPECT_EQ(body["source"], "/api/uploads/" + delivery->event.job_id);
      EXPECT_EQ(body["data"]["upload_id"], delivery->event.job_id);
      const auto& code = body["data"]["code"];
      out.push_back(body["type"].get<std::string>() + (code.is_null() ? "" : " " + code.get<std::string>()));
      EXPECT_TRUE(webhooks.settle(*delivery, {}));
    }
    return out;
  }
};

TEST_F(UploadToldTest, ThatItIsCompleteAndThatItsFileGoes) {
  const auto bytes = video(5000);
  const auto id = begin(bytes.size());
  EXPECT_THAT(told(), testing::IsEmpty());
  const auto asset = send(id, 0, bytes)->upload.asset;
  EXPECT_THAT(told(), testing::ElementsAre("upload.completed"));
  // It is not forgotten while its file is there.
  clock_.advance(24h * 30);
  ASSERT_TRUE(uploads_->sweep());
  ASSERT_TRUE(uploads_->remove_asset(me_, asset));
  EXPECT_THAT(told(), testing::ElementsAre("upload.deleted"));
  ASSERT_TRUE(uploads_->sweep());
  EXPECT_TRUE(store_->uploads().uploads().find({.id = id})->empty());
}

TEST_F(UploadToldTest, WhyThereIsNone) {
  EXPECT_FALSE(send(begin(5000), 0, std::string(5000, 'x')));
  EXPECT_THAT(told(), testing::ElementsAre("upload.refused upload.kind"));
  EXPECT_FALSE(send(begin(5000, std::string(64, 'a')), 0, video(5000)));
  EXPECT_THAT(told(), testing::ElementsAre("upload.refused upload.sha256"));
  ASSERT_TRUE(uploads_->remove(me_, begin(5000)));
  EXPECT_THAT(told(), testing::ElementsAre("upload.deleted"));
  begin(5000);
  clock_.advance(24h * 2);
  ASSERT_TRUE(uploads_->sweep());
  EXPECT_THAT(told(), testing::ElementsAre("upload.expired"));
}

TEST_F(UploadToldTest, AnAddressThatIsNoneIsRefusedAtOnce) {
  NewUpload wanted;
  EXPECT_TRUE(tell(wanted, "", ""));
  EXPECT_FALSE(wanted.webhook);
  EXPECT_EQ(tell(wanted, "ftp://hooks.example", "").error().code, "webhook.url");
  EXPECT_EQ(tell(wanted, "", "a-secret-of-sixteen").error().code, "webhook.url");
  EXPECT_EQ(tell(wanted, "https://hooks.example", "short").error().code, "webhook.secret");
}

// A job of that kind that took one picture out of the asset; where its bytes are.
class RetentionTest : public UploadTest {
 protected:
  std::string hand_in(unsigned seed = 1) {
    const auto bytes = video(5000, seed);
    return send(create(bytes.size()), 0, bytes)->upload.asset;
  }
  std::string picture(const std::string& asset, const std::string& kind = "extract") {
    model::Job job;
    job.kind = kind;
    job.owner = "u1";
    job.asset = asset;
    const auto id = store_->jobs().jobs().insert(job)->job.id;
    const auto claimed = *store_->jobs().queue().claim({"worker", {kind}, 0, ""});
    EXPECT_TRUE(claimed);
    const auto key = *blob::Key::make(blob::Prefix::Frames, {asset, id, "f.jpg"});
    EXPECT_TRUE(blobs_->put(key, "picture"));
    EXPECT_TRUE(
        store_->jobs().queue().finish({id, claimed->lease_token}, {}, {{"f.jpg", key.text(), 7, "image/jpeg"}}));
    return id;
  }
  std::size_t pictures() { return blobs_->list("frames/", "", 100)->size(); }
  std::size_t outputs(const std::string& job) { return store_->jobs().log().outputs(job, "", 10)->size(); }
  void sweep() {
    const auto swept = uploads_->sweep();
    ASSERT_TRUE(swept) << swept.error().message;
    ASSERT_TRUE(JobSweeper(store_->jobs().queue(), *blobs_, clock_).sweep());
  }
};

TEST_F(RetentionTest, NothingGoesUnlessItWasSaid) {
  const auto asset = hand_in();
  const auto job = picture(asset);
  clock_.advance(24h * 365 * 30);
  sweep();
  EXPECT_EQ(content(asset).size(), 5000u);
  EXPECT_EQ(outputs(job), 1u);
}

TEST_F(RetentionTest, EachKindGoesAtItsTimeAndGivesItsBytesBack) {
  config_.keep = {4h, 1h, 2h, 3h};
  restart();
  const auto asset = hand_in();
  const auto found = picture(asset, "analyse"), taken = picture(asset);
  clock_.advance(1h + 1s);
  sweep();
  EXPECT_EQ(outputs(taken), 0u);
  EXPECT_EQ(pictures(), 1u);
  clock_.advance(1h);
  sweep();
  EXPECT_EQ(outputs(found), 0u);
  EXPECT_EQ(pictures(), 0u);
  EXPECT_TRUE(store_->jobs().jobs().get(taken));
  clock_.advance(1h);
  sweep();
  EXPECT_FALSE(store_->jobs().jobs().get(taken));
  EXPECT_EQ(store_->uploads().usage("u1")->bytes, 5000u);
  clock_.advance(1h);
  sweep();
  EXPECT_FALSE(store_->uploads().assets().get(asset));
  EXPECT_TRUE(blobs_->list("originals/", "", 10)->empty());
  EXPECT_EQ(store_->uploads().usage("u1")->bytes, 0u);
}

TEST_F(RetentionTest, AnOwnersOwnTimesAreKeptTo) {
  config_.keep = {1h, 0s, 0s, 0s};
  restart();
  ASSERT_TRUE(store_->uploads().retention().put("u1", {0s, 1min, std::nullopt, std::nullopt}));
  const auto asset = hand_in();
  picture(asset);
  clock_.advance(2h);
  sweep();
  EXPECT_EQ(content(asset).size(), 5000u);
  EXPECT_EQ(pictures(), 0u);
}

TEST_F(RetentionTest, WhatIsHeldStaysWholeUntilItIsLetGo) {
  config_.keep = {1h, 1h, 1h, 1h};
  restart();
  const auto asset = hand_in();
  const auto job = picture(asset);
  ASSERT_TRUE(store_->uploads().assets().hold(asset, true));
  clock_.advance(24h);
  sweep();
  EXPECT_EQ(content(asset).size(), 5000u);
  EXPECT_EQ(outputs(job), 1u);
  EXPECT_EQ(pictures(), 1u);
  ASSERT_TRUE(store_->uploads().assets().hold(asset, false));
  sweep();
  EXPECT_FALSE(store_->uploads().assets().get(asset));
  EXPECT_EQ(pictures(), 0u);
}

}  // namespace
}  // namespace vigil::jobs
