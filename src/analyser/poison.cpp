#include "analyser/poison.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/json.h"

namespace vigil::analyser {
namespace {

namespace fs = std::filesystem;
constexpr const char* kEnding = ".packet";

std::string hexadecimal(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  for (const auto byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

Error failed(const char* what, const fs::path& path, const std::error_code& code) {
  return make_error(ErrorKind::Unavailable, fmt::format("{} cannot be {}: {}", path.string(), what, code.message()));
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

bool write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// Names begin with the time: the oldest come first. One place is left free.
void make_room(const fs::path& folder) {
  std::vector<fs::path> kept;
  std::error_code ignored;
  for (auto it = fs::directory_iterator(folder, ignored); it != fs::directory_iterator(); it.increment(ignored)) {
    if (it->path().extension() == kEnding) kept.push_back(it->path());
    if (ignored) break;
  }
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i + PoisonFolder::kFiles <= kept.size(); ++i) fs::remove(kept[i], ignored);
}

std::string described(const std::string& camera_id, const media::Packet& packet) {
  const auto& params = *packet.params;
  return to_text({{"camera", camera_id},
                  {"codec", media::codec_name(params.codec)},
                  {"codec_string", params.codec_string},
                  {"width", params.width},
                  {"height", params.height},
                  {"extradata", hexadecimal(params.extradata)},
                  {"key", packet.key},
                  {"sequence", packet.sequence},
                  {"bytes", packet.data.size()}}) +
         "\n";
}

}  // namespace

Result<fs::path> PoisonFolder::keep(const std::string& camera_id, const media::Packet& packet, WallTime now) const {
  if (folder_.empty()) return fs::path();
  if (packet.data.size() + packet.params->extradata.size() > kMostBytes) {
    return make_error(ErrorKind::ResourceExhausted, "it is larger than the 4 MiB that are kept of a packet");
  }
  std::error_code code;
  fs::create_directory(folder_, code);
  if (code) return failed("made", folder_, code);
  fs::permissions(folder_, fs::perms::owner_all, code);
  make_room(folder_);
  const auto path = folder_ / fmt::format("{:020}-{}-{}{}", now.time_since_epoch().count(),
                                          camera_id.empty() ? "picture" : camera_id, packet.sequence, kEnding);
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return failed("made", path, last_error());
  const auto head = described(camera_id, packet);
  const std::span<const std::uint8_t> line(reinterpret_cast<const std::uint8_t*>(head.data()), head.size());
  if (write_all(file.get(), line) && write_all(file.get(), packet.data.view())) return path;
  const auto why = last_error();
  fs::remove(path, code);
  return failed("written", path, why);
}

}  // namespace vigil::analyser
