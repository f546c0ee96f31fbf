#include "blob/fs.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "blob/blob_fake.h"
#include "blob/file_io.h"

namespace vigil::blob {
namespace {

namespace fs = std::filesystem;

Key key(const std::string& text) {
  return *Key::parse(text);
}

ErrorKind opening(const FsOptions& options) {
  auto opened = open_fs_store(options);
  EXPECT_FALSE(opened);
  return opened ? ErrorKind::Internal : opened.error().kind;
}

// 116: a disk that is not mounted, or another one, must be an error and lose nothing.
TEST(FsStore, ARootThatIsNotTheOneOfBeforeIsRefused) {
  BlobDir dir;
  std::string id;
  {
    auto store = open_fs_store({dir.path("blobs"), ""});
    ASSERT_TRUE(store) << store.error().message;
    id = (*store)->id();
    ASSERT_TRUE((*store)->put(key("originals/a"), "kept"));
  }
  EXPECT_EQ((*open_fs_store({dir.path("blobs"), id}))->id(), id);
  EXPECT_EQ((*open_fs_store({dir.path("blobs"), ""}))->id(), id);
  EXPECT_EQ(opening({dir.path("none"), id}), ErrorKind::FailedPrecondition);
  EXPECT_FALSE(fs::exists(dir.path("none")));
  fs::create_directory(dir.path("empty"));
  EXPECT_EQ(opening({dir.path("empty"), id}), ErrorKind::FailedPrecondition);
  EXPECT_TRUE(fs::is_empty(dir.path("empty")));
  ASSERT_TRUE(open_fs_store({dir.path("other"), ""}));
  EXPECT_EQ(opening({dir.path("other"), id}), ErrorKind::FailedPrecondition);
  EXPECT_EQ((*(*open_fs_store({dir.path("blobs"), id}))->read(key("originals/a"), 0, 9)).bytes, "kept");
}

TEST(FsStore, AFolderThatHoldsOtherThingsIsNotTaken) {
  BlobDir dir;
  fs::create_directory(dir.path("photos"));
  std::ofstream(dir.path("photos/mine.jpg")) << "x";
  EXPECT_EQ(opening({dir.path("photos"), ""}), ErrorKind::FailedPrecondition);
  EXPECT_TRUE(fs::exists(dir.path("photos/mine.jpg")));
}

// 32: a symbolic link that somebody planted leads nowhere.
TEST(FsStore, SymbolicLinksAreNotFollowed) {
  BlobDir dir;
  auto store = *open_fs_store({dir.path("blobs"), ""});
  fs::create_directory(dir.path("outside"));
  std::ofstream(dir.path("outside/secret")) << "secret";
  ASSERT_TRUE(store->put(key("originals/a/b"), "x"));
  fs::create_directory_symlink(dir.path("outside"), dir.path("blobs/originals/link"));
  fs::create_symlink(dir.path("outside/secret"), dir.path("blobs/originals/a/file"));
  EXPECT_FALSE(store->read(key("originals/link/secret"), 0, 100));
  EXPECT_FALSE(store->read(key("originals/a/file"), 0, 100));
  EXPECT_FALSE(store->put(key("originals/link/new"), "x"));
  EXPECT_FALSE(fs::exists(dir.path("outside/new")));
  ASSERT_TRUE(store->put(key("originals/a/file"), "own"));
  EXPECT_EQ(fs::file_size(dir.path("outside/secret")), 6u);
  EXPECT_EQ(store->list("originals/", "", 10)->size(), 2u);
  EXPECT_EQ(store->adopt(key("originals/a/c"), dir.path("blobs/originals/link")).error().kind,
            ErrorKind::FailedPrecondition);
}

// 113
TEST(FsStore, OthersMayNotReadIt) {
  BlobDir dir;
  auto store = *open_fs_store({dir.path("blobs"), ""});
  std::ofstream(dir.path("upload")) << "x";
  fs::permissions(dir.path("upload"), fs::perms::all);
  ASSERT_TRUE(store->put(key("originals/a/b"), "x"));
  ASSERT_TRUE(store->adopt(key("originals/a/c"), dir.path("upload")));
  for (const auto& entry : fs::recursive_directory_iterator(dir.path("blobs"))) {
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
        << entry.path();
  }
}

// 114: a write that does not fit leaves neither half a blob nor a forgotten file, and the one before stays.
TEST(FsStore, AWriteThatFailsLeavesNothingBehind) {
  BlobDir dir;
  auto store = *open_fs_store({dir.path("blobs"), ""});
  ASSERT_TRUE(store->put(key("originals/a/b"), "before"));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* old = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto done = store->put(key("originals/a/b"), std::string(200000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old);
  EXPECT_FALSE(done);
  EXPECT_EQ(store->read(key("originals/a/b"), 0, 100)->bytes, "before");
  EXPECT_TRUE(fs::is_empty(dir.path("blobs/.new")));
  EXPECT_TRUE(store->put(key("originals/a/b"), "after"));
}

TEST(FsStore, WhatAnEarlierProcessLeftHalfWrittenIsClearedAway) {
  BlobDir dir;
  auto id = (*open_fs_store({dir.path("blobs"), ""}))->id();
  std::ofstream(dir.path("blobs/.new/old")) << "x";
  std::ofstream(dir.path("blobs/.new/young")) << "x";
  fs::last_write_time(dir.path("blobs/.new/old"), fs::file_time_type::clock::now() - std::chrono::hours(25));
  ASSERT_TRUE(open_fs_store({dir.path("blobs"), id}));
  EXPECT_FALSE(fs::exists(dir.path("blobs/.new/old")));
  EXPECT_TRUE(fs::exists(dir.path("blobs/.new/young")));
}

TEST(FsStore, AnOpenBlobIsThereToBeReadAndStaysWhenItIsReplaced) {
  BlobDir dir;
  auto store = *open_fs_store({dir.path("blobs"), ""});
  ASSERT_TRUE(store->put(key("originals/a/b"), "before"));
  const auto file = store->open(key("originals/a/b"));
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(store->put(key("originals/a/b"), "after"));
  EXPECT_EQ(*read_at(file->get(), 0, 100, "b"), "before");
  EXPECT_EQ(::write(file->get(), "x", 1), -1);
  EXPECT_EQ(store->open(key("originals/a/c")).error().kind, ErrorKind::NotFound);
}

TEST(FsStore, AdoptingFromTheSameDiskMovesTheFile) {
  BlobDir dir;
  auto store = *open_fs_store({dir.path("blobs"), ""});
  std::ofstream(dir.path("upload")) << "bytes";
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(dir.path("upload").c_str(), &before), 0);
  ASSERT_TRUE(store->adopt(key("originals/a/b"), dir.path("upload")));
  ASSERT_EQ(::stat(dir.path("blobs/originals/a/b").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

}  // namespace
}  // namespace vigil::blob
