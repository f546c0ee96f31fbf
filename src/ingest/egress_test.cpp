#include "ingest/egress.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>
#include <thread>

#include "ingest/loopback_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

sockaddr_storage address_of(const std::string& text) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&storage, &v4, sizeof v4);
  } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return storage;
}

TEST(EgressPolicy, AllowsPrivateNetworksAndDeniesWhatNoCameraIs) {
  EgressPolicy policy;
  for (const char* good : {"192.168.1.9", "10.0.0.1", "127.0.0.1", "169.254.7.7", "203.0.113.5", "::1", "fd00::1",
                           "fe80::1", "2001:db8::1", "::ffff:192.168.1.9"}) {
    EXPECT_TRUE(policy.allows(address_of(good))) << good;
  }
  for (const char* bad : {"169.254.169.254", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255",
                          "::", "ff02::1", "fd00:ec2::254"}) {
    EXPECT_FALSE(policy.allows(address_of(bad))) << bad;
  }
}

TEST(EgressPolicy, JudgesIpv4InIpv6ClothesAsIpv4) {
  EgressPolicy policy;
  for (const char* bad :
       {"::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254"}) {
    EXPECT_FALSE(policy.allows(address_of(bad))) << bad;
  }
  auto only_lan = EgressPolicy::make({"192.168.0.0/16"}, {});
  ASSERT_TRUE(only_lan.ok());
  EXPECT_TRUE(only_lan->allows(address_of("::ffff:192.168.3.4")));
  EXPECT_FALSE(only_lan->allows(address_of("::ffff:10.0.0.1")));
}

TEST(EgressPolicy, ComparesExactlyAsManyBitsAsWritten) {
  auto policy = EgressPolicy::make({"10.1.128.0/17", "2001:db8:8000::/33"}, {"10.1.200.7"});
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(policy->allows(address_of("10.1.128.0")));
  EXPECT_TRUE(policy->allows(address_of("10.1.255.255")));
  EXPECT_FALSE(policy->allows(address_of("10.1.127.255")));
  EXPECT_FALSE(policy->allows(address_of("10.1.200.7")));
  EXPECT_TRUE(policy->allows(address_of("2001:db8:8000::1")));
  EXPECT_FALSE(policy->allows(address_of("2001:db8:7fff::1")));
  auto everything = EgressPolicy::make({"0.0.0.0/0"}, {});
  ASSERT_TRUE(everything.ok());
  EXPECT_TRUE(everything->allows(address_of("8.8.8.8")));
  EXPECT_FALSE(everything->allows(address_of("169.254.169.254"))) << "deny wins";
  EXPECT_FALSE(everything->allows(address_of("::1"))) << "IPv6 was not listed";
}

TEST(EgressPolicy, KnowsNoFamilyButTheInternets) {
  sockaddr_storage unix_socket{};
  unix_socket.ss_family = AF_UNIX;
  EXPECT_FALSE(EgressPolicy().allows(unix_socket));
}

TEST(EgressPolicy, NamesTheBadEntry) {
  for (const char* bad :
       {"", "camera", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "10.0.0/8"}) {
    auto policy = EgressPolicy::make({"10.0.0.0/8"}, {bad});
    ASSERT_FALSE(policy.ok()) << bad;
    EXPECT_EQ(policy.error().kind, ErrorKind::InvalidArgument);
    EXPECT_NE(policy.error().message.find(std::string("\"") + bad + "\""), std::string::npos);
  }
}

TEST(PortOf, TakesNumberThenServiceNameThenScheme) {
  EXPECT_EQ(port_of(parse_url("rtsp://cam:8554/x").value()), 8554);
  EXPECT_EQ(port_of(parse_url("rtsp://cam:http/x").value()), 80);
  EXPECT_EQ(port_of(parse_url("rtsp://cam/x").value()), 554);
  EXPECT_EQ(port_of(parse_url("https://cam/").value()), 443);
  EXPECT_EQ(port_of(parse_url("rtsp://cam:nosuchservice/x").value()), 0);
}

TEST(Resolve, TakesLiteralsHoweverTheyAreWritten) {
  EgressPolicy policy;
  auto v4 = resolve("127.1", 554, policy, seconds(1));
  ASSERT_TRUE(v4.ok());
  EXPECT_EQ(v4.value().text, "127.0.0.1");
  EXPECT_EQ(ntohs(reinterpret_cast<sockaddr_in*>(&v4.value().address)->sin_port), 554);
  auto v6 = resolve("::1", 554, policy, seconds(1));
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6.value().text, "::1");
}

TEST(Resolve, SaysBlockedAboutForbiddenAddresses) {
  for (const char* host : {"169.254.169.254", "2852039166", "0xa9fea9fe", "0", "::ffff:169.254.169.254"}) {
    auto found = resolve(host, 80, EgressPolicy(), seconds(1));
    ASSERT_FALSE(found.ok()) << host;
    EXPECT_EQ(found.failure().reason, FailureReason::Blocked) << host;
  }
}

TEST(Resolve, ChecksNamesByWhatTheyMean) {
  auto no_loopback = EgressPolicy::make({}, {"127.0.0.0/8", "::1"});
  ASSERT_TRUE(no_loopback.ok());
  auto found = resolve("localhost", 80, *no_loopback, seconds(5));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.failure().reason, FailureReason::Blocked);
  EXPECT_TRUE(resolve("localhost", 80, EgressPolicy(), seconds(5)).ok());
}

TEST(Resolve, SaysDnsAboutNamesThatDoNotExist) {
  auto found = resolve("nonexistent.invalid", 80, EgressPolicy(), seconds(10));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.failure().reason, FailureReason::Dns);
}

TEST(Resolve, StopsAtOnceWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  auto found = resolve("nonexistent.invalid", 80, EgressPolicy(), seconds(10), stop.get_token());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.failure().reason, FailureReason::Stopped);
}

TEST(CheckListening, TellsAListenerFromAClosedPort) {
  LoopbackServer server([](LoopbackPeer& peer) { peer.hold(); });
  auto open = resolve("127.0.0.1", server.port(), EgressPolicy(), seconds(1));
  ASSERT_TRUE(open.ok());
  EXPECT_TRUE(check_listening(open.value(), seconds(2)).ok());
  auto closed = resolve("127.0.0.1", LoopbackServer::closed_port(), EgressPolicy(), seconds(1));
  ASSERT_TRUE(closed.ok());
  auto refused = check_listening(closed.value(), seconds(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().reason, FailureReason::Refused);
}

// A listener whose queue is full neither accepts nor refuses.
class FullListener {
 public:
  FullListener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd_, 0);
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      static_cast<void>(::connect(waiting, reinterpret_cast<sockaddr*>(&address), sizeof address));
      waiting_.push_back(waiting);
    }
  }
  ~FullListener() {
    for (int fd : waiting_) ::close(fd);
    ::close(fd_);
  }
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
  std::vector<int> waiting_;
};

TEST(CheckListening, TimesOutWhereNothingAnswers) {
  FullListener listener;
  auto endpoint = resolve("127.0.0.1", listener.port(), EgressPolicy(), seconds(1));
  ASSERT_TRUE(endpoint.ok());
  auto answer = check_listening(endpoint.value(), milliseconds(150));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().reason, FailureReason::Timeout);
}

TEST(CheckListening, EndsSoonAfterStop) {
  FullListener listener;
  auto endpoint = resolve("127.0.0.1", listener.port(), EgressPolicy(), seconds(1));
  ASSERT_TRUE(endpoint.ok());
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  auto answer = check_listening(endpoint.value(), seconds(60), stop.get_token());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.failure().reason, FailureReason::Stopped);
}

TEST(ConnectFailure, TellsTheReasonsApart) {
  EXPECT_EQ(connect_failure(ECONNREFUSED, "x").reason, FailureReason::Refused);
  EXPECT_EQ(connect_failure(ETIMEDOUT, "x").reason, FailureReason::Timeout);
  EXPECT_EQ(connect_failure(EHOSTUNREACH, "x").reason, FailureReason::Unreachable);
  EXPECT_EQ(connect_failure(ENETUNREACH, "x").reason, FailureReason::Unreachable);
  EXPECT_EQ(connect_failure(EPERM, "x").reason, FailureReason::Blocked);
}

TEST(IsPrivateNetwork, KnowsWhereCamerasSignTheirOwnCertificates) {
  for (const char* text : {"10.2.3.4", "172.16.0.1", "172.31.255.255", "192.168.0.1", "127.0.0.1", "::1", "fe80::1",
                           "fd12::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(is_private_network(address_of(text))) << text;
  }
  for (const char* text : {"8.8.8.8", "172.32.0.1", "192.169.0.1", "2001:db8::1"}) {
    EXPECT_FALSE(is_private_network(address_of(text))) << text;
  }
}

}  // namespace
}  // namespace vigil::ingest
