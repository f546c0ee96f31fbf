#include "records/picture_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "model/camera.h"
#include "store/files.h"

namespace vigil::records {
namespace {

constexpr std::size_t kMaxPicture = 64U << 20;

bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

// Three plain names; nothing that leads elsewhere.
bool is_picture_path(std::string_view path) {
  for (int part = 0; part < 3; ++part) {
    const auto name = path.substr(0, part < 2 ? path.find('/') : std::string_view::npos);
    if (!is_plain(name)) return false;
    path.remove_prefix(std::min(name.size() + 1, path.size()));
  }
  return true;
}

Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return store::file_error(errno, "make", path);
  return {};
}

std::string full(const std::string& data_dir, const std::string& path) {
  return data_dir + "/pictures/" + path;
}

Error bad_path() {
  return make_error(ErrorKind::InvalidArgument, "that is no path of a kept picture", "records.picture");
}

}  // namespace

std::string picture_path(const std::string& camera_id, WallTime time, const std::string& id) {
  const auto day = to_rfc3339(time).substr(0, 10);
  return fmt::format("{}/{}/{}.jpg", model::is_valid_camera_id(camera_id) ? camera_id : "other", day, id);
}

Result<void> write_picture(const std::string& data_dir, const std::string& path, std::string_view jpeg) {
  if (!is_picture_path(path)) return bad_path();
  VIGIL_TRY(make_folder(data_dir + "/pictures"));
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    VIGIL_TRY(make_folder(full(data_dir, path.substr(0, slash))));
  }
  return store::write_private_file(full(data_dir, path), jpeg);
}

Result<std::string> read_picture(const std::string& data_dir, const std::string& path) {
  if (!is_picture_path(path)) return bad_path();
  return store::read_private_file(full(data_dir, path), kMaxPicture);
}

Result<void> remove_picture(const std::string& data_dir, const std::string& path) {
  if (!is_picture_path(path)) return bad_path();
  const auto name = full(data_dir, path);
  if (::unlink(name.c_str()) != 0 && errno != ENOENT) return store::file_error(errno, "remove", name);
  const auto day = name.substr(0, name.rfind('/'));
  // Fails while something is in it, which is as it should be.
  if (::rmdir(day.c_str()) == 0) static_cast<void>(::rmdir(day.substr(0, day.rfind('/')).c_str()));
  return {};
}

}  // namespace vigil::records
