#pragma once

#include <memory>

#include "app/options.h"
#include "jobs/webhooks.h"

namespace vigil::app {

// Speaks to whoever the network rules allow: those for cameras, and neither this machine itself nor link-local
// addresses unless jobs.webhook_networks names them; then only the networks that it names. The address is judged after
// the name was looked up, and that one is connected to. No redirects, no proxies from the environment, no cookies; 15 s
// in all; of the answer only the head is kept. InvalidArgument: a network that is none.
Result<std::unique_ptr<jobs::WebhookSender>> make_webhook_sender(const Settings& settings);

}  // namespace vigil::app
