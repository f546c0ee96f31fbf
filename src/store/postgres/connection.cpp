#include "store/postgres/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <vector>

namespace vigil::store::postgres {
namespace {

using sql::Blob;
using sql::Query;
using sql::Value;

constexpr Oid kBytea = 17;
constexpr int kOldestServer = 120000;
constexpr Nanos kGrace = std::chrono::seconds(2);

std::string with_dollars(std::string_view sql) {
  std::string out(sql);
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] == '?' && out[i + 1] >= '1' && out[i + 1] <= '9') out[i] = '$';
  }
  return out;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::string option_of(const PQconninfoOption* options, std::string_view name) {
  for (; options->keyword != nullptr; ++options) {
    if (name == options->keyword) return options->val != nullptr ? options->val : "";
  }
  return "";
}

std::string bytes_of(std::string_view hex) {
  std::string out;
  if (!hex.starts_with("\\x")) return out;
  hex.remove_prefix(2);
  out.reserve(hex.size() / 2);
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return out;
}

// A whole answer; rows() of a server that is gone by now are still here.
class ResultRows final : public sql::Rows {
 public:
  explicit ResultRows(std::unique_ptr<pg_result, void (*)(pg_result*)> result) : result_(std::move(result)) {}
  Result<bool> step() override { return ++row_ < PQntuples(result_.get()); }
  bool null(int column) const override { return PQgetisnull(result_.get(), row_, column) != 0; }
  std::int64_t integer(int column) const override {
    std::int64_t value = 0;
    const auto text = view(column);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  double real(int column) const override { return null(column) ? 0 : std::strtod(view(column).data(), nullptr); }
  std::string text(int column) const override {
    return PQftype(result_.get(), column) == kBytea ? bytes_of(view(column)) : std::string(view(column));
  }

 private:
  std::string_view view(int column) const {
    return {PQgetvalue(result_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
  }
  std::unique_ptr<pg_result, void (*)(pg_result*)> result_;
  int row_ = -1;
};

// Values as libpq takes them.
class Parameters {
 public:
  // False for a text with a zero byte.
  bool add(const Value& value) {
    if (const auto* blob = std::get_if<Blob>(&value)) return push(std::string(blob->bytes), 1);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return push(std::to_string(*number), 0);
    if (const auto* number = std::get_if<double>(&value)) return push(fmt::format("{}", *number), 0);
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      return text->find('\0') == std::string_view::npos && push(std::string(*text), 0);
    }
    values.push_back(nullptr);
    lengths.push_back(0);
    formats.push_back(0);
    return true;
  }
  int count() const { return static_cast<int>(values.size()); }
  std::vector<const char*> values;
  std::vector<int> lengths, formats;

 private:
  bool push(std::string text, int format) {
    const auto& kept = kept_.emplace_back(std::move(text));
    values.push_back(kept.c_str());
    lengths.push_back(static_cast<int>(kept.size()));
    formats.push_back(format);
    return true;
  }
  std::deque<std::string> kept_;
};

ErrorKind kind_of(std::string_view state) {
  if (state == "23505") return ErrorKind::AlreadyExists;
  if (state == "23503") return ErrorKind::NotFound;
  if (state == "57014") return ErrorKind::DeadlineExceeded;  // statement_timeout
  if (state == "42501" || state == "25006" || state.starts_with("28")) return ErrorKind::PermissionDenied;
  if (state == "53100") return ErrorKind::StorageFull;
  if (state.starts_with("23") || state.starts_with("22")) return ErrorKind::InvalidArgument;
  if (state.starts_with("XX")) return ErrorKind::DataLoss;
  if (state.starts_with("08") || state.starts_with("53") || state.starts_with("57") || state.starts_with("40") ||
      state.starts_with("55") || state.starts_with("58")) {
    return ErrorKind::Unavailable;
  }
  return ErrorKind::Internal;
}

}  // namespace

Result<std::string> target_of(const Secret& url) {
  const auto& text = url.reveal();
  char* complaint = nullptr;
  const bool known = text.starts_with("postgres://") || text.starts_with("postgresql://");
  auto* options = known ? PQconninfoParse(text.c_str(), &complaint) : nullptr;
  if (complaint != nullptr) PQfreemem(complaint);  // it may show what is secret
  if (options == nullptr) {
    return make_error(ErrorKind::InvalidArgument,
                      "expected a database URL such as postgres://user:password@host:5432/vigil", "store.url");
  }
  auto port = option_of(options, "port");
  auto out = fmt::format("postgres://{}{}/{}", option_of(options, "host"), port.empty() ? "" : ":" + port,
                         option_of(options, "dbname"));
  PQconninfoFree(options);
  return out;
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionConfig& config) {
  VIGIL_ASSIGN(auto target, target_of(config.url));
  const auto seconds = std::to_string(
      std::max<std::int64_t>(2, std::chrono::duration_cast<std::chrono::seconds>(config.connect_timeout).count()));
  // The URL comes last: it may say otherwise of the first three, not of the encoding.
  const std::array<const char*, 6> names = {"connect_timeout", "tcp_user_timeout", "fallback_application_name",
                                            "dbname",          "client_encoding",  nullptr};
  const std::array<const char*, 6> values = {seconds.c_str(), "10000", "vigil", config.url.reveal().c_str(),
                                             "UTF8",          nullptr};
  // With several hosts libpq goes from one to the next when its own time is over, and only then.
  const bool several = target.find(',') != std::string::npos;
  auto* handle = several ? PQconnectdbParams(names.data(), values.data(), 1)
                         : PQconnectStartParams(names.data(), values.data(), 1);
  std::unique_ptr<Connection> made(new Connection(target, handle, config.statement_timeout, config.patience));
  if (handle != nullptr && !several) made->connect(std::max<Nanos>(config.connect_timeout, std::chrono::seconds(2)));
  if (handle == nullptr || PQstatus(handle) != CONNECTION_OK) {
    auto said = first_line(handle != nullptr ? PQerrorMessage(handle) : "no memory");
    if (said.empty()) said = "no answer in time";
    const bool refused = said.find("authentication failed") != std::string::npos ||
                         said.find("no password supplied") != std::string::npos ||
                         said.find("does not exist") != std::string::npos;
    return make_error(refused ? ErrorKind::PermissionDenied : ErrorKind::Unavailable,
                      fmt::format("{}: {}", target, said), refused ? "store.denied" : "store.away");
  }
  PQsetNoticeProcessor(
      handle, [](void*, const char*) {}, nullptr);
  if (PQserverVersion(handle) < kOldestServer) {
    return make_error(ErrorKind::FailedPrecondition, fmt::format("{}: PostgreSQL 12 or newer is needed", target),
                      "store.old_server");
  }
  const char* encoding = PQparameterStatus(handle, "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
    return make_error(ErrorKind::FailedPrecondition,
                      fmt::format("{}: the database must be in UTF-8: CREATE DATABASE … ENCODING 'UTF8'", target),
                      "store.encoding");
  }
  VIGIL_TRY(
      made->script("SET bytea_output = hex; SET extra_float_digits = 1; SET lock_timeout = 5000;"
                   "SET idle_in_transaction_session_timeout = 60000;"));
  VIGIL_TRY(made->set_statement_timeout(config.statement_timeout));
  return made;
}

void Connection::connect(Nanos timeout) {
  const auto began = system_clock().steady();
  auto wanted = PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(patience_->end(began, timeout) - system_clock().steady());
    if (left.count() <= 0) return;
    pollfd waiting{PQsocket(handle_), static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (waiting.fd < 0) return;
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kPatienceStep).count()));
    if (ready > 0) wanted = PQconnectPoll(handle_);
  }
}

Connection::~Connection() {
  if (handle_ != nullptr) PQfinish(handle_);
}

Result<void> Connection::set_statement_timeout(Nanos timeout) {
  VIGIL_TRY(script(fmt::format("SET statement_timeout = {}",
                               std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count())));
  statement_timeout_ = timeout;
  return {};
}

Error Connection::lost(std::string_view why) {
  auto said = first_line(PQerrorMessage(handle_));
  if (said.empty() || said == "\n") said = std::string(why);
  // Nobody shall wait for an answer on it again.
  PQfinish(handle_);
  handle_ = nullptr;
  return make_error(ErrorKind::Unavailable, fmt::format("{}: {}", target_, said), sql::Database::kLost);
}

Result<Connection::ResultPtr> Connection::answer(bool sent) {
  if (!sent) return lost("the connection is gone");
  const auto began = system_clock().steady();
  ResultPtr last(nullptr, PQclear);
  std::optional<Error> failed;
  while (true) {
    while (PQisBusy(handle_) != 0) {
      const auto end = patience_->end(began, statement_timeout_ + kGrace);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - system_clock().steady());
      if (left.count() <= 0) return lost("no answer within the time that a statement may take");
      pollfd waiting{PQsocket(handle_), POLLIN, 0};
      const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kPatienceStep).count()));
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      if (ready < 0) return lost("the connection broke");
      if (PQconsumeInput(handle_) == 0) return lost("the connection broke");
    }
    ResultPtr next(PQgetResult(handle_), PQclear);
    if (!next) break;
    const auto status = PQresultStatus(next.get());
    if (!failed && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      failed = error(next.get());
    }
    last = std::move(next);
  }
  if (PQstatus(handle_) != CONNECTION_OK) return lost(failed ? failed->message : "the connection broke");
  if (failed) return std::move(*failed);
  return last;
}

Result<Connection::ResultPtr> Connection::send(const std::string* name, const std::string* sql,
                                               std::span<const Value> values) {
  Parameters parameters;
  for (const auto& value : values) {
    if (!parameters.add(value)) {
      return make_error(ErrorKind::InvalidArgument, "a text has a zero byte, which the database does not take",
                        "store.text");
    }
  }
  const int sent = name != nullptr
                       ? PQsendQueryPrepared(handle_, name->c_str(), parameters.count(), parameters.values.data(),
                                             parameters.lengths.data(), parameters.formats.data(), 0)
                       : PQsendQueryParams(handle_, sql->c_str(), parameters.count(), nullptr, parameters.values.data(),
                                           parameters.lengths.data(), parameters.formats.data(), 0);
  return answer(sent == 1);
}

Result<const std::string*> Connection::prepared(const char* sql) {
  if (handle_ == nullptr) {
    return make_error(ErrorKind::Unavailable, target_ + ": the connection is gone", sql::Database::kLost);
  }
  if (auto found = statements_.find(sql); found != statements_.end()) return &found->second;
  auto name = fmt::format("s{}", statements_.size());
  VIGIL_TRY(answer(PQsendPrepare(handle_, name.c_str(), with_dollars(sql).c_str(), 0, nullptr) == 1));
  return &statements_.emplace(sql, std::move(name)).first->second;
}

Result<Query> Connection::query(const char* sql, std::span<const Value> values) {
  VIGIL_ASSIGN(const auto* name, prepared(sql));
  VIGIL_ASSIGN(auto result, send(name, nullptr, values));
  return Query(std::make_unique<ResultRows>(std::move(result)));
}

Result<Query> Connection::query_once(const std::string& sql, std::span<const Value> values) {
  if (handle_ == nullptr) {
    return make_error(ErrorKind::Unavailable, target_ + ": the connection is gone", sql::Database::kLost);
  }
  const auto text = with_dollars(sql);
  VIGIL_ASSIGN(auto result, send(nullptr, &text, values));
  return Query(std::make_unique<ResultRows>(std::move(result)));
}

Result<int> Connection::run(const char* sql, std::span<const Value> values) {
  VIGIL_ASSIGN(const auto* name, prepared(sql));
  VIGIL_ASSIGN(auto result, send(name, nullptr, values));
  return std::atoi(PQcmdTuples(result.get()));
}

Result<void> Connection::script(const std::string& sql) {
  if (handle_ == nullptr) {
    return make_error(ErrorKind::Unavailable, target_ + ": the connection is gone", sql::Database::kLost);
  }
  VIGIL_TRY(answer(PQsendQuery(handle_, sql.c_str()) == 1));
  return {};
}

Result<void> Connection::begin() {
  return script("BEGIN");
}

Result<void> Connection::commit() {
  return script("COMMIT");
}

void Connection::roll_back() {
  if (handle_ != nullptr && PQtransactionStatus(handle_) != PQTRANS_IDLE) static_cast<void>(script("ROLLBACK"));
}

bool Connection::fresh() {
  if (handle_ == nullptr || PQstatus(handle_) != CONNECTION_OK) return false;
  // A server that went away has said so, or closed: there is something to read where nothing was asked.
  pollfd waiting{PQsocket(handle_), POLLIN, 0};
  if (::poll(&waiting, 1, 0) > 0 && (PQconsumeInput(handle_) == 0 || PQstatus(handle_) != CONNECTION_OK)) return false;
  return PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

int Connection::server_process() const {
  return handle_ != nullptr ? PQbackendPID(handle_) : 0;
}

Error Connection::error(const pg_result* result) const {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const auto kind = kind_of(state != nullptr ? state : "08000");
  if (kind == ErrorKind::AlreadyExists) return make_error(kind, "it exists already", "store.exists");
  if (kind == ErrorKind::NotFound) return make_error(kind, "what it belongs to does not exist");
  return make_error(kind, fmt::format("{}: {}", target_, said != nullptr ? said : "unknown error"), "store.postgres");
}

}  // namespace vigil::store::postgres
