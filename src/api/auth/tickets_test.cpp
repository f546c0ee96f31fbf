#include "api/auth/tickets.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

class TicketsTest : public testing::Test {
 protected:
  std::string code(std::string_view ticket, std::string_view camera = "door") {
    auto who = tickets.verify(ticket, camera);
    return who.ok() ? "fine" : who.error().code;
  }

  ManualClock clock;
  Tickets tickets{Secret(std::string(32, 'k')), clock};
  const Principal anna{Principal::Kind::User, "u1", "anna", store::UserRole::Administrator, "s1"};
};

TEST_F(TicketsTest, SaysWhoMadeIt) {
  auto who = tickets.verify(tickets.issue(anna, "door", std::chrono::hours(1)), "door");
  ASSERT_TRUE(who.ok());
  EXPECT_EQ(who->kind, Principal::Kind::User);
  EXPECT_EQ(who->id, "u1");
  EXPECT_EQ(who->session, "s1");
  EXPECT_EQ(who->role, store::UserRole::Administrator);
}

TEST_F(TicketsTest, IsForOneCameraAndForItsTime) {
  const auto ticket = tickets.issue(anna, "door", std::chrono::seconds(60));
  EXPECT_EQ(code(ticket, "yard"), "auth.ticket_camera");
  clock.advance(std::chrono::seconds(59));
  EXPECT_EQ(code(ticket), "fine");
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(code(ticket), "auth.ticket_expired");
  EXPECT_EQ(code(ticket, "yard"), "auth.ticket_expired");
}

TEST_F(TicketsTest, ASingleOtherByteIsRefused) {
  const auto ticket = tickets.issue(anna, "door", std::chrono::seconds(60));
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    auto other = ticket;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(other), "auth.ticket") << i;
    EXPECT_EQ(code(ticket.substr(0, i)), "auth.ticket") << i;
  }
  EXPECT_EQ(code(ticket + "A"), "auth.ticket");
  EXPECT_EQ(code(std::string(5000, 'A')), "auth.ticket");
}

TEST_F(TicketsTest, OneOfATimeWithoutSignInOpensNothing) {
  const Principal local{Principal::Kind::Local, "", "local", store::UserRole::Administrator, ""};
  EXPECT_EQ(code(tickets.issue(local, "door", std::chrono::hours(1))), "auth.ticket");
}

TEST_F(TicketsTest, AnotherServersTicketIsNone) {
  Tickets other(Secret(std::string(32, 'x')), clock);
  EXPECT_EQ(code(other.issue(anna, "door", std::chrono::hours(1))), "auth.ticket");
}

}  // namespace
}  // namespace vigil::api
