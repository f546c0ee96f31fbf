#include "api/handlers/socket_answer.h"

#include <string>
#include <utility>

#include "api/upgrade.h"

namespace vigil::api {

bool has_signed_out(Accounts& accounts, const Principal& who) {
  const auto fine = accounts.confirm(who);
  return !fine.ok() && fine.error().kind == ErrorKind::Unauthenticated;
}

std::optional<MessageSource::End> signed_out(Accounts& accounts, const Principal& who) {
  if (!has_signed_out(accounts, who)) return std::nullopt;
  return MessageSource::End{kSignInAgain, "sign in again"};
}

Response socket_answer(const Request& request, std::unique_ptr<MessageSource> messages) {
  Response response;
  response.status = 101;
  for (const auto protocol : offered_protocols(request)) {
    if (protocol == kMessages) response.headers.set("Sec-WebSocket-Protocol", std::string(kMessages));
  }
  response.messages = std::move(messages);
  return response;
}

}  // namespace vigil::api
