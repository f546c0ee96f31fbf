#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/auth/accounts.h"
#include "base/json.h"
#include "media/packet.h"

// Requests and answers as the handlers see them: plain values, nothing of the HTTP library.

namespace vigil::api {

// Header fields in their order; names compare without case.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);                 // replaces all of that name
  std::optional<std::string_view> find(std::string_view name) const;  // the first
  std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
  std::size_t count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);

using NameValues = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string id;      // ours, in every answer and log line
  std::string method;  // upper case
  std::string target;  // as received, origin form
  std::string path;    // of the target, still percent-encoded
  std::string query_text;
  Headers headers;
  std::string body;

  Peer peer;            // the address is the client's where a trusted proxy names it
  bool secure = false;  // it came by https, to us or to a trusted proxy

  // Filled while it is checked:
  NameValues params;            // of the path, decoded
  Json query = Json::object();  // as the contract types it, defaults filled in
  Json json;                    // the body, for JSON operations
  std::string content_type;     // media type of the body, lower case, without parameters
  Principal principal;

  // Stops when the client has gone or the server stops: long handlers and streams look at it.
  std::stop_token gone;

  std::string_view param(std::string_view name) const;
};

// A body that is made piece by piece. next() is called on a thread of its own and may block.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  virtual std::optional<std::string> next(std::stop_token gone) = 0;  // nothing: the end
};

// One message of a WebSocket: a text, or bytes that lie in pieces and belong to many. Neither: none.
struct Outgoing {
  std::shared_ptr<const std::string> text;
  std::vector<media::SharedBytes> bytes;
  bool empty() const { return !text && bytes.empty(); }
};

struct Response;

// Takes the body of a request piece by piece, instead of Request::body. Its calls may block, and come one at a time.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Called once, first. `interrupt` may be called from any thread, also after the sink was destroyed, when no more is
  // wanted: end(false) follows.
  virtual void begin(std::function<void()> interrupt) = 0;
  // Something: that is the answer, and the rest of the body is not read.
  virtual std::optional<Response> take(std::string_view piece) = 0;
  // The answer. `complete`: the whole body came; else nobody may be there to read it.
  virtual Response end(bool complete) = 0;
};

// Messages that we send over a WebSocket (RFC 6455) for as long as the connection lasts.
class MessageSource {
 public:
  struct End {
    std::uint16_t code = 1000;  // of the close frame
    std::string reason;         // at most 120 bytes
  };
  virtual ~MessageSource() = default;
  // Called once, first. `wake` may be called from any thread when next() has something again; never after the source
  // was destroyed.
  virtual void begin(std::function<void()> wake) = 0;
  // On the I/O thread: never blocks. Empty: nothing now.
  virtual Outgoing next() = 0;
  // Whether the client may still listen; asked every few seconds on a thread that may block. Something: the end.
  virtual std::optional<End> check() = 0;
};

// An answer that is not there yet and whose waiting takes no thread.
class LaterAnswer {
 public:
  virtual ~LaterAnswer() = default;
  // Called once, first. `wake` may be called from any thread when poll() may have something; never after the answer was
  // destroyed.
  virtual void begin(std::function<void()> wake) = 0;
  // On the I/O thread: never blocks. `over`: the time is up, or the client has gone; something must be answered.
  virtual std::optional<Response> poll(bool over) = 0;
  virtual std::chrono::milliseconds limit() const = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::vector<media::SharedBytes> pieces;  // instead of body: bytes that belong to many
  std::unique_ptr<LaterAnswer> later;      // instead of all the rest: what will be answered
  std::unique_ptr<BodyStream> stream;      // instead of body; the connection closes after it
  std::unique_ptr<BodySink> sink;  // instead of an answer, from an operation that streams: takes the body, then answers
  std::unique_ptr<MessageSource> messages;  // instead of body, with status 101: the connection becomes a WebSocket
};

Response json_response(int status, const Json& value);
Response empty_response(int status);

}  // namespace vigil::api
