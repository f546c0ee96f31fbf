#include "jobs/seat.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "base/ids.h"
#include "blob/digest.h"
#include "store/files.h"

namespace vigil::jobs {
namespace {

constexpr std::size_t kRandomBytes = 16;

// Empty where the kernel has none.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string out;
  std::getline(file, out);
  return out;
}

}  // namespace

Result<std::string> seat_of(const std::string& data_dir) {
  const auto boot = boot_id();
  // Without it nobody could tell whether the one before ran on this machine.
  if (boot.empty()) return std::string();
  const auto path = data_dir + "/worker.id";
  auto number = store::read_private_file(path, 200);
  if (!number && number.error().kind != ErrorKind::NotFound && number.error().kind != ErrorKind::DataLoss)
    return std::move(number).error();
  if (!number || number->size() != 2 * kRandomBytes) {
    number = random_hex(kRandomBytes);
    VIGIL_TRY(store::write_private_file(path, *number));
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return store::file_error(errno, "open", path);
  return blob::sha256_hex(fmt::format("{}\n{}\n{}\n{}", *number, boot, status.st_dev, status.st_ino)).substr(0, 32);
}

}  // namespace vigil::jobs
