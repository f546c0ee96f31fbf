#include "blob/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "blob/digest.h"

namespace vigil::blob {
namespace {

Error invalid() {
  return make_error(ErrorKind::PermissionDenied, "this link does not open that", "link.invalid");
}

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

Links::Links(Secret key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {
  VIGIL_ASSERT(key_.reveal().size() >= 32 && key_id_.find('.') == std::string::npos);
}

std::string Links::mac(const Grant& grant) const {
  // Lengths first: no two grants are the same text.
  const auto text =
      fmt::format("{} {} {} {} {}:{} {}:{}", key_id_.size(), key_id_, grant.method == Method::Get ? "GET" : "PUT",
                  seconds_of(grant.expires), grant.object.size(), grant.object, grant.variant.size(), grant.variant);
  return to_hex(hmac_sha256(key_.reveal(), text));
}

std::string Links::sign(Grant grant, WallTime now) const {
  grant.expires = std::min(grant.expires, now + kLongestLink);
  return fmt::format("{}.{}.{}", key_id_, seconds_of(grant.expires), mac(grant));
}

Result<void> Links::check(std::string_view token, const Grant& wanted, WallTime now) const {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.substr(0, first) != key_id_) return invalid();
  const auto digits = token.substr(first + 1, second - first - 1);
  std::int64_t seconds = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (status != std::errc() || end != digits.data() + digits.size() || seconds < 0 || digits.size() > 12)
    return invalid();
  auto grant = wanted;
  grant.expires = WallTime(std::chrono::seconds(seconds));
  if (!same_digest(token.substr(second + 1), mac(grant))) return invalid();
  if (now >= grant.expires)
    return make_error(ErrorKind::PermissionDenied, "this link has expired: ask for a new one", "link.expired");
  return {};
}

}  // namespace vigil::blob
