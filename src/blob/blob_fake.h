#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "blob/fs.h"
#include "blob/memory.h"
#include "blob/s3/server_fake.h"

namespace vigil::blob {

// A folder for one test, removed after it.
class BlobDir {
 public:
  BlobDir() {
    std::string name = testing::TempDir() + "vigil_blob_XXXXXX";
    path_ = ::mkdtemp(name.data()) != nullptr ? name : "";
    EXPECT_FALSE(path_.empty());
  }
  BlobDir(const BlobDir&) = delete;
  BlobDir& operator=(const BlobDir&) = delete;
  ~BlobDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A fresh store of one kind for one test. test.missing: what it needs is not installed.
inline Result<std::unique_ptr<Store>> blob_store_for_test(const std::string& kind, const BlobDir& dir) {
  if (kind == "memory") return make_memory_store();
  if (kind == "s3") return s3_store_for_test();
  VIGIL_ASSIGN(auto store, open_fs_store({dir.path("blobs"), ""}));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace vigil::blob
