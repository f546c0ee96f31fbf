#include "api/origin.h"

#include <gtest/gtest.h>

#include "api/media_type.h"

namespace vigil::api {
namespace {

TEST(Origin, OnlyHostsThatCannotBeReboundAreTrusted) {
  for (const char* host :
       {"localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5", "a.localhost:1"}) {
    EXPECT_TRUE(is_trusted_host(host, {})) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "1.2.3"}) {
    EXPECT_FALSE(is_trusted_host(host, {})) << host;
  }
  EXPECT_TRUE(is_trusted_host("Vigil:8000", {"vigil"}));
}

TEST(Origin, AForeignOriginMayNotChangeAnything) {
  EXPECT_TRUE(is_allowed_origin("", "a:8000", {}));
  EXPECT_TRUE(is_allowed_origin("http://a:8000", "A:8000", {}));
  EXPECT_TRUE(is_allowed_origin("https://b", "a", {"https://b"}));
  for (const char* origin : {"null", "http://a", "http://a:8001", "http://a:8000.evil", "http://evil", "a:8000"}) {
    EXPECT_FALSE(is_allowed_origin(origin, "a:8000", {})) << origin;
  }
}

TEST(Origin, LoopbackIsKnownInAllItsForms) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "local"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(Origin, ForwardedAddressesAreBelievedOnlyFromProxies) {
  auto proxies = Networks::parse({"127.0.0.1", "10.0.0.0/8"});
  ASSERT_TRUE(proxies.ok());
  auto client = [&](const char* peer, const char* forwarded) {
    Request request;
    request.peer.address = peer;
    request.headers.add("X-Forwarded-For", forwarded);
    request.headers.add("X-Forwarded-Proto", "https");
    apply_forwarded(request, *proxies);
    return request.peer.address + (request.secure ? " secure" : "");
  };
  EXPECT_EQ(client("127.0.0.1", "6.6.6.6, 1.2.3.4"), "1.2.3.4 secure");
  EXPECT_EQ(client("127.0.0.1", "1.2.3.4, 10.1.1.1"), "1.2.3.4 secure");
  EXPECT_EQ(client("127.0.0.1", "1.2.3.4, nonsense"), "127.0.0.1 secure");
  EXPECT_EQ(client("5.5.5.5", "1.2.3.4"), "5.5.5.5");
  EXPECT_FALSE(Networks::parse({"10.0.0.0/33"}).ok());
  EXPECT_FALSE(Networks::parse({"example.org"}).ok());
}

TEST(MediaType, ParametersAndCaseAreRead) {
  auto type = parse_media_type("Multipart/Form-Data; charset=x; Boundary=\"a;b\"");
  ASSERT_TRUE(type.has_value());
  EXPECT_EQ(type->name, "multipart/form-data");
  EXPECT_EQ(type->boundary, "a;b");
  for (const char* bad : {"", "json", "/json", "a/", "a b/c", "application/json\x01"})
    EXPECT_FALSE(parse_media_type(bad)) << bad;
}

TEST(MediaType, AcceptIsAnsweredByWhatThereIs) {
  EXPECT_TRUE(accepts("", {"image/jpeg"}));
  EXPECT_TRUE(accepts("text/html, */*;q=0.8", {"image/jpeg"}));
  EXPECT_TRUE(accepts("image/*", {"image/jpeg"}));
  EXPECT_TRUE(accepts("application/JSON", {"text/plain", "application/json"}));
  EXPECT_FALSE(accepts("text/html", {"application/json"}));
  EXPECT_FALSE(accepts("application/json;q=0", {"application/json"}));
  EXPECT_FALSE(accepts("*/*;q=0.0", {"application/json"}));
}

}  // namespace
}  // namespace vigil::api
