#include "jobs/uploads.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "base/ids.h"
#include "base/log.h"
#include "base/utf8.h"
#include "jobs/media_kind.h"
#include "jobs/upload_state.h"

namespace vigil::jobs {
namespace {

using model::UploadState;

constexpr std::size_t kMaxName = 255, kMaxType = 100;
constexpr int kSweptAtOnce = 200;
constexpr auto kOrphanAge = std::chrono::hours(1);

Error not_found() {
  return make_error(ErrorKind::NotFound, "there is no such upload", "upload.not_found");
}

// For people to read; control characters could forge lines where it is shown.
bool is_plain(const std::string& text, std::size_t max_bytes) {
  return text.size() <= max_bytes && count_code_points(text).has_value() &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<void> check_wanted(const NewUpload& wanted, const UploadsConfig& config) {
  if (!is_plain(wanted.name, kMaxName) || !is_plain(wanted.type, kMaxType))
    return make_error(ErrorKind::InvalidArgument, "the file's name or type is too long or has control characters",
                      "upload.metadata");
  if (!wanted.sha256.empty() && !is_digest(wanted.sha256))
    return make_error(ErrorKind::InvalidArgument, "sha256 must be 64 lower-case hexadecimal digits", "upload.metadata");
  if (!may_be_declared(wanted.type))
    return make_error(ErrorKind::UnsupportedMedia, "files of this type are not taken: send a video", "upload.type");
  return within_size(wanted.length, config.max_bytes);
}

Error wrong_kind() {
  return make_error(ErrorKind::UnsupportedMedia,
                    "this is not a video that is taken: MP4, QuickTime, Matroska, WebM, MPEG-TS or FLV", "upload.kind");
}

model::Upload begin_upload(const Actor& actor, const NewUpload& wanted) {
  model::Upload upload;
  upload.id = random_hex(16);
  upload.owner = actor.owner;
  upload.length = wanted.length;
  upload.name = wanted.name;
  upload.type = wanted.type;
  upload.sha256 = wanted.sha256;
  return upload;
}

model::Asset begin_asset(const model::Upload& upload) {
  model::Asset asset;
  asset.id = upload.asset;
  asset.owner = upload.owner;
  asset.name = upload.name;
  asset.type = upload.type;
  return asset;
}

store::UploadEnd refused(const Error& why) {
  return {"upload.refused", why.code, why.message};
}

Result<void> within_size(std::optional<std::uint64_t> length, std::uint64_t max_bytes) {
  if (length && *length > max_bytes) {
    return make_error(ErrorKind::PayloadTooLarge,
                      fmt::format("the file has {} bytes; {} is the most that is taken", *length, max_bytes),
                      "upload.size");
  }
  if (length && *length == 0)
    return make_error(ErrorKind::InvalidArgument, "the file is empty: there is no video in it", "upload.empty");
  return {};
}

Uploads::Uploads(UploadsConfig config, store::Uploads& store, blob::Store& blobs, Clock& clock)
    : state_(new State{std::move(config), store, blobs, clock}) {}

Uploads::~Uploads() = default;

Uploads::Limits Uploads::limits() const {
  return {state_->config.max_bytes, state_->config.quota, state_->config.max_duration, state_->config.keep};
}

std::uint64_t Uploads::bytes_received() const {
  return state_->bytes;
}

Result<void> Uploads::start() {
  auto& state = *state_;
  if (::mkdir(state.config.folder.c_str(), 0700) != 0 && errno != EEXIST)
    return blob::io_error(errno, "make the folder", state.config.folder);
  VIGIL_ASSIGN(const auto names, state.files());
  for (const auto& name : names) {
    VIGIL_ASSIGN(auto found, state.store.uploads().find({.id = name}));
    if (found.empty() || found[0].state != UploadState::Open) continue;
    VIGIL_ASSIGN(auto file, state.open_file(found[0]));
    if (::ftruncate(file.get(), static_cast<off_t>(found[0].received)) != 0)
      return blob::io_error(errno, "cut back the upload", name);
  }
  return {};
}

Result<UploadStatus> Uploads::create(const Actor& actor, const NewUpload& wanted) {
  auto& state = *state_;
  VIGIL_TRY(check_wanted(wanted, state.config));
  VIGIL_TRY(state.enough_space(wanted.length.value_or(0)));
  auto upload = begin_upload(actor, wanted);
  upload.expires_at = state.clock.wall() + state.config.expire_after;
  VIGIL_ASSIGN(upload, state.store.uploads().insert(upload, state.config.quota, wanted.webhook));
  return UploadStatus{std::move(upload), false, ""};
}

Result<UploadStatus> Uploads::look(const Actor& actor, const std::string& id) const {
  const auto& state = *state_;
  VIGIL_ASSIGN(auto upload, state.find(actor, id));
  if (upload.state == UploadState::Closed || (upload.state == UploadState::Open && state.is_expired(upload)))
    return make_error(ErrorKind::NotFound, "this upload was given up or has expired: begin a new one", "upload.closed");
  return UploadStatus{std::move(upload), false, ""};
}

Result<UploadStatus> Uploads::status(const Actor& actor, const std::string& id) {
  auto& state = *state_;
  VIGIL_TRY(state.find(actor, id));
  VIGIL_ASSIGN(auto hold, state.locks.acquire(id, {}, state.config.lock_wait));
  VIGIL_ASSIGN(auto seen, look(actor, id));
  auto& upload = seen.upload;
  if (upload.state == UploadState::Open && upload.length == upload.received) {
    // Everything came, but becoming an asset failed: perhaps it does not now.
    if (auto done = state.complete(upload); done) return done;
  }
  return seen;
}

Result<void> Uploads::remove(const Actor& actor, const std::string& id) {
  auto& state = *state_;
  VIGIL_TRY(state.find(actor, id));
  VIGIL_ASSIGN(auto hold, state.locks.acquire(id, {}, state.config.lock_wait));
  VIGIL_ASSIGN(auto upload, state.find(actor, id));
  if (upload.state == UploadState::Closed) return not_found();
  if (upload.state == UploadState::Complete)
    return make_error(ErrorKind::FailedPrecondition, "the upload is complete: delete the asset", "upload.complete");
  return state.give_up(upload, {"upload.deleted"});
}

Result<void> Uploads::remove_asset(const Actor& actor, const std::string& id) {
  auto& state = *state_;
  VIGIL_ASSIGN(auto asset, state.store.assets().get(id));
  if (asset.owner != actor.owner && !actor.everything)
    return make_error(ErrorKind::NotFound, "there is no such asset", "asset.not_found");
  VIGIL_TRY(state.store.assets().bury(id));
  // The rest can wait for sweep(), whatever happens now.
  if (auto cleared = state.clear(asset); !cleared)
    log::warn("an asset's bytes could not be removed yet", {{"asset", id}, {"reason", cleared.error().message}});
  return {};
}

Result<int> Uploads::sweep() {
  auto& state = *state_;
  int swept = 0;
  const auto now = state.clock.wall();
  VIGIL_ASSIGN(const auto expired, state.store.uploads().find({.states = {UploadState::Open},
                                                               .expired_before = now + std::chrono::microseconds(1),
                                                               .limit = kSweptAtOnce}));
  for (const auto& upload : expired) {
    if (!upload.direct.empty()) continue;
    auto hold = state.locks.acquire(upload.id, {}, Nanos(0));
    if (!hold) continue;
    // All its bytes came: it is completed below, unless they are lost.
    if (upload.length == upload.received) {
      auto done = state.complete(upload);
      if (done || done.error().kind != ErrorKind::NotFound) continue;
    }
    VIGIL_TRY(state.give_up(upload, {"upload.expired"}));
    ++swept;
  }
  VIGIL_ASSIGN(const auto open, state.store.uploads().find({.states = {UploadState::Open}, .limit = store::kMaxPage}));
  for (const auto& upload : open) {
    if (upload.length != upload.received || !upload.direct.empty()) continue;
    auto hold = state.locks.acquire(upload.id, {}, Nanos(0));
    if (hold && state.complete(upload)) ++swept;
  }
  VIGIL_ASSIGN(const auto forgotten, state.store.uploads().find({.states = {UploadState::Complete, UploadState::Closed},
                                                                 .expired_before = now - state.config.forget_after,
                                                                 .forgettable = true,
                                                                 .limit = kSweptAtOnce}));
  for (const auto& upload : forgotten) {
    VIGIL_TRY(state.store.uploads().remove(upload.id));
    ++swept;
  }
  VIGIL_TRY(state.end_kept());
  VIGIL_ASSIGN(const auto buried, state.store.assets().buried(kSweptAtOnce));
  for (const auto& asset : buried) {
    VIGIL_TRY(state.clear(asset));
    ++swept;
  }
  VIGIL_TRY(state.remove_orphans());
  return swept;
}

// What was kept for as long as it is to be. The bytes of files go below, those of what jobs made with their litter.
Result<void> Uploads::State::end_kept() {
  auto& expiry = store.expiry();
  for (const auto kind : store::kKeptKinds) {
    VIGIL_ASSIGN(const auto over, expiry.due(kind, config.keep.of(kind), clock.wall(), kSweptAtOnce));
    for (const auto& id : over) {
      // Somebody may delete, hold or begin it anew at the same moment.
      if (expiry.end(kind, id)) log::info("it was kept for as long as it is to be", {{store::to_string(kind), id}});
    }
  }
  return {};
}

Result<model::Upload> Uploads::State::find(const Actor& actor, const std::string& id) const {
  VIGIL_ASSIGN(auto found, store.uploads().find({.id = id}));
  // An empty id would find any. What goes straight to the storage has nothing here.
  if (id.empty() || found.empty() || !found[0].direct.empty() || (found[0].owner != actor.owner && !actor.everything))
    return not_found();
  return std::move(found[0]);
}

Result<void> Uploads::State::enough_space(std::uint64_t more) const {
  struct statvfs space {};
  if (::statvfs(config.folder.c_str(), &space) != 0) return blob::io_error(errno, "look at the disk of", "uploads");
  const auto free = std::uint64_t{space.f_bavail} * space.f_frsize;
  if (free > config.keep_free && more <= free - config.keep_free) return {};
  return make_error(ErrorKind::StorageFull, "the server's disk has no room for this file", "upload.disk");
}

Result<std::vector<std::string>> Uploads::State::files() const {
  std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(config.folder.c_str()), ::closedir);
  if (!folder) return blob::io_error(errno, "list", config.folder);
  std::vector<std::string> out;
  while (const auto* entry = ::readdir(folder.get())) {
    if (const std::string name = entry->d_name; !name.starts_with('.')) out.push_back(name);
  }
  return out;
}

Result<blob::Fd> Uploads::State::open_file(const model::Upload& upload) const {
  blob::Fd file(::open(path(upload.id).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return blob::io_error(errno, "open the upload", upload.id);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return blob::io_error(errno, "open the upload", upload.id);
  if (static_cast<std::uint64_t>(status.st_size) < upload.received) {
    return make_error(ErrorKind::Unavailable,
                      "the bytes of this upload are on another server, or lost: begin a new one", "upload.elsewhere");
  }
  return file;
}

bool Uploads::State::has_file(const std::string& id) const {
  return ::access(path(id).c_str(), F_OK) == 0;
}

Result<void> Uploads::State::give_up(const model::Upload& upload, const store::UploadEnd& end) {
  VIGIL_TRY(store.uploads().close(upload.id, end));
  forget(upload.id);
  ::unlink(path(upload.id).c_str());
  return {};
}

Result<void> Uploads::State::clear(const model::Asset& asset) {
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  for (const auto prefix :
       {blob::Prefix::Frames, blob::Prefix::Thumbnails, blob::Prefix::Metadata, blob::Prefix::Logs}) {
    VIGIL_TRY(blob::remove_folder(blobs, fmt::format("{}/{}/", blob::to_string(prefix), asset.id)));
  }
  VIGIL_TRY(blobs.remove(key));
  return store.assets().remove(asset.id);
}

// What no upload knows of: its row was given up while its file could not be removed.
Result<void> Uploads::State::remove_orphans() {
  VIGIL_ASSIGN(const auto names, files());
  for (const auto& name : names) {
    struct stat status {};
    if (::lstat(path(name).c_str(), &status) != 0) continue;
    const WallTime changed(std::chrono::seconds(status.st_mtim.tv_sec));
    if (clock.wall() - changed < kOrphanAge) continue;
    VIGIL_ASSIGN(const auto found, store.uploads().find({.id = name}));
    if (found.empty() || found[0].state != UploadState::Open) ::unlink(path(name).c_str());
  }
  return {};
}

}  // namespace vigil::jobs
