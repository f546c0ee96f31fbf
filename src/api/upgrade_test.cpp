#include "api/upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/credential.h"

namespace vigil::api {
namespace {

Request handshake() {
  Request request;
  request.method = "GET";
  request.headers.add("Connection", "keep-alive, Upgrade");
  request.headers.add("Upgrade", "WebSocket");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  return request;
}

TEST(Upgrade, AHandshakeIsRecognised) {
  EXPECT_EQ(upgrade_fault(handshake()), "");
}

TEST(Upgrade, WhatIsNoneIsToldWhy) {
  auto with = [](std::string_view name, const std::string& value) {
    auto request = handshake();
    request.headers.set(name, value);
    return upgrade_fault(request);
  };
  EXPECT_THAT(with("Connection", "keep-alive"), testing::HasSubstr("missing"));
  EXPECT_THAT(with("Connection", "upgraded"), testing::HasSubstr("missing"));
  EXPECT_THAT(with("Upgrade", "h2c"), testing::HasSubstr("missing"));
  EXPECT_THAT(with("Sec-WebSocket-Version", "8"), testing::HasSubstr("13"));
  EXPECT_THAT(with("Sec-WebSocket-Key", "short"), testing::HasSubstr("sixteen"));
  EXPECT_THAT(with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ= "), testing::HasSubstr("sixteen"));
  auto twice = handshake();
  twice.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_THAT(upgrade_fault(twice), testing::HasSubstr("sixteen"));
  auto post = handshake();
  post.method = "POST";
  EXPECT_THAT(upgrade_fault(post), testing::HasSubstr("GET"));
}

TEST(Credential, ComesFromTheHeaderOrForWebSocketsFromASubProtocol) {
  auto socket = handshake();
  socket.headers.add("Sec-WebSocket-Protocol", "vigil.v1, vigil.bearer.a.b.c");
  EXPECT_EQ(credential_of(socket), "a.b.c");
  EXPECT_THAT(offered_protocols(socket), testing::ElementsAre("vigil.v1", "vigil.bearer.a.b.c"));
  socket.headers.add("X-API-Key", "vgl_x");
  EXPECT_EQ(credential_of(socket), "vgl_x");
  socket.headers.add("Authorization", "bearer t");
  EXPECT_EQ(credential_of(socket), "t");
  Request plain;
  plain.method = "GET";
  plain.headers.add("Sec-WebSocket-Protocol", "vigil.bearer.a.b.c");
  EXPECT_EQ(credential_of(plain), "");
}

}  // namespace
}  // namespace vigil::api
