#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/asset.h"
#include "store/secret_box.h"
#include "store/sql/job_rows.h"
#include "store/uploads.h"
#include "store/webhooks.h"

// Webhooks as rows, shared by the repositories that write them. Callers hold a transaction.

namespace vigil::store::sql {

#define VIGIL_WEBHOOK_COLUMNS "id, job_id, host, sealed, told, token, tries, given_up, is_signed, due_at, last_error"

struct WebhookRow {
  std::string id, subject, host, sealed;  // subject: the job or upload
  std::uint64_t told = 0, token = 0;
  int tries = 0;
  bool given_up = false, is_signed = false;
  std::optional<WallTime> due_at;
  std::string last_error;
};
WebhookRow read_webhook(const Query& row);  // selected by VIGIL_WEBHOOK_COLUMNS
Result<std::vector<WebhookRow>> webhooks_of(Connection& connection, const std::string& subject);  // oldest first
Result<std::optional<WebhookRow>> lock_webhook(Connection& connection, const Dialect& dialect, const std::string& id);
// DataLoss: it was encrypted with another key.
Result<JobWebhook> open_webhook(const SecretBox& box, const WebhookRow& row);
// Due at once: whatever was said of it so far is told.
Result<void> insert_webhook(Connection& connection, const SecretBox& box, const std::string& subject,
                            const JobWebhook& webhook, WallTime now);
Result<void> delete_webhooks(Connection& connection, const std::string& subject);

// The job or upload that they speak of, locked; as an event of it begins. NotFound.
Result<model::JobEvent> lock_subject(Connection& connection, const Dialect& dialect, const std::string& id);
// The first that is told of it after `told`; those about the telling lie between them.
Result<std::optional<model::JobEvent>> event_after(Connection& connection, const std::string& subject,
                                                   std::uint64_t told);

// Adds that to what is told of an upload, where anybody wants to know.
Result<void> tell_of_upload(Connection& connection, const model::Upload& upload, const UploadEnd& end, WallTime now);

Result<std::vector<WebhookDelivered>> deliveries_of(Connection& connection, const std::string& webhook);
Result<void> note_delivery(Connection& connection, const WebhookDelivery& delivery, const WebhookOutcome& outcome,
                           WallTime now);

}  // namespace vigil::store::sql
