#include "ingest/curl/http_stream.h"

#include <gtest/gtest.h>

#include "ingest/loopback_fake.h"
#include "ingest/picture_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

HttpRequest request_of(const std::string& url) {
  HttpRequest request;
  request.url = parse_url(url).value();
  request.open_timeout = seconds(5);
  return request;
}

// What fetching `url` comes to: its body, or the reason of the failure.
std::string fetch(HttpStream& http, const HttpRequest& request) {
  auto answer = http.open(request);
  if (!answer.ok()) return model::to_string(answer.failure().reason);
  auto body = http.read_all(seconds(5));
  if (!body.ok()) return model::to_string(body.failure().reason);
  return {body.value().begin(), body.value().end()};
}

std::string fetch(const std::string& url) {
  HttpStream http(kAnywhere, {});
  return fetch(http, request_of(url));
}

// Answers every request on every connection with the same text, which must have a length or close.
LoopbackServer::Script always(std::string answer) {
  return [answer = std::move(answer)](LoopbackPeer& peer) {
    while (!peer.read_request().empty() && peer.send(answer)) continue;
  };
}

std::string status(const std::string& line, const std::string& headers = "") {
  return "HTTP/1.1 " + line + "\r\n" + headers + "Content-Length: 0\r\n\r\n";
}

TEST(HttpStream, FetchesABodyAndKeepsTheConnection) {
  LoopbackServer server(always(http_ok("text/plain", "hello")));
  HttpStream http(kAnywhere, {});
  EXPECT_EQ(fetch(http, request_of(server.url("http", "/a?b=c"))), "hello");
  EXPECT_EQ(fetch(http, request_of(server.url("http", "/d"))), "hello");
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpStream, TellsFailuresApart) {
  auto of_status = [](const std::string& line) {
    LoopbackServer server(always(status(line)));
    return fetch(server.url("http", "/"));
  };
  EXPECT_EQ(of_status("401 Unauthorized"), "auth");
  EXPECT_EQ(of_status("403 Forbidden"), "auth");
  EXPECT_EQ(of_status("404 Not Found"), "not_found");
  EXPECT_EQ(of_status("503 Service Unavailable"), "busy");
  EXPECT_EQ(of_status("500 Oops"), "protocol");
  EXPECT_EQ(of_status("304 Not Modified"), "protocol");
  EXPECT_EQ(fetch("http://127.0.0.1:" + std::to_string(LoopbackServer::closed_port()) + "/"), "refused");
  EXPECT_EQ(fetch("http://nonexistent.invalid/"), "dns");
  EXPECT_EQ(fetch("http://169.254.169.254/latest/meta-data"), "blocked");
  LoopbackServer garbage([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send("RTSP/1.0 200 OK\r\n\r\n");
  });
  EXPECT_EQ(fetch(garbage.url("http", "/")), "protocol");
  LoopbackServer plain([](LoopbackPeer& peer) {
    peer.send("220 this is no TLS\r\n");
    peer.hold();
  });
  EXPECT_EQ(fetch(plain.url("https", "/")), "tls");
  LoopbackServer closing([](LoopbackPeer&) {});
  EXPECT_EQ(fetch(closing.url("http", "/")), "protocol");
}

TEST(HttpStream, GivesUpOnSilenceAndOnAHeaderThatDrips) {
  for (auto script :
       {LoopbackServer::Script([](LoopbackPeer& peer) { peer.hold(); }), LoopbackServer::Script([](LoopbackPeer& peer) {
          peer.read_request();
          peer.send("HTTP/1.1 200 OK\r\nX-");
          peer.hold();
        })}) {
    LoopbackServer server(script);
    auto request = request_of(server.url("http", "/"));
    request.open_timeout = milliseconds(150);
    HttpStream http(kAnywhere, {});
    EXPECT_EQ(fetch(http, request), "timeout");
  }
}

TEST(HttpStream, GivesUpOnAnEndlessHeader) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-More: " + std::string(1000, 'x') + "\r\n")) continue;
  });
  EXPECT_EQ(fetch(server.url("http", "/")), "protocol");
}

TEST(HttpStream, CapsTheBody) {
  LoopbackServer server(always(http_ok("image/jpeg", std::string(5000, 'x'))));
  auto request = request_of(server.url("http", "/"));
  request.max_body = 4999;
  HttpStream http(kAnywhere, {});
  EXPECT_EQ(fetch(http, request), "protocol");
  request.max_body = 5000;
  EXPECT_EQ(fetch(http, request), std::string(5000, 'x'));
}

TEST(HttpStream, SignsInWithBasicAndWithDigest) {
  for (std::string challenge :
       {"Basic realm=\"cam\"", "Digest realm=\"cam\", nonce=\"abc\", qop=\"auth\", algorithm=MD5"}) {
    LoopbackServer server([challenge](LoopbackPeer& peer) {
      for (;;) {
        auto request = peer.read_request();
        if (request.empty()) return;
        bool basic = request.find("Authorization: Basic YWRtaW46cDpzcw==") != std::string::npos;  // admin:p:ss
        bool digest = request.find("Authorization: Digest username=\"admin\"") != std::string::npos;
        peer.send(basic || digest ? http_ok("text/plain", "in")
                                  : status("401 Unauthorized", "WWW-Authenticate: " + challenge + "\r\n"));
      }
    });
    auto url = server.url("http", "/");
    EXPECT_EQ(fetch("http://admin:p%3Ass@" + url.substr(7)), "in") << challenge;
    EXPECT_EQ(fetch(url), "auth") << challenge;
  }
}

TEST(HttpStream, SaysAuthWhenThePasswordIsWrongAndNeverShowsIt) {
  LoopbackServer server(always(status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"cam\"\r\n")));
  HttpStream http(kAnywhere, {});
  auto url = server.url("http", "/x?token=t0ps3cret");
  auto answer = http.open(request_of("http://admin:hunter2@" + url.substr(7)));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().reason, FailureReason::Auth);
  EXPECT_EQ(answer.failure().detail.find("hunter2"), std::string::npos);
  EXPECT_EQ(answer.failure().detail.find("t0ps3cret"), std::string::npos);
}

TEST(HttpStream, FollowsRedirectsOnTheSameHostWithThePassword) {
  LoopbackServer server([](LoopbackPeer& peer) {
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      bool known = request.find("Authorization: Basic") != std::string::npos;
      if (request.find("GET /old/a") == 0) {
        peer.send(status("302 Found", "Location: ../new?x=1\r\n"));
      } else if (request.find("GET /new?x=1") != 0) {
        peer.send(status("404 Not Found"));
      } else {
        peer.send(known ? http_ok("text/plain", "there")
                        : status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"cam\"\r\n"));
      }
    }
  });
  EXPECT_EQ(fetch("http://admin:pw@" + server.url("http", "/old/a").substr(7)), "there");
}

TEST(HttpStream, NeverSendsThePasswordToAnotherHost) {
  std::atomic<bool> leaked = false;
  LoopbackServer other([&](LoopbackPeer& peer) {
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      if (request.find("Authorization") != std::string::npos) leaked = true;
      peer.send(status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"other\"\r\n"));
    }
  });
  LoopbackServer server(always(status("301 Moved", "Location: " + other.url("http", "/") + "\r\n")));
  EXPECT_EQ(fetch("http://admin:pw@" + server.url("http", "/").substr(7)), "auth");
  EXPECT_EQ(other.connections(), 1);
  EXPECT_FALSE(leaked);
}

TEST(HttpStream, StopsAtRedirectsToForbiddenPlaces) {
  LoopbackServer secret(always(http_ok("text/plain", "secret")));
  auto only = [&](const std::string& location) {
    LoopbackServer server(always(status("302 Found", "Location: " + location + "\r\n")));
    // 127.0.0.1 is the camera; 127.0.0.2 is somebody else's.
    auto policy = EgressPolicy::make({}, {"127.0.0.2/32"});
    HttpStream http(std::make_shared<const EgressPolicy>(std::move(policy).value()), {});
    return fetch(http, request_of(server.url("http", "/")));
  };
  EXPECT_EQ(only("http://127.0.0.2:" + std::to_string(secret.port()) + "/"), "blocked");
  EXPECT_EQ(only("http://[::ffff:127.0.0.2]:" + std::to_string(secret.port()) + "/"), "blocked");
  EXPECT_EQ(only("file:///etc/passwd"), "blocked");
  EXPECT_EQ(only("gopher://127.0.0.1/"), "blocked");
  EXPECT_EQ(only("http://127.0.0.1:99999/"), "protocol");
  EXPECT_EQ(secret.connections(), 0);
}

TEST(HttpStream, LeavesARingOfRedirects) {
  std::atomic<int> requests = 0;
  LoopbackServer server([&](LoopbackPeer& peer) {
    while (!peer.read_request().empty()) {
      ++requests;
      peer.send(status("307 Again", "Location: /\r\n"));
    }
  });
  EXPECT_EQ(fetch(server.url("http", "/")), "protocol");
  EXPECT_EQ(requests, 6);
}

TEST(HttpStream, ReadsAnEndlessBodyPieceByPiece) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send("HTTP/1.0 200 OK\r\nContent-Type: x/y\r\n\r\n");
    peer.send("one");
    peer.read_until("never");
  });
  HttpStream http(kAnywhere, {});
  auto answer = http.open(request_of(server.url("http", "/")));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.value().content_type, "x/y");
  auto piece = http.read(seconds(5));
  ASSERT_TRUE(piece.ok());
  EXPECT_EQ(std::string(piece.value().begin(), piece.value().end()), "one");
  auto silence = http.read(milliseconds(50));
  ASSERT_FALSE(silence.ok());
  EXPECT_EQ(silence.failure().reason, FailureReason::Timeout);
}

TEST(HttpStream, SaysEndedWhenABodyBreaksOff) {
  LoopbackServer server([](LoopbackPeer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  EXPECT_EQ(fetch(server.url("http", "/")), "ended");
}

TEST(HttpStream, EndsSoonAfterStopInEveryState) {
  for (auto script :
       {LoopbackServer::Script([](LoopbackPeer& peer) { peer.hold(); }), LoopbackServer::Script([](LoopbackPeer& peer) {
          peer.read_request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
          peer.hold();
        })}) {
    std::stop_source stop;
    LoopbackServer server([&](LoopbackPeer& peer) {
      stop.request_stop();
      script(peer);
    });
    HttpStream http(kAnywhere, stop.get_token());
    auto request = request_of(server.url("http", "/"));
    request.open_timeout = seconds(60);
    EXPECT_EQ(fetch(http, request), "stopped");
  }
}

TEST(WithCredentialsOf, KeepsThemForTheSameServiceOnly) {
  auto base = parse_url("http://u:p@cam/x").value();
  auto user_at = [&](const char* target) { return with_credentials_of(base, parse_url(target).value()).user; };
  EXPECT_EQ(user_at("http://cam/other"), "u");
  EXPECT_EQ(user_at("http://CAM:80/other"), "u");
  EXPECT_EQ(user_at("https://cam/"), "u");
  EXPECT_EQ(user_at("http://cam:8080/"), "");
  EXPECT_EQ(user_at("http://cam.example/"), "");
  EXPECT_EQ(user_at("http://x:y@other/"), "");
}

}  // namespace
}  // namespace vigil::ingest
