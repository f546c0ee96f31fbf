#include <gtest/gtest.h>

#include "api/server_fake.h"
#include "api/websocket_client_fake.h"

namespace vigil::api {
namespace {

using Kind = model::JobOutcome::Kind;

class JobLive : public ServerTest {
 protected:
  std::string add(const std::string& owner = "local") {
    model::Job job;
    job.kind = "test";
    job.owner = owner;
    return store_->jobs().jobs().insert(job)->job.id;
  }
  model::Job claim() { return **store_->jobs().queue().claim({"worker", {"test"}, 0}); }
  void report(const model::Job& job, double progress) {
    ASSERT_TRUE(store_->jobs().queue().report({job.id, job.lease_token}, {progress, "half", {}}, {}));
  }
  void end(const model::Job& job) {
    ASSERT_TRUE(store_->jobs().queue().finish({job.id, job.lease_token}, {Kind::Done, "{}"}, {}));
  }
  // All of it: the server ends it.
  std::string stream(const std::string& path, const std::string& header = "") {
    HttpClient client(server_->port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n");
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_NE(head.find(" 200 OK"), std::string::npos) << head;
    EXPECT_NE(head.find("text/event-stream"), std::string::npos) << head;
    return client.read_until("no such text");
  }
  Json read(WebSocketClient& client) {
    auto message = client.read();
    EXPECT_EQ(message.opcode, 1);
    if (message.opcode != 1) return {};
    const auto* schema = contract_->response_schema(*contract_->find("follow_jobs"), 101, "application/json");
    EXPECT_NE(schema, nullptr);
    for (const auto& fault : contract_->validator().validate(*schema, message.json()))
      ADD_FAILURE() << fault.pointer << " " << fault.detail << "\n" << message.text;
    return message.json();
  }
};

// 86
TEST_F(JobLive, APageIsToldWhatHappensToJobsAndWhatItMissed) {
  start_open();
  const auto before = add();
  Json last;
  {
    WebSocketClient client(server_->port());
    ASSERT_EQ(client.open("/api/jobs/live?after=0").status, 101);
    EXPECT_EQ(read(client)["job_id"], before);
    const auto job = claim();
    EXPECT_EQ(read(client)["type"], "job.processing");
    report(job, 0.5);
    auto progress = read(client);
    EXPECT_EQ(progress["type"], "job.progress");
    EXPECT_EQ(progress["progress"], 0.5);
    EXPECT_EQ(progress["step"], "half");
    end(job);
    last = read(client);
    EXPECT_EQ(last["type"], "job.done");
  }
  // Nobody listens meanwhile.
  const auto missed = add();
  end(claim());
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open("/api/jobs/live?after=" + std::to_string(last["sequence"].get<std::uint64_t>())).status, 101);
  for (const auto* type : {"job.queued", "job.processing", "job.done"}) {
    auto news = read(client);
    EXPECT_EQ(news["job_id"], missed);
    EXPECT_EQ(news["type"], type);
  }
}

TEST_F(JobLive, NobodyHearsOfOtherPeoplesJobs) {
  start({});
  const auto victor = token("victor");
  const auto me = as(victor, "GET", "/api/auth/me").json()["id"].get<std::string>();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client
                .open("/api/jobs/live?after=0",
                      "Sec-WebSocket-Protocol: vigil.v1, vigil.bearer." + victor + "\r\nOrigin: http://127.0.0.1\r\n")
                .status,
            101);
  const auto theirs = add("somebody else");
  const auto mine = add(me);
  EXPECT_EQ(read(client)["job_id"], mine);
  EXPECT_EQ(as(victor, "GET", "/api/jobs/" + theirs + "/events").status, 404);
}

// 86: the same by server-sent events, from the place where the client was cut off.
TEST_F(JobLive, AJobsEventsEndWithTheJob) {
  start_open();
  const auto id = add();
  end(claim());
  const auto path = "/api/jobs/" + id + "/events";
  const auto all = stream(path);
  std::vector<std::string> types;
  std::string sequence;
  for (std::size_t at = 0; (at = all.find("id: ", at)) != std::string::npos; ++at) {
    sequence = all.substr(at + 4, all.find('\n', at) - at - 4);
    const auto type = all.find("event: ", at) + 7;
    types.push_back(all.substr(type, all.find('\n', type) - type));
  }
  ASSERT_EQ(types, (std::vector<std::string>{"job.queued", "job.processing", "job.done"}));
  const auto rest = stream(path, "Last-Event-ID: " + std::to_string(std::stoull(sequence) - 1) + "\r\n");
  EXPECT_EQ(rest.find("job.processing"), std::string::npos);
  EXPECT_NE(rest.find("event: job.done\n"), std::string::npos);
  EXPECT_EQ(call("GET", path, {}, "", "Last-Event-ID: " + sequence + "\r\n").status, 204);
  EXPECT_EQ(call("GET", "/api/jobs/none/events").status, 404);
}

}  // namespace
}  // namespace vigil::api
