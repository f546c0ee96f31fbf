#include "cameras/snapshots.h"

#include <chrono>
#include <fstream>

#include "base/log.h"
#include "media/image.h"

namespace vigil::cameras {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 4 << 20;
constexpr std::chrono::seconds kWriteInterval{60};

std::filesystem::file_time_type to_file_time(WallTime time) {
  return std::chrono::file_clock::from_sys(time);
}

WallTime from_file_time(std::filesystem::file_time_type time) {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::file_clock::to_sys(time));
}

std::optional<Snapshot::Taken> read(const std::filesystem::path& file) {
  std::error_code error;
  auto size = std::filesystem::file_size(file, error);
  if (error || size == 0 || size > kMaxFileBytes) return std::nullopt;
  auto time = std::filesystem::last_write_time(file, error);
  std::vector<std::uint8_t> bytes(size);
  std::ifstream in(file, std::ios::binary);
  if (error || !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) return std::nullopt;
  if (!media::inspect_image(bytes).ok()) return std::nullopt;
  return Snapshot::Taken{std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes)), from_file_time(time)};
}

}  // namespace

Snapshot::Snapshot(std::filesystem::path file) : file_(std::move(file)) {
  if (file_.empty()) return;
  taken_ = read(file_);
  if (taken_) written_ = taken_->captured;
}

void Snapshot::take(const media::Frame& frame) {
  auto jpeg = media::encode_jpeg(frame, {.max_width = 1280, .quality = 80});
  if (!jpeg.ok()) return;
  Taken taken{std::make_shared<const std::vector<std::uint8_t>>(std::move(jpeg).value()), frame.captured};
  {
    MutexLock lock(mutex_);
    taken_ = taken;
    if (written_ && taken.captured - *written_ < kWriteInterval) return;
    written_ = taken.captured;
  }
  write(taken);
}

void Snapshot::flush() {
  std::optional<Taken> taken;
  {
    MutexLock lock(mutex_);
    if (!taken_ || written_ == taken_->captured) return;
    taken = taken_;
    written_ = taken_->captured;
  }
  write(*taken);
}

void Snapshot::remove() {
  MutexLock lock(mutex_);
  taken_.reset();
  written_.reset();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

std::optional<Snapshot::Taken> Snapshot::latest() const {
  MutexLock lock(mutex_);
  return taken_;
}

// To a file beside it, then renamed: a reader or a crash never sees half a picture.
void Snapshot::write(const Taken& taken) const {
  if (file_.empty()) return;
  auto part = file_;
  part += ".part";
  std::error_code error;
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(taken.jpeg->data()), static_cast<std::streamsize>(taken.jpeg->size()));
    if (!out.flush()) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) std::filesystem::last_write_time(part, to_file_time(taken.captured), error);
  if (!error) std::filesystem::rename(part, file_, error);
  if (error) log::warn("could not keep the last picture", {{"file", file_.string()}, {"error", error.message()}});
}

}  // namespace vigil::cameras
