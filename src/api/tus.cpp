#include "api/tus.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "base/utf8.h"
#include "jobs/webhooks.h"

namespace vigil::api::tus {
namespace {

constexpr std::size_t kMaxMetadata = 4096, kMaxNames = 16;

Error malformed(const char* code, std::string message) {
  return make_error(ErrorKind::MalformedRequest, std::move(message), code);
}

// The standard alphabet with its padding, nothing else.
std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  // libsodium 1.0.18 takes some bytes above 0x7f for letters.
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x7f; })) return std::nullopt;
  const int code = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                     text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  if (code != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

bool is_plain(const std::string& text) {
  return count_code_points(text).has_value() &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

void take(jobs::NewUpload& out, std::string_view name, std::string value) {
  if (name == "filename" || (name == "name" && out.name.empty()))
    out.name = std::move(value);
  else if (name == "filetype" || (name == "type" && out.type.empty()))
    out.type = std::move(value);
  else if (name == "sha256")
    out.sha256 = std::move(value);
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size() || number > (~std::uint64_t{0} >> 1))
    return std::nullopt;
  return number;
}

Result<jobs::NewUpload> parse_metadata(std::string_view text) {
  jobs::NewUpload out;
  if (text.size() > kMaxMetadata) return malformed("tus.metadata", "Upload-Metadata is larger than 4 KiB");
  if (trimmed(text).empty()) return out;
  std::set<std::string_view> seen;
  std::string hook, secret;
  while (true) {
    const auto comma = text.find(',');
    const auto pair = trimmed(text.substr(0, comma));
    const auto blank = pair.find(' ');
    const auto name = pair.substr(0, blank);
    auto value = blank == std::string_view::npos ? std::string() : from_base64(trimmed(pair.substr(blank + 1)));
    if (!is_name(name) || !value || !is_plain(*value))
      return malformed("tus.metadata", "Upload-Metadata must be names with plain text in base64");
    if (!seen.insert(name).second || seen.size() > kMaxNames)
      return malformed("tus.metadata", "Upload-Metadata has a name twice, or too many");
    if (name == "webhook_url")
      hook = std::move(*value);
    else if (name == "webhook_secret")
      secret = std::move(*value);
    else
      take(out, name, std::move(*value));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  VIGIL_TRY(jobs::tell(out, hook, secret));
  return out;
}

// The webhook is shown to nobody again.
std::string metadata_of(const model::Upload& upload) {
  std::string out;
  auto add = [&out](const char* name, const std::string& value) {
    if (value.empty()) return;
    if (!out.empty()) out += ",";
    out += std::string(name) + " " + to_base64(value);
  };
  add("filename", upload.name);
  add("filetype", upload.type);
  add("sha256", upload.sha256);
  return out;
}

Result<std::optional<std::uint64_t>> parse_length(const Headers& headers) {
  const auto length = headers.find("Upload-Length");
  const auto deferred = headers.find("Upload-Defer-Length");
  if (length.has_value() == deferred.has_value())
    return malformed("tus.length", "exactly one of Upload-Length and Upload-Defer-Length must be there");
  if (deferred) {
    if (*deferred != "1") return malformed("tus.length", "Upload-Defer-Length can only be 1");
    return std::optional<std::uint64_t>();
  }
  auto number = parse_number(*length);
  if (!number) return malformed("tus.length", "Upload-Length is no number of bytes");
  return number;
}

Result<std::optional<jobs::Checksum>> parse_checksum(const Headers& headers) {
  const auto text = headers.find("Upload-Checksum");
  if (!text) return std::optional<jobs::Checksum>();
  const auto blank = text->find(' ');
  const auto name = text->substr(0, blank);
  jobs::Checksum checksum;
  std::size_t size = 0;
  if (name == "sha1") {
    checksum.kind = blob::DigestKind::Sha1;
    size = 20;
  } else if (name == "sha256") {
    size = 32;
  } else {
    return malformed("tus.checksum", "Upload-Checksum must be sha1 or sha256");
  }
  auto digest = blank == std::string_view::npos ? std::nullopt : from_base64(text->substr(blank + 1));
  if (!digest || digest->size() != size)
    return malformed("tus.checksum", "Upload-Checksum is not the base64 of a digest");
  checksum.digest = std::move(*digest);
  return std::optional<jobs::Checksum>(std::move(checksum));
}

}  // namespace vigil::api::tus
