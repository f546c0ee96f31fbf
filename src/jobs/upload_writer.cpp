#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ids.h"
#include "base/log.h"
#include "jobs/media_kind.h"
#include "jobs/upload_state.h"

namespace vigil::jobs {
namespace {

using model::UploadState;

constexpr std::size_t kHashPiece = 1u << 20;
constexpr std::size_t kMaxDigests = 1000;

Error bad_disk() {
  return make_error(ErrorKind::Unavailable,
                    "the server's disk failed to keep what was written; nothing is taken until it was looked at",
                    "upload.disk_bad");
}

}  // namespace

class FileWriter final : public UploadWriter {
 public:
  using State = Uploads::State;

  FileWriter(State& state, UploadLocks::Hold hold, model::Upload upload, blob::Fd file, Uploads::Opening opening)
      : state_(state),
        hold_(std::move(hold)),
        upload_(std::move(upload)),
        file_(std::move(file)),
        checksum_(std::move(opening.checksum)),
        begin_(upload_.received),
        at_(upload_.received),
        synced_(upload_.received) {
    if (checksum_) own_.emplace(checksum_->kind);
    if (begin_ == 0) {
      whole_.emplace();
    } else if (auto known = state_.digest_at(upload_.id, begin_)) {
      whole_.emplace(*known);
    }
  }

  ~FileWriter() override {
    if (ended_) return;
    // The connection broke. Bytes that were to be checked as a whole are worth nothing now; all others are.
    auto kept = checksum_ ? cut_back() : save();
    if (kept && !checksum_ && whole_) state_.remember(upload_.id, at_, *whole_);
    if (!kept) log::warn("the last bytes of an upload are not kept", {{"reason", kept.error().message}});
  }

  Result<void> write(std::string_view bytes) override {
    if (state_.bad) return bad_disk();
    const auto room = upload_.length.value_or(state_.config.max_bytes) - at_;
    if (bytes.size() > room) {
      // Whoever sends another file than was announced is not to end up with the beginning of it.
      ended_ = true;
      VIGIL_TRY(cut_back());
      return make_error(ErrorKind::PayloadTooLarge, "more bytes came than the file was said to have", "upload.length");
    }
    VIGIL_TRY(blob::write_all(file_.get(), bytes, at_, "the upload"));
    at_ += bytes.size();
    state_.bytes += bytes.size();
    if (own_) own_->add(bytes);
    if (whole_) whole_->add(bytes);
    if (!looked_ && at_ >= kSniffed && begin_ < kSniffed) VIGIL_TRY(look());
    if (!checksum_ && at_ - synced_ >= state_.config.sync_bytes) VIGIL_TRY(save());
    // After they were kept: who is taken over again and again would else never get further.
    if (hold_.wanted() && upload_.length != at_)
      return make_error(ErrorKind::Cancelled, "another request goes on with this upload", "upload.taken_over");
    return {};
  }

  Result<UploadStatus> finish() override {
    if (own_ && !blob::same_digest(own_->raw(), checksum_->digest)) {
      ended_ = true;
      VIGIL_TRY(cut_back());
      return make_error(ErrorKind::InvalidArgument, "the bytes are not those that the checksum is of: send them again",
                        "upload.checksum");
    }
    checksum_.reset();
    VIGIL_TRY(save());
    ended_ = true;
    if (whole_) state_.remember(upload_.id, at_, *whole_);
    if (upload_.length != at_) return UploadStatus{upload_, false, ""};
    return state_.complete(upload_);
  }

 private:
  Result<void> save() {
    if (state_.bad) return bad_disk();
    if (::fdatasync(file_.get()) != 0) {
      const int number = errno;
      // What the disk says about these bytes from now on cannot be believed.
      if (number == EIO) state_.bad = true;
      return blob::io_error(number, "store", "the upload");
    }
    auto wanted = upload_;
    wanted.received = at_;
    wanted.expires_at = state_.clock.wall() + state_.config.expire_after;
    VIGIL_ASSIGN(upload_, state_.store.uploads().advance(wanted, state_.config.quota));
    synced_ = at_;
    return {};
  }

  // To what was acknowledged.
  Result<void> cut_back() {
    if (::ftruncate(file_.get(), static_cast<off_t>(synced_)) != 0)
      return blob::io_error(errno, "cut back", "the upload");
    return {};
  }

  // As early as it can be known: nobody sends gigabytes for nothing.
  Result<void> look() {
    looked_ = true;
    VIGIL_ASSIGN(const auto first, blob::read_at(file_.get(), 0, kSniffed, "the upload"));
    if (!media_kind(first).empty()) return {};
    ended_ = true;
    VIGIL_TRY(state_.give_up(upload_, refused(wrong_kind())));
    return wrong_kind();
  }

  State& state_;
  UploadLocks::Hold hold_;
  model::Upload upload_;
  blob::Fd file_;
  std::optional<Checksum> checksum_;
  const std::uint64_t begin_;
  std::uint64_t at_, synced_;
  std::optional<blob::Digest> own_, whole_;
  bool looked_ = false, ended_ = false;
};

Result<std::unique_ptr<UploadWriter>> Uploads::open(const Actor& actor, const std::string& id, Opening opening) {
  auto& state = *state_;
  if (state.bad) return bad_disk();
  VIGIL_TRY(state.find(actor, id));
  VIGIL_ASSIGN(auto hold, state.locks.acquire(id, std::move(opening.interrupt), state.config.lock_wait));
  VIGIL_ASSIGN(auto upload, state.find(actor, id));
  if (upload.state == UploadState::Closed || (upload.state == UploadState::Open && state.is_expired(upload)))
    return make_error(ErrorKind::NotFound, "this upload was given up or has expired: begin a new one", "upload.closed");
  if (upload.state == UploadState::Complete)
    return make_error(ErrorKind::FailedPrecondition, "the upload is complete", "upload.complete");
  if (opening.offset != upload.received) {
    return make_error(ErrorKind::Conflict, fmt::format("the upload goes on at byte {}", upload.received),
                      "upload.offset");
  }
  if (opening.length) {
    VIGIL_TRY(within_size(opening.length, state.config.max_bytes));
    const bool fits = *opening.length >= upload.received && (!upload.length || upload.length == opening.length);
    if (!fits)
      return make_error(ErrorKind::InvalidArgument, "the length was said before, or is less than what came already",
                        "upload.length_again");
    upload.length = opening.length;
    VIGIL_ASSIGN(upload, state.store.uploads().advance(upload, state.config.quota));
  }
  const auto room = upload.length.value_or(state.config.max_bytes) - upload.received;
  if (opening.announced > room)
    return make_error(ErrorKind::PayloadTooLarge, "more bytes are announced than the file was said to have",
                      "upload.length");
  VIGIL_ASSIGN(auto file, state.open_file(upload));
  if (::ftruncate(file.get(), static_cast<off_t>(upload.received)) != 0)
    return blob::io_error(errno, "cut back", "the upload");
  return std::unique_ptr<UploadWriter>(
      std::make_unique<FileWriter>(state, std::move(hold), std::move(upload), std::move(file), std::move(opening)));
}

void Uploads::State::remember(const std::string& id, std::uint64_t at, const blob::Digest& digest) {
  MutexLock lock(mutex);
  digests.erase(id);
  if (digests.size() < kMaxDigests) digests.emplace(id, std::make_pair(at, blob::Digest(digest)));
}

std::optional<blob::Digest> Uploads::State::digest_at(const std::string& id, std::uint64_t at) {
  MutexLock lock(mutex);
  auto found = digests.find(id);
  if (found == digests.end() || found->second.first != at) return std::nullopt;
  return std::optional<blob::Digest>(found->second.second);
}

void Uploads::State::forget(const std::string& id) {
  MutexLock lock(mutex);
  digests.erase(id);
}

Result<std::string> Uploads::State::digest_of(const model::Upload& upload, const blob::Fd& file) {
  if (auto known = digest_at(upload.id, upload.received)) return blob::to_hex(known->raw());
  blob::Digest digest;
  for (std::uint64_t at = 0; at < upload.received;) {
    VIGIL_ASSIGN(const auto piece, blob::read_at(file.get(), at, kHashPiece, "the upload"));
    if (piece.empty()) return make_error(ErrorKind::DataLoss, "the upload's file became shorter", "upload.lost");
    digest.add(piece);
    at += piece.size();
  }
  return blob::to_hex(digest.raw());
}

// Every step can be repeated: which asset it becomes is written down before its bytes are moved, and the row that makes
// it one comes last.
Result<UploadStatus> Uploads::State::complete(const model::Upload& found) {
  auto upload = found;
  auto asset = begin_asset(upload);
  if (asset.id.empty()) asset.id = new_uuid();
  VIGIL_ASSIGN(const auto key, blob::Key::make(blob::Prefix::Originals, {asset.id}));
  if (!has_file(upload.id) && !upload.asset.empty()) {
    // It was moved by an attempt that came no further. What it is, is read from where it is.
    VIGIL_ASSIGN(const auto first, blobs.read(key, 0, kSniffed));
    asset.media_type = media_kind(first.bytes);
    blob::Digest digest;
    VIGIL_TRY(blob::read_all(blobs, key, [&](std::string_view piece) -> Result<void> {
      digest.add(piece);
      return {};
    }));
    asset.sha256 = blob::to_hex(digest.raw());
  } else {
    VIGIL_ASSIGN(const auto file, open_file(upload));
    VIGIL_ASSIGN(const auto first, blob::read_at(file.get(), 0, kSniffed, "the upload"));
    asset.media_type = media_kind(first);
    VIGIL_ASSIGN(asset.sha256, digest_of(upload, file));
  }
  if (asset.media_type.empty()) {
    VIGIL_TRY(give_up(upload, refused(wrong_kind())));
    return wrong_kind();
  }
  if (!upload.sha256.empty() && upload.sha256 != asset.sha256) {
    auto why = make_error(ErrorKind::InvalidArgument,
                          "the file that came is not the one that sha256 is of: send it again", "upload.sha256");
    VIGIL_TRY(give_up(upload, refused(why)));
    return why;
  }
  asset.size = upload.received;
  asset.key = key.text();
  VIGIL_ASSIGN(const auto present, store.assets().find({.owner = upload.owner, .sha256 = asset.sha256}));
  const bool new_here = present.items.empty() || present.items[0].id == asset.id;
  if (new_here && has_file(upload.id)) {
    upload.asset = asset.id;
    VIGIL_ASSIGN(upload, store.uploads().advance(upload, config.quota));
    VIGIL_TRY(blobs.adopt(key, path(upload.id)));
  }
  VIGIL_ASSIGN(auto done,
               store.complete(upload.id, asset, config.jobs_for ? config.jobs_for(asset) : std::vector<model::Job>()));
  forget(upload.id);
  ::unlink(path(upload.id).c_str());
  // Somebody else's upload of the same content was faster: its bytes are the ones that stay.
  if (done.duplicate && new_here) static_cast<void>(blobs.remove(key).ok());
  upload.state = UploadState::Complete;
  upload.asset = done.asset.id;
  log::info("upload is complete",
            {{"asset", done.asset.id}, {"bytes", done.asset.size}, {"duplicate", done.duplicate}});
  return UploadStatus{std::move(upload), done.duplicate, done.job_id};
}

}  // namespace vigil::jobs
