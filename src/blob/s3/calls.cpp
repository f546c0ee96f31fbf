#include "blob/s3/calls.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <stop_token>

#include "base/ids.h"
#include "blob/digest.h"
#include "blob/file_io.h"
#include "blob/s3/xml.h"

namespace vigil::blob::s3 {
namespace {

constexpr std::size_t kHashPiece = 1u << 20;

Result<std::string> hash_of(const Upload* body) {
  if (body == nullptr) return sha256_hex("");
  if (body->fd < 0) return sha256_hex(body->bytes);
  Digest digest;
  for (std::uint64_t done = 0; done < body->size;) {
    VIGIL_ASSIGN(auto piece, read_at(body->fd, body->offset + done,
                                     std::min<std::uint64_t>(kHashPiece, body->size - done), "the file"));
    if (piece.empty()) return make_error(ErrorKind::DataLoss, "the file became shorter while it was sent", "blob.file");
    digest.add(piece);
    done += piece.size();
  }
  return to_hex(digest.raw());
}

bool may_help(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504 || status == 408;
}

Error refusal(const HttpAnswer& answer, const std::string& key) {
  const auto code = element(answer.body, "Code").value_or("");
  const auto said = fmt::format("the storage answered {}{}{}", answer.status, code.empty() ? "" : " ", code);
  if (answer.status == 404 && code != "NoSuchBucket")
    return make_error(ErrorKind::NotFound, "there is no blob " + key, "blob.not_found");
  if (answer.status == 412)
    return make_error(ErrorKind::Unavailable, "the blob was replaced meanwhile", "blob.replaced");
  if (answer.status == 416) return make_error(ErrorKind::InvalidArgument, said, "blob.s3_range");
  if (answer.status == 400 && (code == "InvalidPart" || code == "InvalidPartOrder" || code == "EntityTooSmall"))
    return make_error(ErrorKind::FailedPrecondition, said, "blob.parts");
  if (answer.status == 401 || answer.status == 403 || answer.status == 404)
    return make_error(ErrorKind::PermissionDenied, said + ": look at the bucket's name, the keys and their rights",
                      "blob.s3_auth");
  if (answer.status == 507 || code == "QuotaExceeded" || code == "XMinioStorageFull")
    return make_error(ErrorKind::StorageFull, said, "blob.full");
  return make_error(ErrorKind::Unavailable, said, "blob.s3");
}

}  // namespace

Calls::Calls(S3Options options, Clock& clock) : options_(std::move(options)), clock_(clock) {
  credentials_ = {options_.access_key, options_.secret_key, options_.region};
  auto url = parse_url(options_.endpoint);  // make_s3_store() has seen that it is one
  host_ = (options_.path_style ? "" : options_.bucket + ".") + url->host;
  if (url->host.find(':') != std::string::npos) host_ = "[" + url->host + "]";
  const auto port = url->port_number();
  if (port && *port != (url->scheme == "https" ? 443 : 80)) host_ += ":" + std::to_string(*port);
  base_ = url->scheme + "://" + host_;
}

std::string Calls::path_of(const std::string& key) const {
  const auto bucket = options_.path_style ? "/" + options_.bucket : std::string();
  if (key.empty()) return bucket.empty() ? "/" : bucket;
  return bucket + "/" + options_.folder + key;
}

WallTime Calls::now() const {
  return clock_.wall() + std::chrono::seconds(skew_seconds_.load());
}

bool Calls::learn_time(const HttpAnswer& answer) {
  auto date = answer.headers.find("date");
  if (date == answer.headers.end()) return false;
  const auto theirs = curl_getdate(date->second.c_str(), nullptr);
  if (theirs < 0) return false;
  const auto ours = std::chrono::floor<std::chrono::seconds>(clock_.wall()).time_since_epoch().count();
  skew_seconds_ = static_cast<std::int64_t>(theirs) - ours;
  return true;
}

WallTime Calls::modified(const HttpAnswer& answer) const {
  auto date = answer.headers.find("last-modified");
  const auto seconds = date == answer.headers.end() ? -1 : curl_getdate(date->second.c_str(), nullptr);
  return WallTime(std::chrono::seconds(std::max<std::int64_t>(seconds, 0)));
}

Result<HttpAnswer> Calls::once(const Call& call) const {
  Signable signable;
  signable.method = call.method;
  signable.path = path_of(call.key);
  signable.query = call.query;
  signable.headers = call.headers;
  VIGIL_ASSIGN(signable.payload_hash, hash_of(call.body));
  const auto time = now();
  signable.headers["host"] = host_;
  signable.headers["x-amz-date"] = amz_date(time);
  signable.headers["x-amz-content-sha256"] = signable.payload_hash;
  HttpRequest request;
  request.method = call.method;
  request.url = base_ + signable.path;
  if (!call.query.empty()) request.url += "?" + query_text(call.query);
  request.headers = signable.headers;
  request.headers["authorization"] = authorization(signable, credentials_, time);
  request.body = call.body;
  request.max_answer = call.max_answer;
  request.connect_timeout = options_.connect_timeout;
  request.stall_timeout = options_.stall_timeout;
  return perform(request);
}

// Every call is one that may be made twice: a PUT writes the same bytes, a part replaces itself, an upload that was
// begun twice is aborted once it is forgotten. Only completing says "no such upload" the second time; then what lies
// there is looked at by who asked.
Result<HttpAnswer> Calls::call(const Call& call) {
  auto wait = options_.first_wait;
  bool clock_set = false;
  for (int left = std::max(options_.tries, 1);;) {
    auto answer = once(call);
    if (answer && answer->status >= 200 && answer->status < 300) return answer;
    if (answer && answer->status == 403 && element(answer->body, "Code") == "RequestTimeTooSkewed" && !clock_set &&
        learn_time(*answer)) {
      clock_set = true;
      continue;
    }
    const bool again = answer ? may_help(answer->status) : answer.error().kind == ErrorKind::Unavailable;
    if (!again || --left == 0) return answer ? refusal(*answer, call.key) : std::move(answer).error();
    // Half of it by chance: those who were refused together do not come back together.
    const auto chance = static_cast<int>(std::stoul(random_hex(1), nullptr, 16));
    clock_.sleep(wait / 2 + wait * chance / 512, std::stop_token());
    wait = std::min(wait * 2, std::chrono::milliseconds(10000));
  }
}

std::string Calls::link(const std::string& method, const std::string& key, Fields query, Fields headers,
                        std::chrono::seconds lifetime) const {
  Signable signable;
  signable.method = method;
  signable.path = path_of(key);
  signable.query = std::move(query);
  signable.headers = std::move(headers);
  signable.headers["host"] = host_;
  return base_ + signable.path + "?" + presigned_query(signable, credentials_, now(), lifetime);
}

}  // namespace vigil::blob::s3
