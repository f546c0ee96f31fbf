#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <functional>

#include "base/rfc3339.h"
#include "base/url.h"
#include "blob/digest.h"
#include "blob/file_io.h"
#include "blob/links.h"
#include "blob/s3.h"
#include "blob/s3/calls.h"
#include "blob/s3/xml.h"

namespace vigil::blob {
namespace {

using s3::Calls;
using s3::Fields;
using s3::HttpAnswer;
using s3::Upload;

constexpr std::uint64_t kMaxParts = 9000, kMaxList = 4u << 20;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string header(const HttpAnswer& answer, const char* name) {
  auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::string() : found->second;
}

// "bytes 0-9/123" → 123
std::uint64_t whole_size(const HttpAnswer& answer) {
  const auto range = header(answer, "content-range");
  const auto slash = range.rfind('/');
  if (slash != std::string::npos) return number_of(std::string_view(range).substr(slash + 1));
  return number_of(header(answer, "content-length"));
}

// It may say 200 and then, minutes later, that it failed.
Result<void> whole_answer(const HttpAnswer& answer, const char* what) {
  if (auto fault = s3::element(answer.body, "Code"))
    return make_error(ErrorKind::Unavailable, fmt::format("the storage could not {}: {}", what, *fault), "blob.s3");
  return {};
}

class Objects final : public S3Store {
 public:
  Objects(S3Options options, Clock& clock) : options_(options), calls_(std::move(options), clock) {}

  Result<void> put(const Key& key, std::string_view bytes) override {
    if (bytes.size() > kMaxPiece)
      return make_error(ErrorKind::PayloadTooLarge, "too large to be put at once", "blob.size");
    const Upload body{bytes};
    VIGIL_TRY(calls_.call({"PUT", key.text(), {}, {}, &body}));
    return {};
  }

  Result<void> adopt(const Key& key, const std::string& path) override {
    Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file) return io_error(errno, "take over the file for", key.text());
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return io_error(errno, "take over the file for", key.text());
    if (!S_ISREG(status.st_mode)) return io_error(EISDIR, "take over the file for", key.text());
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const auto part = std::max(options_.part_bytes, (size + kMaxParts - 1) / kMaxParts);
    if (size <= part) {
      const Upload body{{}, file.get(), 0, size};
      VIGIL_TRY(calls_.call({"PUT", key.text(), {}, {}, &body}));
    } else {
      VIGIL_TRY(in_parts(key, size, part,
                         [&](Fields query, std::uint64_t offset, std::uint64_t bytes) -> Result<std::string> {
                           const Upload body{{}, file.get(), offset, bytes};
                           VIGIL_ASSIGN(auto answer, calls_.call({"PUT", key.text(), std::move(query), {}, &body}));
                           return header(answer, "etag");
                         }));
    }
    ::unlink(path.c_str());
    return {};
  }

  Result<Piece> read(const Key& key, std::uint64_t offset, std::uint64_t size) override {
    size = std::min(size, kMaxPiece);
    if (size == 0) {
      VIGIL_ASSIGN(auto answer, calls_.call({"HEAD", key.text()}));
      return Piece{{}, {whole_size(answer), header(answer, "etag"), calls_.modified(answer)}};
    }
    Fields headers = {{"range", fmt::format("bytes={}-{}", offset, offset + size - 1)}};
    auto answer = calls_.call({"GET", key.text(), {}, std::move(headers), nullptr, size + 1024});
    // Nothing of the range is there: an offset at or behind the end.
    if (!answer && answer.error().code == "blob.s3_range") return read(key, 0, 0);
    if (!answer) return std::move(answer).error();
    Piece piece{std::move(answer->body), {whole_size(*answer), header(*answer, "etag"), calls_.modified(*answer)}};
    const auto wanted = offset < piece.whole.size ? std::min(size, piece.whole.size - offset) : 0;
    if (piece.bytes.size() != wanted)
      return make_error(ErrorKind::DataLoss, "the storage answered another piece than was asked for", "blob.s3_short");
    return piece;
  }

  Result<void> remove(const Key& key) override {
    auto done = calls_.call({"DELETE", key.text()});
    if (!done && done.error().kind != ErrorKind::NotFound) return std::move(done).error();
    return {};
  }

  Result<std::vector<Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    if (!is_folder(folder)) return make_error(ErrorKind::InvalidArgument, "that is no folder of blobs", "blob.key");
    Fields query = {{"list-type", "2"},
                    {"prefix", options_.folder + folder},
                    {"max-keys", std::to_string(std::clamp(limit, 1, kMaxListed))}};
    if (!after.empty()) query["start-after"] = options_.folder + after;
    VIGIL_ASSIGN(auto answer, calls_.call({"GET", "", std::move(query), {}, nullptr, kMaxList}));
    std::vector<Listed> out;
    for (auto one : s3::elements(answer.body, "Contents")) {
      auto key = s3::element(one, "Key");
      auto size = s3::element(one, "Size");
      if (!key || !size || !key->starts_with(options_.folder)) continue;
      key->erase(0, options_.folder.size());
      // What somebody else keeps in the bucket is none of ours.
      if (Key::parse(*key) && *key > after && out.size() < static_cast<std::size_t>(std::max(limit, 1)))
        out.push_back({*key, number_of(*size)});
    }
    return out;
  }

  Result<std::string> put_link(const Key& key, const DirectLink& link) override {
    Fields headers;
    if (link.content_length > 0) headers["content-length"] = std::to_string(link.content_length);
    if (!link.content_type.empty()) headers["content-type"] = link.content_type;
    return calls_.link("PUT", key.text(), {}, std::move(headers), std::min(link.lifetime, kLongestLink));
  }

  Result<std::string> get_link(const Key& key, const DirectLink& link) override {
    Fields query;
    if (!link.disposition.empty()) query["response-content-disposition"] = link.disposition;
    if (!link.content_type.empty()) query["response-content-type"] = link.content_type;
    return calls_.link("GET", key.text(), std::move(query), {}, std::min(link.lifetime, kLongestLink));
  }

  Result<void> copy(const Key& from, const Key& to) override {
    const auto source = "/" + options_.bucket + "/" + options_.folder + from.text();
    VIGIL_ASSIGN(const auto whole, read(from, 0, 0));
    const auto size = whole.whole.size, part = std::max(options_.copy_bytes, (size + kMaxParts - 1) / kMaxParts);
    // What is larger than 5 GiB no storage copies at once, and what is large takes it minutes without a word.
    if (size > part) {
      return in_parts(
          to, size, part, [&](Fields query, std::uint64_t offset, std::uint64_t bytes) -> Result<std::string> {
            Fields headers = {{"x-amz-copy-source", source},
                              {"x-amz-copy-source-range", fmt::format("bytes={}-{}", offset, offset + bytes - 1)},
                              // The parts of two blobs make none.
                              {"x-amz-copy-source-if-match", whole.whole.version}};
            VIGIL_ASSIGN(auto answer, calls_.call({"PUT", to.text(), std::move(query), std::move(headers)}));
            VIGIL_TRY(whole_answer(answer, "copy a part of the blob"));
            return s3::element(answer.body, "ETag").value_or("");
          });
    }
    VIGIL_ASSIGN(auto answer, calls_.call({"PUT", to.text(), {}, {{"x-amz-copy-source", source}}}));
    return whole_answer(answer, "copy the blob");
  }

  Result<std::string> begin_parts(const Key& key) override {
    VIGIL_ASSIGN(auto begun, calls_.call({"POST", key.text(), {{"uploads", ""}}}));
    auto id = s3::element(begun.body, "UploadId");
    if (!id) return make_error(ErrorKind::Unavailable, "the storage did not begin an upload in parts", "blob.s3");
    return std::move(*id);
  }

  Result<std::string> part_link(const Key& key, const std::string& upload, int part, const DirectLink& link) override {
    Fields headers;
    if (link.content_length > 0) headers["content-length"] = std::to_string(link.content_length);
    return calls_.link("PUT", key.text(), {{"partNumber", std::to_string(part)}, {"uploadId", upload}},
                       std::move(headers), std::min(link.lifetime, kLongestLink));
  }

  Result<void> complete_parts(const Key& key, const std::string& upload,
                              const std::vector<std::string>& tags) override {
    std::string parts;
    int number = 0;
    for (const auto& tag : tags) {
      // Said by somebody else: nothing that would be more than a text.
      if (tag.size() > 200 || tag.find_first_of("<>&") != std::string::npos)
        return make_error(ErrorKind::FailedPrecondition, "that is no ETag", "blob.parts");
      parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", ++number, tag);
    }
    const auto list = "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>";
    const Upload body{list};
    VIGIL_ASSIGN(auto answer, calls_.call({"POST", key.text(), {{"uploadId", upload}}, {}, &body}));
    return whole_answer(answer, "join the parts");
  }

  Result<void> abort_parts(const Key& key, const std::string& upload) override {
    auto done = calls_.call({"DELETE", key.text(), {{"uploadId", upload}}});
    if (!done && done.error().kind != ErrorKind::NotFound) return std::move(done).error();
    return {};
  }

  Result<int> abort_forgotten(WallTime before) override {
    VIGIL_ASSIGN(auto answer, calls_.call({"GET", "", {{"uploads", ""}}, {}, nullptr, kMaxList}));
    int aborted = 0;
    for (auto one : s3::elements(answer.body, "Upload")) {
      auto key = s3::element(one, "Key");
      auto id = s3::element(one, "UploadId");
      auto begun = parse_rfc3339(s3::element(one, "Initiated").value_or(""));
      if (!key || !id || !begun || *begun >= before || !key->starts_with(options_.folder)) continue;
      key->erase(0, options_.folder.size());
      if (!Key::parse(*key)) continue;
      VIGIL_TRY(calls_.call({"DELETE", *key, {{"uploadId", *id}}}));
      ++aborted;
    }
    return aborted;
  }

 private:
  // Brings one part to its place; answers its ETag.
  using SendPart = std::function<Result<std::string>(Fields query, std::uint64_t offset, std::uint64_t bytes)>;

  Result<void> in_parts(const Key& key, std::uint64_t size, std::uint64_t part, const SendPart& send) {
    VIGIL_ASSIGN(const auto id, begin_parts(key));
    auto done = send_parts(key, size, part, id, send);
    // Whether it works or not: what is left is found by abort_forgotten().
    if (!done) static_cast<void>(abort_parts(key, id).ok());
    return done;
  }

  Result<void> send_parts(const Key& key, std::uint64_t size, std::uint64_t part, const std::string& id,
                          const SendPart& send) {
    std::vector<std::string> tags;
    for (std::uint64_t offset = 0; offset < size; offset += part) {
      Fields query = {{"partNumber", std::to_string(tags.size() + 1)}, {"uploadId", id}};
      VIGIL_ASSIGN(auto tag, send(std::move(query), offset, std::min(part, size - offset)));
      tags.push_back(std::move(tag));
    }
    VIGIL_TRY(complete_parts(key, id, tags));
    VIGIL_ASSIGN(auto stored, read(key, 0, 0));
    if (stored.whole.size != size)
      return make_error(ErrorKind::DataLoss, "the storage joined the parts to another size", "blob.s3_short");
    return {};
  }

  const S3Options options_;
  Calls calls_;
};

}  // namespace

Result<std::unique_ptr<S3Store>> make_s3_store(S3Options options, Clock& clock) {
  VIGIL_ASSIGN(auto url, parse_url(options.endpoint));
  const bool plain = (url.scheme == "http" || url.scheme == "https") && url.user.empty() && url.query.empty() &&
                     (url.path.empty() || url.path == "/");
  auto fits = [](const std::string& text, std::string_view further) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             further.find(c) != std::string_view::npos;
    });
  };
  if (!plain || options.bucket.empty() || !fits(options.bucket, ".-") || !fits(options.folder, "._-/") ||
      (!options.folder.empty() && !options.folder.ends_with('/'))) {
    return make_error(ErrorKind::InvalidArgument,
                      "S3 needs an endpoint such as https://s3.example.org, a bucket, and a folder that is empty or "
                      "ends with a slash",
                      "blob.s3_options");
  }
  return std::unique_ptr<S3Store>(std::make_unique<Objects>(std::move(options), clock));
}

}  // namespace vigil::blob
