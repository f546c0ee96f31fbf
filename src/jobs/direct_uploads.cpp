#include "jobs/direct_uploads.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/ids.h"
#include "base/log.h"
#include "jobs/upload_state.h"

namespace vigil::jobs {
namespace {

using model::UploadState;

constexpr const char* kWhole = "whole";
constexpr const char* kBegun = "parts";  // and the storage has not told their id yet
constexpr const char* kFolder = "direct";
constexpr std::uint64_t kPartBytes = 16u << 20, kMaxParts = 9000;
constexpr std::chrono::seconds kLinkLifetime{900};
// An upload in parts that is older is nobody's (rule S2).
constexpr std::chrono::seconds kLongest{86400};
constexpr auto kLookAfter = std::chrono::minutes(10);
constexpr int kAtOnce = 200;
constexpr std::size_t kMostInterrupted = 1000;

Error closed() {
  return make_error(ErrorKind::NotFound, "this upload was given up or has expired: begin a new one", "upload.closed");
}
Error missing() {
  return make_error(ErrorKind::FailedPrecondition,
                    "the storage has not got the file yet, or not all of its parts: send them, then say that it is "
                    "complete",
                    "upload.missing");
}

// Where it lies until it is looked at.
Result<blob::Key> place_of(const std::string& id) {
  return blob::Key::make(blob::Prefix::Originals, {kFolder, id});
}

bool has_parts(const model::Upload& upload) {
  return upload.direct != kWhole;
}

}  // namespace

DirectUploads::DirectUploads(UploadsConfig config, store::Uploads& store, blob::S3Store& blobs, Clock& clock)
    : config_(std::move(config)), store_(store), blobs_(blobs), clock_(clock) {}

std::uint64_t DirectUploads::part_bytes(std::uint64_t length) const {
  return std::max(kPartBytes, (length + kMaxParts - 1) / kMaxParts);
}

Result<DirectTicket> DirectUploads::create(const Actor& actor, const NewUpload& wanted) {
  VIGIL_TRY(check_wanted(wanted, config_));
  if (!wanted.length) {
    return make_error(ErrorKind::InvalidArgument, "say how many bytes the file has", "upload.length");
  }
  if (*wanted.length > kMaxBytes) {
    return make_error(ErrorKind::PayloadTooLarge, "a file of more than 5 TiB is more than a storage takes",
                      "upload.direct_size");
  }
  auto upload = begin_upload(actor, wanted);
  upload.direct = *wanted.length <= kPartBytes ? kWhole : kBegun;
  upload.expires_at = clock_.wall() + std::min(config_.expire_after, kLongest);
  // Known here before it is begun there: whatever happens in between is found again.
  VIGIL_ASSIGN(upload, store_.uploads().insert(upload, config_.quota, wanted.webhook));
  if (upload.direct == kBegun) {
    VIGIL_ASSIGN(const auto place, place_of(upload.id));
    auto begun = blobs_.begin_parts(place);
    if (!begun) {
      VIGIL_TRY(store_.uploads().close(upload.id, {}));
      return std::move(begun).error();
    }
    upload.direct = *begun;
    VIGIL_ASSIGN(upload, store_.uploads().advance(upload, config_.quota));
  }
  std::vector<int> first(kLinksAtOnce);
  std::iota(first.begin(), first.end(), 1);
  return ticket(upload, first);
}

Result<DirectTicket> DirectUploads::ticket(const model::Upload& upload, const std::vector<int>& parts) {
  DirectTicket out;
  const auto length = upload.length.value_or(0);
  out.in_parts = has_parts(upload);
  out.part_bytes = out.in_parts ? part_bytes(length) : length;
  out.parts = static_cast<int>((length + out.part_bytes - 1) / out.part_bytes);
  VIGIL_ASSIGN(const auto place, place_of(upload.id));
  blob::DirectLink link;
  link.object = upload.id;
  link.lifetime = kLinkLifetime;
  if (!out.in_parts) link.content_type = upload.type.empty() ? "application/octet-stream" : upload.type;
  if (!link.content_type.empty()) out.headers["Content-Type"] = link.content_type;
  out.links_until = clock_.wall() + kLinkLifetime;
  for (const int part : parts) {
    if (part > out.parts) continue;
    link.content_length = std::min(out.part_bytes, length - out.part_bytes * static_cast<std::uint64_t>(part - 1));
    DirectTicket::Link made{part, link.content_length, ""};
    if (out.in_parts) {
      VIGIL_ASSIGN(made.url, blobs_.part_link(place, upload.direct, part, link));
    } else {
      VIGIL_ASSIGN(made.url, blobs_.put_link(place, link));
    }
    out.links.push_back(std::move(made));
  }
  out.upload = upload;
  return out;
}

Result<DirectTicket> DirectUploads::links(const Actor& actor, const std::string& id, const std::vector<int>& parts) {
  if (parts.empty() || parts.size() > kLinksAtOnce || *std::min_element(parts.begin(), parts.end()) < 1)
    return make_error(ErrorKind::InvalidArgument, "1 to 100 numbers of parts are expected, from 1 on", "upload.parts");
  VIGIL_ASSIGN(const auto upload, find_open(actor, id));
  VIGIL_ASSIGN(auto out, ticket(upload, parts));
  if (out.links.size() != parts.size()) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("the file has {} parts", out.parts), "upload.parts");
  }
  return out;
}

Result<model::Upload> DirectUploads::find(const Actor& actor, const std::string& id) {
  VIGIL_ASSIGN(auto found, store_.uploads().find({.id = id}));
  if (id.empty() || found.empty() || found[0].direct.empty() || (found[0].owner != actor.owner && !actor.everything))
    return make_error(ErrorKind::NotFound, "there is no such upload", "upload.not_found");
  return std::move(found[0]);
}

Result<model::Upload> DirectUploads::find_open(const Actor& actor, const std::string& id) {
  VIGIL_ASSIGN(auto upload, find(actor, id));
  if (upload.state == UploadState::Complete)
    return make_error(ErrorKind::FailedPrecondition, "the upload is complete", "upload.complete");
  if (upload.state == UploadState::Closed || clock_.wall() >= upload.expires_at || upload.direct == kBegun)
    return closed();
  return upload;
}

Result<UploadStatus> DirectUploads::complete(const Actor& actor, const std::string& id,
                                             const std::vector<std::string>& tags, std::stop_token stop) {
  VIGIL_TRY(find(actor, id));
  VIGIL_ASSIGN(auto hold, locks_.acquire(id, {}, config_.lock_wait));
  VIGIL_ASSIGN(const auto found, find(actor, id));
  if (found.state == UploadState::Complete) return UploadStatus{found, false, ""};
  VIGIL_ASSIGN(auto upload, find_open(actor, id));
  VIGIL_TRY(join(upload, tags));
  auto taken = take(upload, stop);
  if (taken) return taken;
  const auto& code = taken.error().code;
  if (code == "upload.length" || code == "upload.sha256" || code == "upload.kind") {
    VIGIL_ASSIGN(upload, find(actor, id));
    VIGIL_TRY(give_up(upload, refused(taken.error())));
  }
  return taken;
}

// Parts that were joined by an attempt that came no further are no error.
Result<void> DirectUploads::join(const model::Upload& upload, const std::vector<std::string>& tags) {
  if (!has_parts(upload) || !upload.asset.empty()) return {};
  const auto bytes = part_bytes(*upload.length);
  if (tags.size() != (*upload.length + bytes - 1) / bytes) {
    return make_error(ErrorKind::InvalidArgument, "the ETag of each part is expected, in the order of the parts",
                      "upload.parts");
  }
  VIGIL_ASSIGN(const auto place, place_of(upload.id));
  auto joined = blobs_.complete_parts(place, upload.direct, tags);
  if (joined) return {};
  if (joined.error().code == "blob.parts") return missing();
  if (joined.error().kind != ErrorKind::NotFound) return joined;
  auto there = blobs_.read(place, 0, 0);
  if (!there) return there.error().kind == ErrorKind::NotFound ? missing() : std::move(there).error();
  return {};
}

// Every step can be repeated, as in Uploads::State::complete().
Result<UploadStatus> DirectUploads::take(model::Upload upload, const std::stop_token& stop) {
  VIGIL_ASSIGN(const auto place, place_of(upload.id));
  if (upload.asset.empty()) {
    upload.asset = new_uuid();
    VIGIL_ASSIGN(upload, store_.uploads().advance(upload, config_.quota));
  }
  VIGIL_ASSIGN(const auto key, blob::Key::make(blob::Prefix::Originals, {upload.asset}));
  auto examination = interrupted(upload.id);
  if (!examination) {
    auto lies = blobs_.read(place, 0, 0);
    if (!lies) return lies.error().kind == ErrorKind::NotFound ? missing() : std::move(lies).error();
    VIGIL_TRY(check_length(lies->whole.size, upload));
    VIGIL_TRY(blobs_.copy(place, key));
    examination.emplace(key);
  }
  // What lies where nobody can change it any more.
  auto examined = examination->go_on(blobs_, upload, stop);
  if (!examined) {
    if (examined.error().kind == ErrorKind::Cancelled) {
      remember(upload.id, *examination);
    } else {
      static_cast<void>(blobs_.remove(key).ok());
    }
    return std::move(examined).error();
  }
  auto asset = std::move(*examined);
  asset.key = key.text();
  VIGIL_ASSIGN(auto done, store_.complete(upload.id, asset,
                                          config_.jobs_for ? config_.jobs_for(asset) : std::vector<model::Job>()));
  if (done.duplicate) static_cast<void>(blobs_.remove(key).ok());
  // Whether that works or not: sweep() finds it.
  static_cast<void>(blobs_.remove(place).ok());
  upload.state = UploadState::Complete;
  upload.asset = done.asset.id;
  log::info("a direct upload is complete",
            {{"asset", done.asset.id}, {"bytes", done.asset.size}, {"duplicate", done.duplicate}});
  return UploadStatus{std::move(upload), done.duplicate, done.job_id};
}

std::optional<Examination> DirectUploads::interrupted(const std::string& id) {
  MutexLock lock(mutex_);
  const auto found = interrupted_.find(id);
  if (found == interrupted_.end()) return std::nullopt;
  std::optional<Examination> out(std::move(found->second));
  interrupted_.erase(found);
  return out;
}

void DirectUploads::remember(const std::string& id, const Examination& examination) {
  MutexLock lock(mutex_);
  // Who is forgotten is copied and read again.
  if (interrupted_.size() >= kMostInterrupted) interrupted_.erase(interrupted_.begin());
  interrupted_.emplace(id, examination);
}

Result<void> DirectUploads::remove(const Actor& actor, const std::string& id) {
  VIGIL_TRY(find(actor, id));
  VIGIL_ASSIGN(auto hold, locks_.acquire(id, {}, config_.lock_wait));
  VIGIL_ASSIGN(const auto upload, find(actor, id));
  if (upload.state == UploadState::Closed) return closed();
  if (upload.state == UploadState::Complete)
    return make_error(ErrorKind::FailedPrecondition, "the upload is complete: delete the asset", "upload.complete");
  return give_up(upload, {"upload.deleted"});
}

// The row last: what cannot be removed now is tried again by sweep().
Result<void> DirectUploads::give_up(const model::Upload& upload, const store::UploadEnd& end) {
  static_cast<void>(interrupted(upload.id));
  VIGIL_ASSIGN(const auto place, place_of(upload.id));
  if (has_parts(upload) && upload.direct != kBegun) VIGIL_TRY(blobs_.abort_parts(place, upload.direct));
  VIGIL_TRY(blobs_.remove(place));
  if (!upload.asset.empty()) {
    // It may have become one in this very moment.
    auto asset = store_.assets().get(upload.asset);
    if (!asset && asset.error().kind != ErrorKind::NotFound) return std::move(asset).error();
    VIGIL_ASSIGN(const auto key, blob::Key::make(blob::Prefix::Originals, {upload.asset}));
    if (!asset) VIGIL_TRY(blobs_.remove(key));
  }
  return store_.uploads().close(upload.id, end);
}

Result<int> DirectUploads::sweep() {
  int swept = 0;
  VIGIL_ASSIGN(const auto expired,
               store_.uploads().find({.states = {UploadState::Open},
                                      .expired_before = clock_.wall() + std::chrono::microseconds(1),
                                      .limit = kAtOnce}));
  for (const auto& upload : expired) {
    if (upload.direct.empty()) continue;
    auto hold = locks_.acquire(upload.id, {}, Nanos(0));
    if (!hold) continue;
    VIGIL_TRY(give_up(upload, {"upload.expired"}));
    ++swept;
  }
  {
    MutexLock lock(mutex_);
    // To list costs money where the storage is somebody else's.
    if (clock_.steady() < next_look_) return swept;
    next_look_ = clock_.steady() + kLookAfter;
  }
  VIGIL_ASSIGN(const int more, clear_leftovers());
  return swept + more;
}

// A link is good for some time after the upload has ended.
Result<int> DirectUploads::clear_leftovers() {
  int cleared = 0;
  const auto folder = fmt::format("{}/{}/", blob::to_string(blob::Prefix::Originals), kFolder);
  VIGIL_ASSIGN(const auto listed, blobs_.list(folder, "", blob::kMaxListed));
  for (const auto& one : listed) {
    VIGIL_ASSIGN(const auto found, store_.uploads().find({.id = one.key.substr(folder.size())}));
    if (!found.empty() && found[0].state == UploadState::Open) continue;
    VIGIL_ASSIGN(const auto key, blob::Key::parse(one.key));
    VIGIL_TRY(blobs_.remove(key));
    ++cleared;
  }
  VIGIL_ASSIGN(const int aborted, blobs_.abort_forgotten(clock_.wall() - kLongest - std::chrono::hours(1)));
  return cleared + aborted;
}

}  // namespace vigil::jobs
