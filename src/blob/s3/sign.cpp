#include "blob/s3/sign.h"

#include <fmt/format.h>

#include <algorithm>

#include "blob/digest.h"

namespace vigil::blob::s3 {
namespace {

constexpr std::chrono::seconds kLongest{604800};

std::string scope_of(const Credentials& credentials, const std::string& date) {
  return fmt::format("{}/{}/s3/aws4_request", date.substr(0, 8), credentials.region);
}

std::string signed_names(const Fields& headers) {
  std::string out;
  for (const auto& [name, value] : headers) out += (out.empty() ? "" : ";") + name;
  return out;
}

std::string signature(const Signable& request, const Credentials& credentials, const std::string& date) {
  std::string headers;
  for (const auto& [name, value] : request.headers) headers += fmt::format("{}:{}\n", name, value);
  const auto canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path, query_text(request.query),
                                     headers, signed_names(request.headers), request.payload_hash);
  const auto to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", date, scope_of(credentials, date), sha256_hex(canonical));
  auto key = hmac_sha256("AWS4" + credentials.secret_key.reveal(), date.substr(0, 8));
  for (const std::string_view part : {std::string_view(credentials.region), std::string_view("s3"),
                                      std::string_view("aws4_request"), std::string_view(to_sign)}) {
    key = hmac_sha256(key, part);
  }
  return to_hex(key);
}

}  // namespace

std::string uri_encode(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(static_cast<char>(c));
    } else {
      out += fmt::format("%{:02X}", c);
    }
  }
  return out;
}

std::string query_text(const Fields& query) {
  std::string out;
  for (const auto& [name, value] : query) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", uri_encode(name), uri_encode(value));
  }
  return out;
}

std::string amz_date(WallTime time) {
  auto text = to_rfc3339(time);  // 2013-05-24T00:00:00.000Z
  text.erase(std::min<std::size_t>(19, text.size()));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string authorization(const Signable& request, const Credentials& credentials, WallTime time) {
  const auto date = amz_date(time);
  return fmt::format("AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}", credentials.access_key,
                     scope_of(credentials, date), signed_names(request.headers), signature(request, credentials, date));
}

std::string presigned_query(Signable request, const Credentials& credentials, WallTime time,
                            std::chrono::seconds lifetime) {
  const auto date = amz_date(time);
  request.payload_hash = kUnsignedPayload;
  request.query["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256";
  request.query["X-Amz-Credential"] = credentials.access_key + "/" + scope_of(credentials, date);
  request.query["X-Amz-Date"] = date;
  request.query["X-Amz-Expires"] = std::to_string(std::clamp(lifetime, std::chrono::seconds(1), kLongest).count());
  request.query["X-Amz-SignedHeaders"] = signed_names(request.headers);
  const auto mac = signature(request, credentials, date);
  return query_text(request.query) + "&X-Amz-Signature=" + mac;
}

}  // namespace vigil::blob::s3
