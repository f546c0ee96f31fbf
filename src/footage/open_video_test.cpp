// Videos that lie in S3, against a real server: what is fetched of them, and what is said when that fails.

#include "footage/open_video.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "blob/blob_fake.h"
#include "footage/footage_fake.h"
#include "footage/frame_picker.h"
#include "footage/probe_handler.h"
#include "store/temp_dir_fake.h"

namespace vigil::footage {
namespace {

using namespace std::chrono_literals;

std::string noise(const std::string& path, int pictures) {
  std::ifstream file(media::write_noise_video(path, pictures), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Somebody does something to the storage between two readings.
class MeddledStore final : public blob::Store {
 public:
  explicit MeddledStore(blob::Store& inner) : inner_(inner) {}
  Result<void> put(const blob::Key& key, std::string_view bytes) override { return inner_.put(key, bytes); }
  Result<void> adopt(const blob::Key& key, const std::string& path) override { return inner_.adopt(key, path); }
  Result<blob::Piece> read(const blob::Key& key, std::uint64_t offset, std::uint64_t size) override {
    if (size > 0 && --left == 0 && meddle) meddle();
    return inner_.read(key, offset, size);
  }
  Result<void> remove(const blob::Key& key) override { return inner_.remove(key); }
  Result<std::vector<blob::Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    return inner_.list(folder, after, limit);
  }
  int left = 2;
  std::function<void()> meddle;

 private:
  blob::Store& inner_;
};

class DistantVideoTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!server_.runs()) GTEST_SKIP() << blob::S3Server::kMissing;
    auto options = server_.options();
    options.tries = 2;
    blobs_ = *blob::make_s3_store(options);
    config_.program = {"/proc/self/exe", {"footage_test", "extract"}};
    asset_.id = "a1";
    asset_.key = key_.text();
    static const std::string kFilm = noise(dir_.path() + "/film.mp4", 80);
    film_ = kFilm;
    asset_.size = film_.size();
    ASSERT_GT(film_.size(), 10u << 20);
    ASSERT_TRUE(blobs_->put(key_, film_));
  }
  void TearDown() override { server_.fault("error", 0); }

  Result<jobs::AssetPicture> at(std::chrono::milliseconds time, blob::Store& blobs) {
    FramePicker picker(config_, fetching_opener(blobs, dir_.path() + "/scratch"), system_clock());
    return picker.at(asset_, time, 0, {});
  }
  Result<jobs::Finished> probe(FakeAssets& assets, blob::Store& blobs) {
    assets.asset = asset_;
    ProbeConfig config;
    config.program = config_.program;
    model::Job job;
    job.id = "j1";
    job.asset = "a1";
    FakeRun attempt(job);
    ProbeHandler handler(config, assets, blobs, fetching_opener(blobs, dir_.path() + "/scratch"), system_clock());
    return handler.run(attempt);
  }
  std::int64_t given() { return parse_json(server_.seen())->at("given").get<std::int64_t>(); }

  blob::S3Server& server_ = blob::S3Server::shared();
  store::TempDir dir_;
  const blob::Key key_ = *blob::Key::parse("originals/a1");
  std::unique_ptr<blob::S3Store> blobs_;
  model::Asset asset_;
  FramePickerConfig config_;
  std::string film_;
};

TEST_F(DistantVideoTest, OnePictureCostsAFewMebibytesAndIsTheSameAsHere) {
  auto here = blob::make_memory_store();
  ASSERT_TRUE(here->put(key_, film_));
  const auto wanted = at(55s, *here);
  ASSERT_TRUE(wanted) << wanted.error().message;
  const auto before = given();
  const auto picture = at(55s, *blobs_);
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->jpeg, wanted->jpeg);
  EXPECT_EQ(picture->time, 55s);
  const auto cost = given() - before;
  RecordProperty("fetched", std::to_string(cost) + " of " + std::to_string(film_.size()));
  EXPECT_GT(cost, 1 << 20);
  EXPECT_LT(cost, 6 << 20) << "of " << film_.size();
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() + "/scratch"));
}

TEST_F(DistantVideoTest, AProbeFetchesNoByteTwice) {
  FakeAssets assets;
  const auto before = given();
  const auto done = probe(assets, *blobs_);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_LE(given() - before, static_cast<std::int64_t>(film_.size()));
  EXPECT_EQ(parse_json(assets.asset.look.video)->at("duration_ms"), 80000);
}

TEST_F(DistantVideoTest, AStorageThatFailsInBetweenIsSaidAndNoFaultOfTheVideo) {
  MeddledStore store(*blobs_);
  store.meddle = [this] { server_.fault("error", 1000); };
  const auto picture = at(55s, store);
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(picture.error().code, "blob.s3");
  server_.fault("error", 0);
  store.left = 2;
  FakeAssets assets;
  const auto done = probe(assets, store);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "blob.s3");
  EXPECT_EQ(assets.asset.look.fault_code, "");
}

TEST_F(DistantVideoTest, AFileThatIsReplacedOrDeletedWhileItIsReadIsNotMixed) {
  MeddledStore store(*blobs_);
  store.meddle = [this] { ASSERT_TRUE(blobs_->put(key_, std::string(film_.size(), 'x'))); };
  EXPECT_EQ(at(55s, store).error().code, "blob.replaced");
  ASSERT_TRUE(blobs_->put(key_, film_));
  store.left = 2;
  store.meddle = [this] { ASSERT_TRUE(blobs_->remove(key_)); };
  FakeAssets assets;
  EXPECT_EQ(probe(assets, store).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(assets.asset.look.fault_code, "");
  EXPECT_EQ(at(55s, *blobs_).error().kind, ErrorKind::NotFound);
}

TEST_F(DistantVideoTest, TheServersOwnTroubleWithTheStorageIsNotTheirsWhoAsk) {
  auto options = server_.options();
  options.secret_key = Secret("wrong");
  const auto refused = *blob::make_s3_store(options);
  const auto picture = at(55s, *refused);
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(picture.error().code, "blob.s3_auth");
}

TEST_F(DistantVideoTest, APictureForWhichTooMuchWouldHaveToBeFetchedIsLeftToAJob) {
  config_.limits.fetch_bytes = 1u << 20;
  const auto picture = at(55s, *blobs_);
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, "frame.far");
  EXPECT_EQ(picture.error().kind, ErrorKind::FailedPrecondition);
}

}  // namespace
}  // namespace vigil::footage
