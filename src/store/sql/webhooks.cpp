#include "store/webhooks.h"

#include <fmt/format.h>

#include "store/sql/repositories.h"
#include "store/sql/select.h"
#include "store/sql/webhook_rows.h"

namespace vigil::store::sql {
namespace {

class Webhooks final : public JobWebhooks {
 public:
  Webhooks(Database& database, const SecretBox& box, const Clock& clock, const Dialect& dialect)
      : database_(database), box_(box), dialect_(dialect), clock_(clock, dialect_) {}

  Result<void> attach(const std::string& job_id, const JobWebhook& webhook) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(lock_job(connection, dialect_, job_id));
      VIGIL_ASSIGN(const auto present, webhooks_of(connection, job_id));
      for (const auto& one : present) {
        auto known = open_webhook(box_, one);
        if (known && known->url == webhook.url && known->key == webhook.key) return {};
      }
      if (present.size() >= static_cast<std::size_t>(kMaxJobWebhooks))
        return make_error(ErrorKind::ResourceExhausted, "this job has as many webhooks as one may have",
                          "webhook.many");
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_TRY(insert_webhook(connection, box_, job_id, webhook, now));
      return transaction.commit();
    });
  }

  Result<std::vector<WebhookStatus>> of(const std::string& subject) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<WebhookStatus>> {
      VIGIL_ASSIGN(auto rows, webhooks_of(connection, subject));
      std::vector<WebhookStatus> out;
      for (auto& row : rows) {
        VIGIL_ASSIGN(auto deliveries, deliveries_of(connection, row.id));
        out.push_back({row.id, row.host, row.is_signed, row.given_up, row.told, row.tries, row.due_at, row.last_error,
                       std::move(deliveries)});
      }
      return out;
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
      // In the order in which whoever changes a job or an upload locks them.
      auto subject = lock_subject(connection, dialect_, delivery.event.job_id);
      if (!subject) return subject.error().kind == ErrorKind::NotFound ? Result<void>() : std::move(subject).error();
      VIGIL_ASSIGN(auto row, lock_webhook(connection, dialect_, delivery.webhook));
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
      VIGIL_TRY(note_delivery(connection, delivery, outcome, now));
      VIGIL_TRY(log(connection, *subject, fmt::format("webhook.{}", to_string(outcome.kind)), now, delivery.event.type,
                    outcome.detail));
      return transaction.commit();
    });
  }

  Result<void> replay(const std::string& subject_id, const std::string& webhook,
                      std::optional<std::uint64_t> from) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto subject, lock_subject(connection, dialect_, subject_id));
      VIGIL_ASSIGN(auto row, lock_webhook(connection, dialect_, webhook));
      if (!row || row->subject != subject_id) return no_such_webhook();
      VIGIL_ASSIGN(const auto waiting, event_after(connection, subject_id, row->told));
      if (row->due_at && waiting) return still_telling();
      VIGIL_ASSIGN(const auto told, deliveries_of(connection, webhook));
      VIGIL_ASSIGN(const auto first, first_to_replay(told, from));
      VIGIL_ASSIGN(auto now, clock_.now(connection));
      VIGIL_TRY(connection.run(
          "UPDATE job_webhooks SET told = ?2, tries = 0, token = token + 1, due_at = ?3, given_up = 0, last_error = '' "
          "WHERE id = ?1",
          {webhook, static_cast<std::int64_t>(first.sequence - 1), value(now)}));
      VIGIL_TRY(connection.run("UPDATE webhook_deliveries SET state = 'waiting' WHERE webhook = ?1 AND sequence >= ?2",
                               {webhook, static_cast<std::int64_t>(first.sequence)}));
      VIGIL_TRY(log(connection, subject, "webhook.replayed", now, first.type, row->host));
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
  // Told to nobody: it is about the telling.
  static Result<void> log(Connection& connection, const model::JobEvent& subject, const std::string& type, WallTime now,
                          const std::string& code, const std::string& detail) {
    VIGIL_TRY(connection.run(
        "INSERT INTO job_events (job_id, kind, owner, asset, type, time, state, attempt, progress, code, detail, "
        "sent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)",
        {subject.job_id, subject.kind, subject.owner, subject.asset, type, value(now), model::to_string(subject.state),
         std::int64_t{subject.attempt}, subject.progress, code, detail}));
    return {};
  }

  // The next one that is due. `again`: it had nothing to tell after all; there may be another.
  Result<std::optional<WebhookDelivery>> take(Connection& connection, const std::vector<std::string>& busy, Nanos hold,
                                              bool& again) {
    VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    Conditions conditions;
    conditions.add("due_at <= ?", {value(now)});
    for (const auto& host : busy) conditions.add("host <> ?", {std::string_view(host)});
    std::optional<WebhookRow> row;
    {
      VIGIL_ASSIGN(auto rows,
                   connection.query_once("SELECT " VIGIL_WEBHOOK_COLUMNS " FROM job_webhooks" + conditions.where() +
                                             " ORDER BY due_at LIMIT 1" + dialect_.lock_free_row,
                                         conditions.values()));
      VIGIL_ASSIGN(bool found, rows.step());
      again = found;
      if (!found) return std::optional<WebhookDelivery>();
      row = read_webhook(rows);
    }
    VIGIL_ASSIGN(auto event, event_after(connection, row->subject, row->told));
    auto webhook = open_webhook(box_, *row);
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
