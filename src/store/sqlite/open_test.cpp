#include "store/open.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "store/data_dir.h"
#include "store/temp_dir_fake.h"

namespace vigil::store {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

unsigned mode(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

void sql(const std::string& path, const char* text) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, text, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  sqlite3_close(database);
}

model::Camera camera(const std::string& id) {
  model::Camera made;
  made.id = made.name = id;
  made.streams[0].url = *parse_url("rtsp://canary_user:canary_password@10.0.0.1/stream");
  return made;
}

class OpenStore : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open() { return open_store({.data_dir = data_, .clock = &clock_}); }

  // Opens, stores a camera with a password, closes.
  void use_once() {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->cameras().insert(camera("cam_1")));
  }

  void expect_refusal(ErrorKind kind, const std::string& part) {
    auto refused = open();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, kind) << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr(part));
  }

  ManualClock clock_;
  TempDir dir_;
  std::string data_ = dir_.path("deep/data");
};

TEST_F(OpenStore, MakesAPrivateFolderWithPrivateFiles) {
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->cameras().insert(camera("cam_1")));
  EXPECT_EQ(mode(data_), 0700U);
  for (const char* name : {"vigil.json", "vigil.lock", "vigil.db", "vigil.db-wal", "vigil.db-shm", "secret.key"}) {
    EXPECT_EQ(mode(data_ + "/" + name), 0600U) << name;
  }
  auto health = (*store)->health();
  EXPECT_TRUE(health.ok) << health.detail;
  EXPECT_GT(health.bytes, 4096U);
  EXPECT_GT(health.free_bytes, 0U);
}

TEST_F(OpenStore, KeepsEverythingOverARestart) {
  Secret key;
  {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->cameras().insert(camera("cam_1")));
    key = (*store)->instance_key("access-token");
  }
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->cameras().get("cam_1")->streams, camera("cam_1").streams);
  EXPECT_TRUE((*store)->instance_key("access-token") == key);
}

TEST_F(OpenStore, CredentialsAreInNoFile) {
  auto store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->cameras().insert(camera("cam_1")));
  auto seen = [&] {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(data_)) all += read(entry.path().string());
    return all;
  };
  EXPECT_THAT(seen(), HasSubstr("10.0.0.1"));  // so the search does look where the camera is
  EXPECT_THAT(seen(), Not(HasSubstr("canary")));
  EXPECT_THAT(seen(), Not(HasSubstr("63616e617279")));  // "canary" in hexadecimal
  store->reset();
  EXPECT_THAT(read(data_ + "/vigil.db"), HasSubstr("10.0.0.1"));
  EXPECT_THAT(seen(), Not(HasSubstr("canary")));
}

TEST_F(OpenStore, SecondServerIsRefusedAndToldWhoHoldsTheFolder) {
  auto first = open();
  ASSERT_TRUE(first);
  expect_refusal(ErrorKind::FailedPrecondition, "process " + std::to_string(::getpid()));
  first->reset();
  EXPECT_TRUE(open());
}

TEST_F(OpenStore, ForeignFolderIsRefusedAndLeftAlone) {
  std::filesystem::create_directories(data_);
  write(data_ + "/holiday.jpg", "x");
  expect_refusal(ErrorKind::FailedPrecondition, "foreign directory");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(data_), {}), 1);
}

TEST_F(OpenStore, WhoeverPutsSomethingInFirstMakesTheFolderVigils) {
  ASSERT_TRUE(prepare_data_dir({.data_dir = data_, .clock = &clock_}));
  EXPECT_EQ(mode(data_), 0700U);
  const auto identity = read(data_ + "/vigil.json");
  std::filesystem::create_directories(data_ + "/models");
  ASSERT_TRUE(prepare_data_dir({.data_dir = data_, .clock = &clock_}));
  EXPECT_EQ(read(data_ + "/vigil.json"), identity);
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE(prepare_data_dir({.data_dir = data_, .clock = &clock_})) << "beside the server";
}

TEST_F(OpenStore, NothingIsPutIntoAForeignFolder) {
  std::filesystem::create_directories(data_);
  write(data_ + "/holiday.jpg", "x");
  auto refused = prepare_data_dir({.data_dir = data_, .clock = &clock_});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("foreign directory"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(data_), {}), 1);
}

TEST_F(OpenStore, FreshFileSystemIsNotForeign) {
  std::filesystem::create_directories(data_ + "/lost+found");
  EXPECT_TRUE(open());
}

TEST_F(OpenStore, FolderThatIsAFileIsRefused) {
  std::filesystem::create_directories(dir_.path("deep"));
  write(data_, "x");
  expect_refusal(ErrorKind::FailedPrecondition, "not a folder");
}

TEST_F(OpenStore, NetworkFileSystemsAreKnownByTheirMagic) {
  for (unsigned long magic : {0x6969UL, 0x517bUL, 0xff534d42UL, 0xfe534d42UL, 0x01021997UL, 0x65735546UL}) {
    EXPECT_TRUE(network_fs_name(magic)) << std::hex << magic;
  }
  // ext4, xfs, btrfs, tmpfs, overlayfs, zfs
  for (unsigned long magic : {0xef53UL, 0x58465342UL, 0x9123683eUL, 0x01021994UL, 0x794c7630UL, 0x2fc12fc1UL}) {
    EXPECT_FALSE(network_fs_name(magic)) << std::hex << magic;
  }
  // As a 32-bit kernel reports it: sign-extended.
  EXPECT_EQ(network_fs_name(static_cast<unsigned long>(static_cast<int>(0xff534d42U))), "CIFS");
}

TEST_F(OpenStore, NewerSchemaIsRefused) {
  use_once();
  sql(data_ + "/vigil.db", "PRAGMA user_version = 99");
  expect_refusal(ErrorKind::FailedPrecondition, "newer Vigil");
}

TEST_F(OpenStore, NewerIdentityIsRefused) {
  use_once();
  write(data_ + "/vigil.json", R"({"format":2,"instance":"x","created":"y"})");
  expect_refusal(ErrorKind::FailedPrecondition, "another version");
}

TEST_F(OpenStore, DamagedIdentityIsLoud) {
  use_once();
  for (const char* text : {"", "{", "[]", R"({"format":1})", R"({"format":1,"instance":3,"created":""})"}) {
    write(data_ + "/vigil.json", text);
    expect_refusal(ErrorKind::DataLoss, "damaged");
  }
}

TEST_F(OpenStore, DatabaseOfAnotherInstanceIsRefused) {
  use_once();
  write(data_ + "/vigil.json", R"({"format":1,"instance":"other","created":"y","ready":true})");
  expect_refusal(ErrorKind::FailedPrecondition, "another instance");
}

TEST_F(OpenStore, DamagedDatabaseIsLoud) {
  use_once();
  auto whole = read(data_ + "/vigil.db");
  ASSERT_GT(whole.size(), 3 * 4096U);
  auto header = whole;
  header.replace(0, 100, std::string(100, 'x'));
  auto middle = whole;
  for (std::size_t page = 4096; page < middle.size(); page += 4096) middle.replace(page, 200, std::string(200, '\x5a'));
  for (const auto& damaged :
       {header, middle, whole.substr(0, whole.size() / 2), std::string("not a database at all")}) {
    write(data_ + "/vigil.db", damaged);
    expect_refusal(ErrorKind::DataLoss, "backup");
  }
  write(data_ + "/vigil.db", whole);
  EXPECT_TRUE(open());
}

TEST_F(OpenStore, LostDatabaseIsNotReplacedByAnEmptyOne) {
  use_once();
  write(data_ + "/vigil.db", "");
  expect_refusal(ErrorKind::DataLoss, "missing or empty");
  std::filesystem::remove(data_ + "/vigil.db");
  expect_refusal(ErrorKind::DataLoss, "missing or empty");
  EXPECT_FALSE(std::filesystem::exists(data_ + "/vigil.db"));
}

TEST_F(OpenStore, FirstStartThatWasCutOffIsTakenUpAgain) {
  std::filesystem::create_directories(data_);
  write(data_ + "/vigil.json", R"({"format":1,"instance":"x","created":"y","ready":false})");
  write(data_ + "/vigil.db", "");
  write(data_ + "/secret.key", std::string(32, 'k'));
  auto store = open();
  EXPECT_TRUE(store) << store.error().message;
}

TEST_F(OpenStore, WrongOrMissingKeyIsRefusedWhilePasswordsAreStored) {
  use_once();
  auto key = read(data_ + "/secret.key");
  write(data_ + "/secret.key", std::string(32, 'k'));
  expect_refusal(ErrorKind::FailedPrecondition, "not the key");
  write(data_ + "/secret.key", "short");
  expect_refusal(ErrorKind::FailedPrecondition, "not a key");
  std::filesystem::remove(data_ + "/secret.key");
  expect_refusal(ErrorKind::FailedPrecondition, "is missing");
  EXPECT_FALSE(std::filesystem::exists(data_ + "/secret.key"));
  write(data_ + "/secret.key", key);
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->cameras().get("cam_1")->streams[0].url->password.reveal(), "canary_password");
}

TEST_F(OpenStore, NewKeyIsMadeWhileNothingDependsOnTheOldOne) {
  ASSERT_TRUE(open());
  std::filesystem::remove(data_ + "/secret.key");
  use_once();
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE((*store)->cameras().get("cam_1"));
}

TEST_F(OpenStore, KeyThatOthersCouldReadIsProtected) {
  use_once();
  ASSERT_EQ(::chmod((data_ + "/secret.key").c_str(), 0644), 0);
  ASSERT_TRUE(open());
  EXPECT_EQ(mode(data_ + "/secret.key"), 0600U);
}

TEST_F(OpenStore, SymbolicLinkInsteadOfTheDatabaseIsRefused) {
  use_once();
  std::filesystem::rename(data_ + "/vigil.db", dir_.path("elsewhere"));
  std::filesystem::create_symlink(dir_.path("elsewhere"), data_ + "/vigil.db");
  EXPECT_FALSE(open().ok());
}

TEST_F(OpenStore, CredentialsOfOneCameraDoNotOpenAsAnothers) {
  use_once();
  {
    auto store = open();
    auto other = camera("cam_2");
    other.streams[0].url->password = Secret("second");
    ASSERT_TRUE((*store)->cameras().insert(other));
  }
  sql(data_ + "/vigil.db",
      "UPDATE cameras SET credentials = (SELECT credentials FROM cameras WHERE id = 'cam_1') WHERE id = 'cam_2'");
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_TRUE((*store)->cameras().get("cam_1"));
  EXPECT_EQ((*store)->cameras().get("cam_2").error().kind, ErrorKind::DataLoss);
}

TEST_F(OpenStore, SettingsThatCannotBeReadAreDataLoss) {
  use_once();
  for (const char* settings :
       {"'[]'", "'{}'", R"('{"streams":[]}')", R"('{"streams":[{"url":3}]}')",
        R"('{"streams":[{}],"source_type":"telepathy"}')", R"('{"streams":[{}],"motion":{"masks":[[1]]}}')"}) {
    sql(data_ + "/vigil.db", (std::string("UPDATE cameras SET settings = ") + settings).c_str());
    auto store = open();
    ASSERT_TRUE(store);
    auto read = (*store)->cameras().get("cam_1");
    ASSERT_FALSE(read.ok()) << settings;
    EXPECT_EQ(read.error().kind, ErrorKind::DataLoss);
  }
}

TEST_F(OpenStore, TextThatIsNoUtf8IsRefusedRatherThanChanged) {
  auto store = open();
  ASSERT_TRUE(store);
  auto odd = camera("odd");
  odd.streams[0].url->path = "/\xff";
  auto stored = (*store)->cameras().insert(odd);
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().kind, ErrorKind::InvalidArgument);
}

TEST_F(OpenStore, FolderWithoutTheRightToWriteIsRefused) {
  use_once();
  if (::geteuid() == 0) {
    ASSERT_EQ(::chmod(dir_.path().c_str(), 0755), 0);  // the way there stays open; the folder itself is another user's
    ASSERT_EQ(::seteuid(65534), 0);
  } else {
    ASSERT_EQ(::chmod(data_.c_str(), 0500), 0);
    ASSERT_EQ(::chmod((data_ + "/vigil.lock").c_str(), 0400), 0);
  }
  auto refused = open();
  if (::getuid() == 0) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_EQ(::chmod(data_.c_str(), 0700), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::PermissionDenied) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr(data_));
}

TEST_F(OpenStore, NewFolderWhereNothingMayBeMadeIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: /proc refuses everybody, but only root gets as far as trying";
  data_ = "/proc/vigil_data";
  auto refused = open();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("create /proc/vigil_data"));
}

// A file system of 1 MiB, twice what a new database takes, where that is allowed.
class FullDisk : public OpenStore {
 protected:
  void SetUp() override {
    disk_ = dir_.path("disk");
    std::filesystem::create_directory(disk_);
    if (::mount("tmpfs", disk_.c_str(), "tmpfs", 0, "size=1m") != 0) {
      disk_.clear();
      GTEST_SKIP() << "SKIPPED: no right to mount a small tmpfs (" << std::strerror(errno)
                   << "): what happens on a full disk was NOT tested";
    }
    data_ = disk_ + "/data";
  }
  void TearDown() override {
    if (disk_.empty()) return;
    EXPECT_EQ(::umount2(disk_.c_str(), MNT_DETACH), 0);
  }
  std::string disk_;
};

TEST_F(FullDisk, SaysSoLosesNothingAndGoesOnWhenThereIsSpace) {
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  auto& cameras = (*store)->cameras();
  std::vector<std::string> kept;
  Result<model::Camera> last = camera("none");
  for (int i = 0; i < 2000 && last.ok(); ++i) {
    auto made = camera("cam_" + std::to_string(i));
    made.name = std::string(120, 'n');
    last = cameras.insert(made);
    if (last) kept.push_back(made.id);
  }
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().kind, ErrorKind::StorageFull) << last.error().message;
  EXPECT_FALSE((*store)->health().ok);
  ASSERT_FALSE(kept.empty());
  EXPECT_EQ(cameras.list()->size(), kept.size());
  ASSERT_EQ(::mount("tmpfs", disk_.c_str(), "tmpfs", MS_REMOUNT, "size=4m"), 0);
  ASSERT_TRUE(cameras.insert(camera("after")));
  EXPECT_TRUE((*store)->health().ok);
  store->reset();
  auto again = open();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->cameras().list()->size(), kept.size() + 1);
}

TEST_F(FullDisk, FirstStartWithoutSpaceIsRefusedAndComesThroughLater) {
  write(disk_ + "/filler", std::string(1020 << 10, 'x'));
  expect_refusal(ErrorKind::StorageFull, "space");
  std::filesystem::remove(disk_ + "/filler");
  auto store = open();
  EXPECT_TRUE(store) << store.error().message;
}

}  // namespace
}  // namespace vigil::store
