#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "api/auth/accounts_fake.h"
#include "api/auth/refresh_token.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;
using Sessions = AccountsTest;

TEST_F(Sessions, RefreshGivesANewPairAndSlides) {
  auto first = sign_in();
  clock_.advance(24h);
  auto second = accounts_.refresh(first.refresh_token, peer_);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->refresh_token == first.refresh_token);
  EXPECT_EQ(second->principal, first.principal);
  EXPECT_TRUE(accepted(*second));
  EXPECT_EQ(second->refresh_expires_at - first.refresh_expires_at, 24h);
  clock_.advance(30 * 24h - 1s);
  EXPECT_TRUE(accounts_.refresh(second->refresh_token, peer_));
}

TEST_F(Sessions, UnusedForThirtyDaysIsOver) {
  auto first = sign_in();
  clock_.advance(30 * 24h);
  expect_refused(accounts_.refresh(first.refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session");
}

TEST_F(Sessions, LostAnswerIsRepeatedWithinTenSeconds) {
  auto first = sign_in();
  auto second = accounts_.refresh(first.refresh_token, peer_);
  clock_.advance(9s);
  auto again = accounts_.refresh(first.refresh_token, peer_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->refresh_token == second->refresh_token);
  EXPECT_EQ(again->refresh_expires_at, second->refresh_expires_at);
  EXPECT_TRUE(accepted(*again));
  EXPECT_TRUE(accounts_.refresh(second->refresh_token, peer_)) << "the family is alive";
}

TEST_F(Sessions, ReplacedTokenAfterTheGraceEndsTheSession) {
  auto first = sign_in(), other = sign_in();
  auto second = accounts_.refresh(first.refresh_token, peer_);
  ASSERT_TRUE(accepted(*second));
  clock_.advance(11s);
  expect_refused(accounts_.refresh(first.refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session_reused");
  expect_refused(accounts_.refresh(second->refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session");
  EXPECT_FALSE(accepted(*second));
  EXPECT_TRUE(accounts_.refresh(other.refresh_token, peer_)) << "other sign-ins of the user go on";
}

TEST_F(Sessions, TokenOfManyGenerationsAgoEndsTheSession) {
  auto first = sign_in();
  auto latest = first;
  for (int i = 0; i < 5; ++i) {
    clock_.advance(10min);
    latest = *accounts_.refresh(latest.refresh_token, peer_);
  }
  expect_refused(accounts_.refresh(first.refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session_reused");
  EXPECT_FALSE(accounts_.refresh(latest.refresh_token, peer_).ok());
}

TEST_F(Sessions, GraceIsForTheSameClientOnly) {
  auto first = sign_in();
  auto second = accounts_.refresh(first.refresh_token, peer_);
  expect_refused(accounts_.refresh(first.refresh_token, {"198.51.100.7", "curl"}), ErrorKind::Unauthenticated,
                 "auth.session_reused");
  EXPECT_FALSE(accounts_.refresh(second->refresh_token, peer_).ok());
}

TEST_F(Sessions, ManyRefreshesAtOnceGetTheSameSuccessor) {
  auto first = sign_in();
  std::mutex mutex;
  std::set<std::string> successors;
  std::atomic<int> served{0};
  {
    std::vector<std::jthread> tabs;
    for (int i = 0; i < 8; ++i) {
      tabs.emplace_back([&] {
        auto renewed = accounts_.refresh(first.refresh_token, peer_);
        if (!renewed) return;
        ++served;
        std::lock_guard lock(mutex);
        successors.insert(renewed->refresh_token.reveal());
      });
    }
  }
  EXPECT_EQ(served, 8);
  ASSERT_EQ(successors.size(), 1U);
  EXPECT_TRUE(accounts_.refresh(Secret(*successors.begin()), peer_)) << "the family is alive";
}

TEST_F(Sessions, MadeUpTokenEndsNobodysSession) {
  auto first = sign_in();
  auto text = first.refresh_token.reveal();
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    expect_refused(accounts_.refresh(Secret(changed), peer_), ErrorKind::Unauthenticated, "auth.session");
    EXPECT_FALSE(accounts_.refresh(Secret(text.substr(0, i)), peer_).ok());
    EXPECT_TRUE(accounts_.logout(Secret(changed)));
  }
  for (const std::string& rubbish :
       {std::string(), std::string("vgr_"), std::string(100000, 'a'), "vgr_" + std::string(130, '_')}) {
    expect_refused(accounts_.refresh(Secret(rubbish), peer_), ErrorKind::Unauthenticated, "auth.session");
  }
  EXPECT_TRUE(accounts_.refresh(first.refresh_token, peer_));
}

TEST_F(Sessions, LogoutEndsThisSessionAtOnceAndNoOther) {
  auto here = sign_in(), elsewhere = sign_in();
  ASSERT_TRUE(accepted(here));
  ASSERT_TRUE(accounts_.logout(here.refresh_token));
  EXPECT_FALSE(accepted(here));
  expect_refused(accounts_.refresh(here.refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session");
  EXPECT_TRUE(accounts_.logout(here.refresh_token)) << "twice is no error";
  EXPECT_TRUE(accepted(elsewhere));
}

TEST_F(Sessions, LogoutEverywhereEndsAllOfOneUser) {
  auto here = sign_in(), elsewhere = sign_in(), victor = sign_in("victor");
  ASSERT_TRUE(accounts_.logout_everywhere(anna_.id));
  EXPECT_FALSE(accepted(here));
  EXPECT_FALSE(accepted(elsewhere));
  EXPECT_FALSE(accounts_.refresh(elsewhere.refresh_token, peer_).ok());
  EXPECT_TRUE(accepted(victor));
}

TEST_F(Sessions, TokensAreNotTakenForOneAnother) {
  auto signed_in = sign_in();
  EXPECT_FALSE(accounts_.authenticate(signed_in.refresh_token.reveal()).ok());
  EXPECT_FALSE(accounts_.refresh(signed_in.access_token, peer_).ok());
}

TEST_F(Sessions, AccessTokenDiesAfterTenMinutes) {
  auto signed_in = sign_in();
  clock_.advance(629s);
  EXPECT_TRUE(accepted(signed_in));
  clock_.advance(1s);
  EXPECT_FALSE(accepted(signed_in));
}

TEST_F(Sessions, AnotherInstancesTokensAreRefused) {
  auto other_store = store::make_memory_store(clock_);
  Accounts other(*other_store, clock_);
  auto signed_in = sign_in();
  EXPECT_FALSE(other.authenticate(signed_in.access_token.reveal()).ok());
  EXPECT_FALSE(other.refresh(signed_in.refresh_token, peer_).ok());
}

TEST_F(Sessions, RefreshTokenIsStoredOnlyAsAHash) {
  auto signed_in = sign_in();
  auto session = store_->sessions().get(signed_in.principal.session);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->token_hash.size(), 64U);
  EXPECT_EQ(signed_in.refresh_token.reveal().find(session->token_hash), std::string::npos);
  EXPECT_EQ(session->client, "Firefox");
  EXPECT_EQ(session->address, "192.0.2.1");
}

TEST_F(Sessions, RestartWithinTheGraceIsNobodysFault) {
  auto first = sign_in();
  auto second = accounts_.refresh(first.refresh_token, peer_);
  Accounts restarted(*store_, clock_);
  expect_refused(restarted.refresh(first.refresh_token, peer_), ErrorKind::Unauthenticated, "auth.session");
  EXPECT_TRUE(restarted.refresh(second->refresh_token, peer_));
}

TEST(RefreshToken, ComesBackOnlyWithItsKey) {
  Secret key(std::string(32, 'k')), other(std::string(32, 'j'));
  RefreshToken token{"0123456789abcdef", Secret(std::string(64, 'a'))};
  auto text = refresh_token_text(token, key);
  EXPECT_EQ(read_refresh_token(text.reveal(), key), token);
  EXPECT_EQ(read_refresh_token(text.reveal(), other), std::nullopt);
  EXPECT_EQ(read_refresh_token(text.reveal() + "0", key), std::nullopt);
}

}  // namespace
}  // namespace vigil::api
