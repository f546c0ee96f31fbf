#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vigil::app {

// A file that is written piece by piece and takes its place when it is complete.
class PartFile {
 public:
  static Result<std::unique_ptr<PartFile>> create(const std::string& path);
  ~PartFile();  // without commit() nothing remains
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  Result<void> write(std::string_view text);
  Result<void> commit();

 private:
  PartFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  Error failed() const;
  const std::string path_;
  std::FILE* file_;
};

}  // namespace vigil::app
