#include "store/webhooks.h"

#include <algorithm>
#include <iterator>

#include "base/ids.h"
#include "base/json.h"
#include "store/sql/job_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

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

struct Row {
  std::string id, job_id, host, sealed;
  std::uint64_t told = 0, token = 0;
  int tries = 0;
  bool given_up = false;
};
#define VIGIL_WEBHOOK_COLUMNS "id, job_id, host, sealed, told, token, tries, given_up"

Row read_row(const Query& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          static_cast<std::uint64_t>(row.integer(4)),
          static_cast<std::uint64_t>(row.integer(5)),
          static_cast<int>(row.integer(6)),
          row.integer(7) != 0};
}

// Of the job itself, the first after `told`; those of webhooks lie between them.
Result<std::optional<model::JobEvent>> event_after(Connection& connection, const std::string& job_id,
                                                   std::uint64_t told) {
  VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_JOB_EVENT_COLUMNS
                                           " FROM job_events WHERE job_id = ?1 AND sequence > ?2 AND type LIKE 'job.%' "
                                           "ORDER BY sequence LIMIT 1",
                                           {job_id, static_cast<std::int64_t>(told)}));
  VIGIL_ASSIGN(bool found, rows.step());
  if (!found) return std::optional<model::JobEvent>();
  VIGIL_ASSIGN(auto event, read_job_event(rows));
  return std::optional<model::JobEvent>(std::move(event));
}

class Webhooks final : public JobWebhooks {
 public:
  Webhooks(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect)
      : database_(database), box_(box), dialect_(dialect), clock_(clock, dialect_) {}

  Result<void> attach(const std::string& job_id, const JobWebhook& webhook) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(lock_job(connection, dialect_, job_id));
      VIGIL_ASSIGN(const auto present, all_of(connection, job_id));
      for (const auto& one : present) {
        auto known = open(one);
        if (known && known->url == webhook.url && known->key == webhook.key) return {};
      }
      if (present.size() >= static_cast<std::size_t>(kMaxJobWebhooks))
        return make_error(ErrorKind::ResourceExhausted, "this job has as many webhooks as one may have",
                          "webhook.many");
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      const auto id = new_uuid();
      const auto sealed = box_.seal(text_of(webhook), id);
      VIGIL_TRY(connection.run(
          "INSERT INTO job_webhooks (id, job_id, host, sealed, is_signed, told, tries, token, due_at, given_up, "
          "last_error, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, 0, '', ?6)",
          {id, job_id, webhook.host, Blob{sealed}, std::int64_t{!webhook.key.empty()}, value(now)}));
      return transaction.commit();
    });
  }

  Result<std::vector<WebhookStatus>> of(const std::string& job_id) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<WebhookStatus>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT host, is_signed, given_up, told, tries, due_at, last_error FROM "
                                               "job_webhooks WHERE job_id = ?1 ORDER BY created_at, id",
                                               {job_id}));
      std::vector<WebhookStatus> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.push_back({rows.text(0), rows.integer(1) != 0, rows.integer(2) != 0,
                       static_cast<std::uint64_t>(rows.integer(3)), static_cast<int>(rows.integer(4)),
                       rows.optional_time(5), rows.text(6)});
      }
    });
  }

  Result<std::optional<WebhookDelivery>> next(const std::vector<std::string>& busy, Nanos hold) override {
    // Most of the time there is nothing: that is looked at without a transaction that writes.
    VIGIL_ASSIGN(const bool any, database_.read([&](Connection& connection) -> Result<bool> {
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_ASSIGN(auto rows, connection.query("SELECT 1 FROM job_webhooks WHERE due_at <= ?1 LIMIT 1", {value(now)}));
      return rows.step();
    }));
    while (any) {
      bool again = false;
      auto found = database_.write([&](Connection& connection) { return take(connection, busy, hold, again); });
      if (!found || *found || !again) return found;
    }
    return std::optional<WebhookDelivery>();
  }

  Result<void> settle(const WebhookDelivery& delivery, const WebhookOutcome& outcome) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      // In the order in which whoever changes a job locks them.
      auto job = lock_job(connection, dialect_, delivery.event.job_id);
      if (!job) return job.error().kind == ErrorKind::NotFound ? Result<void>() : std::move(job).error();
      VIGIL_ASSIGN(auto row, locked(connection, delivery.webhook));
      if (!row || row->token != delivery.token || row->given_up) return {};
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      using Kind = WebhookOutcome::Kind;
      const bool delivered = outcome.kind == Kind::Delivered;
      const std::optional<WallTime> due =
          outcome.kind == Kind::GivenUp ? std::nullopt : std::optional(delivered ? now : now + outcome.again_after);
      VIGIL_TRY(connection.run(
          "UPDATE job_webhooks SET told = ?2, tries = ?3, token = token + 1, due_at = ?4, given_up = ?5, "
          "last_error = ?6 WHERE id = ?1",
          {row->id, static_cast<std::int64_t>(delivered ? delivery.event.sequence : row->told),
           std::int64_t{delivered ? 0 : row->tries + 1}, value(due), std::int64_t{outcome.kind == Kind::GivenUp},
           delivered ? std::string_view() : std::string_view(outcome.detail)}));
      const char* type = delivered                      ? "webhook.delivered"
                         : outcome.kind == Kind::Failed ? "webhook.failed"
                                                        : "webhook.given_up";
      // Told to nobody: it is about the telling.
      VIGIL_TRY(connection.run(
          "INSERT INTO job_events (job_id, kind, owner, asset, type, time, state, attempt, progress, code, detail, "
          "sent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)",
          {job->id, job->kind, job->owner, job->asset, type, value(now), model::to_string(job->state),
           std::int64_t{job->attempt}, job->progress, delivery.event.type, outcome.detail}));
      return transaction.commit();
    });
  }

  Result<WebhookCounts> counts() override {
    return database_.read([&](Connection& connection) -> Result<WebhookCounts> {
      VIGIL_ASSIGN(auto row, connection.query("SELECT (SELECT count(*) FROM job_webhooks WHERE due_at IS NOT NULL), "
                                              "(SELECT count(*) FROM job_webhooks WHERE given_up = 1)"));
      VIGIL_TRY(row.step());
      return WebhookCounts{static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1))};
    });
  }

 private:
  static Result<std::vector<Row>> all_of(Connection& connection, const std::string& job_id) {
    VIGIL_ASSIGN(auto rows,
                 connection.query("SELECT " VIGIL_WEBHOOK_COLUMNS " FROM job_webhooks WHERE job_id = ?1", {job_id}));
    std::vector<Row> out;
    while (true) {
      VIGIL_ASSIGN(bool more, rows.step());
      if (!more) return out;
      out.push_back(read_row(rows));
    }
  }

  Result<std::optional<Row>> locked(Connection& connection, const std::string& id) {
    const Value wanted = std::string_view(id);
    VIGIL_ASSIGN(auto rows,
                 connection.query_once(std::string("SELECT " VIGIL_WEBHOOK_COLUMNS " FROM job_webhooks WHERE id = ?1") +
                                           dialect_.lock_row,
                                       {&wanted, 1}));
    VIGIL_ASSIGN(bool found, rows.step());
    return found ? std::optional(read_row(rows)) : std::nullopt;
  }

  Result<JobWebhook> open(const Row& row) {
    VIGIL_ASSIGN(const auto text, box_.open(row.sealed, row.id));
    return read_text(text);
  }

  // The next one that is due. `again`: it had nothing to tell after all; there may be another.
  Result<std::optional<WebhookDelivery>> take(Connection& connection, const std::vector<std::string>& busy, Nanos hold,
                                              bool& again) {
    VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    Conditions conditions;
    conditions.add("due_at <= ?", {value(now)});
    for (const auto& host : busy) conditions.add("host <> ?", {std::string_view(host)});
    std::optional<Row> row;
    {
      VIGIL_ASSIGN(auto rows,
                   connection.query_once("SELECT " VIGIL_WEBHOOK_COLUMNS " FROM job_webhooks" + conditions.where() +
                                             " ORDER BY due_at LIMIT 1" + dialect_.lock_free_row,
                                         conditions.values()));
      VIGIL_ASSIGN(bool found, rows.step());
      again = found;
      if (!found) return std::optional<WebhookDelivery>();
      row = read_row(rows);
    }
    VIGIL_ASSIGN(auto event, event_after(connection, row->job_id, row->told));
    auto webhook = open(*row);
    if (!event || !webhook) {
      // Whoever writes an event makes it due again. What cannot be decrypted any more goes nowhere.
      VIGIL_TRY(connection.run("UPDATE job_webhooks SET due_at = NULL, given_up = ?2, last_error = ?3 WHERE id = ?1",
                               {row->id, std::int64_t{!webhook},
                                webhook ? std::string_view() : std::string_view("Its address cannot be decrypted.")}));
      VIGIL_TRY(transaction.commit());
      return std::optional<WebhookDelivery>();
    }
    VIGIL_TRY(connection.run("UPDATE job_webhooks SET token = token + 1, due_at = ?2 WHERE id = ?1",
                             {row->id, value(now + std::chrono::duration_cast<std::chrono::microseconds>(hold))}));
    VIGIL_TRY(transaction.commit());
    return std::optional(WebhookDelivery{row->id, row->host, row->token + 1, std::move(webhook->url),
                                         std::move(webhook->key), row->tries, std::move(*event)});
  }

  Database& database_;
  const SecretBox& box_;
  const Dialect dialect_;
  const StoreClock clock_;
};

}  // namespace

std::unique_ptr<JobWebhooks> make_job_webhooks(Database& database, const SecretBox& box, const Clock& clock,
                                               const Dialect& dialect) {
  return std::make_unique<Webhooks>(database, box, clock, dialect);
}

}  // namespace vigil::store::sql
