#include "store/sql/webhook_rows.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json.h"

namespace vigil::store::sql {
namespace {

constexpr int kShown = 200;  // deliveries of one webhook, the newest

Error unreadable() {
  return make_error(ErrorKind::DataLoss, "the stored address of a webhook cannot be read", "store.damaged");
}

Secret text_of(const JobWebhook& webhook) {
  return Secret(to_text(Json{{"url", webhook.url.reveal()}, {"key", webhook.key.reveal()}}));
}

Result<JobWebhook> read_text(const Secret& text) {
  const auto json = parse_json(text.reveal(), {.max_bytes = 64u << 10});
  if (!json || !json->is_object() || !json->contains("url") || !json->contains("key")) return unreadable();
  const auto &url = (*json)["url"], &key = (*json)["key"];
  if (!url.is_string() || !key.is_string()) return unreadable();
  return JobWebhook{Secret(url.get<std::string>()), Secret(key.get<std::string>()), ""};
}

}  // namespace

WebhookRow read_webhook(const Query& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          static_cast<std::uint64_t>(row.integer(4)),
          static_cast<std::uint64_t>(row.integer(5)),
          static_cast<int>(row.integer(6)),
          row.integer(7) != 0,
          row.integer(8) != 0,
          row.optional_time(9),
          row.text(10)};
}

Result<std::vector<WebhookRow>> webhooks_of(Connection& connection, const std::string& subject) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_WEBHOOK_COLUMNS
                                           " FROM job_webhooks WHERE job_id = ?1 ORDER BY created_at, id",
                                           {subject}));
  std::vector<WebhookRow> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) return out;
    out.push_back(read_webhook(rows));
  }
}

Result<std::optional<WebhookRow>> lock_webhook(Connection& connection, const Dialect& dialect, const std::string& id) {
  const Value wanted = std::string_view(id);
  VIGIL_ASSIGN(auto rows,
               connection.query_once(
                   std::string("SELECT " VIGIL_WEBHOOK_COLUMNS " FROM job_webhooks WHERE id = ?1") + dialect.lock_row,
                   {&wanted, 1}));
  VIGIL_ASSIGN(bool found, rows.step());
  return found ? std::optional(read_webhook(rows)) : std::nullopt;
}

Result<JobWebhook> open_webhook(const SecretBox& box, const WebhookRow& row) {
  VIGIL_ASSIGN(const auto text, box.open(row.sealed, row.id));
  return read_text(text);
}

Result<void> insert_webhook(Connection& connection, const SecretBox& box, const std::string& subject,
                            const JobWebhook& webhook, WallTime now) {
  const auto id = new_uuid();
  const auto sealed = box.seal(text_of(webhook), id);
  VIGIL_TRY(connection.run(
      "INSERT INTO job_webhooks (id, job_id, host, sealed, is_signed, told, tries, token, due_at, given_up, "
      "last_error, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, 0, '', ?6)",
      {id, subject, webhook.host, Blob{sealed}, std::int64_t{!webhook.key.empty()}, value(now)}));
  return {};
}

Result<void> delete_webhooks(Connection& connection, const std::string& subject) {
  VIGIL_TRY(connection.run(
      "DELETE FROM webhook_deliveries WHERE webhook IN (SELECT id FROM job_webhooks WHERE job_id = ?1)", {subject}));
  VIGIL_TRY(connection.run("DELETE FROM job_webhooks WHERE job_id = ?1", {subject}));
  return {};
}

Result<model::JobEvent> lock_subject(Connection& connection, const Dialect& dialect, const std::string& id) {
  auto job = lock_job(connection, dialect, id);
  if (!job && job.error().kind != ErrorKind::NotFound) return std::move(job).error();
  if (job) {
    return model::JobEvent{0,  job->id,    job->kind,    job->owner,    job->asset, "",
                           {}, job->state, job->attempt, job->progress, "",         ""};
  }
  const Value wanted = std::string_view(id);
  VIGIL_ASSIGN(auto rows,
               connection.query_once(std::string("SELECT owner, asset FROM uploads WHERE id = ?1") + dialect.lock_row,
                                     {&wanted, 1}));
  VIGIL_ASSIGN(bool found, rows.step());
  if (!found) return std::move(job).error();
  model::Upload upload;
  upload.id = id;
  upload.owner = rows.text(0);
  upload.asset = rows.text(1);
  return event_of(upload, {}, {});
}

Result<std::optional<model::JobEvent>> event_after(Connection& connection, const std::string& subject,
                                                   std::uint64_t told) {
  VIGIL_ASSIGN(auto rows,
               connection.query("SELECT " VIGIL_JOB_EVENT_COLUMNS
                                " FROM job_events WHERE job_id = ?1 AND sequence > ?2 AND (type LIKE 'job.%' "
                                "OR type LIKE 'upload.%') ORDER BY sequence LIMIT 1",
                                {subject, static_cast<std::int64_t>(told)}));
  VIGIL_ASSIGN(bool found, rows.step());
  if (!found) return std::optional<model::JobEvent>();
  VIGIL_ASSIGN(auto event, read_job_event(rows));
  return std::optional<model::JobEvent>(std::move(event));
}

Result<void> tell_of_upload(Connection& connection, const model::Upload& upload, const UploadEnd& end, WallTime now) {
  {
    VIGIL_ASSIGN(auto rows, connection.query("SELECT 1 FROM job_webhooks WHERE job_id = ?1 LIMIT 1", {upload.id}));
    VIGIL_ASSIGN(bool anybody, rows.step());
    if (!anybody) return {};
  }
  return insert_events(connection, {event_of(upload, end, now)});
}

Result<std::vector<WebhookDelivered>> deliveries_of(Connection& connection, const std::string& webhook) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT sequence, type, state, tries, answer, at FROM webhook_deliveries "
                                           "WHERE webhook = ?1 ORDER BY sequence DESC LIMIT ?2",
                                           {webhook, std::int64_t{kShown}}));
  std::vector<WebhookDelivered> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) break;
    out.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.text(1), rows.text(2),
                   static_cast<int>(rows.integer(3)), rows.text(4), rows.time(5)});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Result<void> note_delivery(Connection& connection, const WebhookDelivery& delivery, const WebhookOutcome& outcome,
                           WallTime now) {
  VIGIL_TRY(connection.run(
      "INSERT INTO webhook_deliveries (webhook, sequence, type, state, tries, answer, at) VALUES (?1, ?2, ?3, ?4, 1, "
      "?5, ?6) ON CONFLICT (webhook, sequence) DO UPDATE SET state = excluded.state, tries = "
      "webhook_deliveries.tries + 1, answer = excluded.answer, at = excluded.at",
      {delivery.webhook, static_cast<std::int64_t>(delivery.event.sequence), delivery.event.type,
       to_string(outcome.kind), outcome.detail, value(now)}));
  return {};
}

}  // namespace vigil::store::sql
