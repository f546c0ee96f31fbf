#include "api/http/head.h"

#include <gtest/gtest.h>

namespace vigil::api::http {
namespace {

std::string code_of(std::string_view text) {
  auto head = parse_head(text);
  return head.ok() ? "ok" : head.error().code;
}

TEST(Head, AnOrdinaryRequestIsTakenApart) {
  auto head = parse_head("POST /api/x?y=1 HTTP/1.1\r\nHost: a:8000\r\nContent-Length: 12\r\nX-A:  b \r\n\r\n");
  ASSERT_TRUE(head.ok()) << head.error().message;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/api/x?y=1");
  EXPECT_EQ(head->host, "a:8000");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_EQ(head->headers.get("x-a"), "b");
  EXPECT_TRUE(head->keep_alive);
}

TEST(Head, WhatAProxyMightReadDifferentlyIsRefused) {
  const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
  for (const char* fields :
       {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 3\r\n",
        "Content-Length: +3\r\n", "Content-Length: 3, 3\r\n", "Content-Length: 0x3\r\n", "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n", "Content-Length:\r\n", "Host: b\r\n", "X: a\r\n b\r\n", "X : a\r\n",
        "X: a\nY: b\r\n", "X: a\rb\r\n", ": a\r\n", "X\r\n"}) {
    EXPECT_NE(code_of(start + fields + "\r\n"), "ok") << fields;
  }
  EXPECT_NE(code_of(start + std::string("X: a\0b\r\n\r\n", 10)), "ok");
  EXPECT_NE(code_of("GET / HTTP/1.1\r\n\r\n"), "ok");
  EXPECT_NE(code_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "ok");
}

TEST(Head, TheRequestLineIsStrict) {
  for (const char* line : {"GET /", "GET  HTTP/1.1", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1", "G(T / HTTP/1.1",
                           "GET \xc3\xa4 HTTP/1.1", "GET /\xc3\xa4 HTTP/1.1", "GET x HTTP/1.1", "GET * HTTP/1.1", ""}) {
    EXPECT_NE(code_of(std::string(line) + "\r\nHost: a\r\n\r\n"), "ok") << line;
  }
  EXPECT_EQ(code_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), "http.version");
  EXPECT_EQ(code_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), "ok");
}

TEST(Head, AnAbsoluteTargetNamesTheHost) {
  auto head = parse_head("GET http://b:1/x HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->host, "b:1");
  EXPECT_EQ(head->target, "/x");
}

TEST(Head, FieldsAndSizeAreBounded) {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100; ++i) many += "X: a\r\n";
  EXPECT_NE(code_of(many + "\r\n"), "ok");
  EXPECT_EQ(code_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kMaxHead, 'a') + "\r\n\r\n"),
            "http.header_too_large");
}

TEST(Head, KeepAliveAndExpectAreUnderstood) {
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(parse_head("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n")->expects_continue);
  EXPECT_EQ(code_of("PUT / HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n"), "http.expectation");
}

}  // namespace
}  // namespace vigil::api::http
