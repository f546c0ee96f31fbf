#include "api/auth/tickets.h"

#include "api/auth/digest.h"
#include "base/json.h"

namespace vigil::api {
namespace {

std::int64_t seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

const char* kind_name(Principal::Kind kind) {
  return kind == Principal::Kind::User ? "user" : kind == Principal::Kind::ApiKey ? "key" : "local";
}

}  // namespace

std::string Tickets::issue(const Principal& who, std::string_view camera, std::chrono::seconds lifetime) const {
  const Json payload = {
      {"k", kind_name(who.kind)},        {"i", who.id}, {"s", who.session},
      {"r", store::to_string(who.role)}, {"c", camera}, {"e", seconds(clock_.wall()) + lifetime.count()}};
  const auto text = to_base64url(to_text(payload));
  return text + "." + to_base64url(hmac_sha256(text, key_));
}

Result<Principal> Tickets::verify(std::string_view ticket, std::string_view camera) const {
  const auto refused = make_error(ErrorKind::Unauthenticated, "the ticket is not valid", "auth.ticket");
  const auto dot = ticket.find('.');
  std::string signature, text;
  if (ticket.size() > kMaxTicket || dot == std::string_view::npos ||
      !from_base64url(ticket.substr(dot + 1), signature) ||
      !same_secret(signature, hmac_sha256(ticket.substr(0, dot), key_)) ||
      !from_base64url(ticket.substr(0, dot), text)) {
    return refused;
  }
  // From here on it is our own text.
  auto payload = parse_json(text, {.max_bytes = kMaxTicket, .max_depth = 2});
  if (!payload.ok() || !payload->is_object()) return refused;
  if (payload->value("e", std::int64_t{0}) <= seconds(clock_.wall())) {
    return make_error(ErrorKind::Unauthenticated, "the ticket has expired; ask for a new one", "auth.ticket_expired");
  }
  if (payload->value("c", "") != camera) {
    return make_error(ErrorKind::PermissionDenied, "the ticket is for another camera", "auth.ticket_camera");
  }
  Principal who;
  const auto kind = payload->value("k", "");
  const auto role = store::user_role_from(payload->value("r", ""));
  // One of a time without sign-in opens nothing now that there is one.
  if ((kind != "user" && kind != "key") || !role) return refused;
  who.kind = kind == "user" ? Principal::Kind::User : Principal::Kind::ApiKey;
  who.role = *role;
  who.id = payload->value("i", "");
  who.session = payload->value("s", "");
  return who;
}

}  // namespace vigil::api
