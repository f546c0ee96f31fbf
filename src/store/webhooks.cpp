#include "store/webhooks.h"

#include <algorithm>

namespace vigil::store {

const char* to_string(WebhookOutcome::Kind kind) {
  switch (kind) {
    case WebhookOutcome::Kind::Delivered:
      return "delivered";
    case WebhookOutcome::Kind::Failed:
      return "failed";
    case WebhookOutcome::Kind::GivenUp:
      break;
  }
  return "given_up";
}

Error no_such_webhook() {
  return make_error(ErrorKind::NotFound, "there is no such webhook, or it was never told that", "webhook.not_found");
}

Error still_telling() {
  return make_error(ErrorKind::FailedPrecondition, "it is still being told something: wait for it", "webhook.pending");
}

Result<WebhookDelivered> first_to_replay(const std::vector<WebhookDelivered>& deliveries,
                                         std::optional<std::uint64_t> from) {
  if (deliveries.empty())
    return make_error(ErrorKind::FailedPrecondition, "it was told nothing yet", "webhook.nothing");
  if (!from) return deliveries.back();
  const auto found =
      std::find_if(deliveries.begin(), deliveries.end(), [&](const auto& one) { return one.sequence == *from; });
  if (found == deliveries.end()) return no_such_webhook();
  return *found;
}

}  // namespace vigil::store
