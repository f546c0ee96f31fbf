#include "api/auth/accounts.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "api/auth/accounts_fake.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Login = AccountsTest;
using Users = AccountsTest;

class Setup : public testing::Test {
 protected:
  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  Accounts accounts_{*store_, clock_};
  Peer peer_{"192.0.2.1", "Firefox"};
};

TEST_F(Setup, TokenMakesTheAdministratorOnce) {
  EXPECT_TRUE(*accounts_.setup_required());
  auto token = accounts_.setup_token();
  ASSERT_TRUE(token);
  EXPECT_GE(token->reveal().size(), 32U);
  EXPECT_TRUE(*token == *accounts_.setup_token()) << "the same until it is used";
  auto signed_in = accounts_.complete_setup(*token, "anna", Secret(kPassword), peer_);
  ASSERT_TRUE(signed_in) << signed_in.error().message;
  EXPECT_EQ(signed_in->principal.name, "anna");
  EXPECT_EQ(signed_in->principal.role, store::UserRole::Administrator);
  EXPECT_EQ(*accounts_.authenticate(signed_in->access_token.reveal()), signed_in->principal);
  EXPECT_FALSE(*accounts_.setup_required());
  EXPECT_EQ(accounts_.setup_token().error().kind, ErrorKind::NotFound);
  auto again = accounts_.complete_setup(*token, "bert", Secret(kPassword), peer_);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::NotFound);
  EXPECT_EQ(store_->users().list()->size(), 1U);
}

TEST_F(Setup, NothingElseOpensIt) {
  ASSERT_TRUE(accounts_.setup_token());
  for (const char* token : {"", "admin", "00000000000000000000000000000000"}) {
    auto refused = accounts_.complete_setup(Secret(token), "anna", Secret(kPassword), peer_);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::Unauthenticated);
  }
  for (const char* password : {"admin", "", "vigil"}) {
    EXPECT_FALSE(accounts_.login("admin", Secret(password), peer_).ok()) << "there is no default password";
  }
  EXPECT_TRUE(store_->users().list()->empty());
}

TEST_F(Setup, BadNameOrPasswordDoesNotUseTheTokenUp) {
  auto token = *accounts_.setup_token();
  auto refused = accounts_.complete_setup(token, "anna", Secret("short"), peer_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().pointer, "/password");
  for (const std::string& name :
       {std::string(), std::string(" anna"), std::string("an\nna"), std::string(65, 'a'), std::string("\xff")}) {
    auto unfit = accounts_.complete_setup(token, name, Secret(kPassword), peer_);
    ASSERT_FALSE(unfit.ok());
    EXPECT_EQ(unfit.error().pointer, "/name");
  }
  EXPECT_TRUE(accounts_.complete_setup(token, "anna", Secret(kPassword), peer_));
}

TEST_F(Setup, OfTwoAtOnceOneBecomesAdministrator) {
  auto token = *accounts_.setup_token();
  std::atomic<int> made{0};
  {
    std::vector<std::jthread> racers;
    for (const char* name : {"anna", "bert", "carl"}) {
      racers.emplace_back([&, name] {
        if (accounts_.complete_setup(token, name, Secret(kPassword), peer_)) ++made;
      });
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(store_->users().list()->size(), 1U);
}

TEST_F(Login, RightPasswordSignsInWhateverTheCaseOfTheName) {
  auto signed_in = sign_in("ANNA");
  EXPECT_EQ(signed_in.principal.id, anna_.id);
  EXPECT_EQ(signed_in.principal.name, "anna");
  EXPECT_EQ(signed_in.access_lifetime, 600s);
  EXPECT_EQ(signed_in.refresh_expires_at - clock_.wall(), 30 * 24h);
  auto who = accounts_.authenticate(signed_in.access_token.reveal());
  ASSERT_TRUE(who);
  EXPECT_EQ(*who, signed_in.principal);
}

TEST_F(Login, EveryReasonToRefuseLooksTheSame) {
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.disabled = true}));
  auto wrong = accounts_.login("anna", Secret("wrong"), peer_);
  expect_refused(wrong, ErrorKind::Unauthenticated, "auth.credentials");
  for (const auto& name :
       {std::string("nobody"), std::string("victor"), anna_.id, std::string(), std::string(100000, 'a')}) {
    auto refused = accounts_.login(name, Secret(kPassword), peer_);
    expect_refused(refused, ErrorKind::Unauthenticated, "auth.credentials");
    EXPECT_EQ(refused.error().message, wrong.error().message);
  }
}

TEST_F(Login, FiftyWrongPasswordsAreThrottledAndAnotherAddressIsNot) {
  int tried = 0;
  for (int i = 0; i < 50; ++i) {
    auto refused = accounts_.login("anna", Secret("wrong"), peer_);
    ASSERT_FALSE(refused.ok());
    if (refused.error().kind == ErrorKind::Unauthenticated) ++tried;
    if (i >= 5) expect_refused(refused, ErrorKind::ResourceExhausted, "auth.throttled");
  }
  EXPECT_EQ(tried, 5);
  EXPECT_EQ(accounts_.login_wait("anna", peer_), 2s);
  expect_refused(accounts_.login("anna", Secret(kPassword), peer_), ErrorKind::ResourceExhausted, "auth.throttled");
  EXPECT_TRUE(accounts_.login("anna", Secret(kPassword), {"192.0.2.2", ""}));
  clock_.advance(2s);
  EXPECT_TRUE(accounts_.login("anna", Secret(kPassword), peer_));
  EXPECT_EQ(accounts_.login_wait("anna", peer_), 0s);
}

TEST_F(Login, UnknownNamesAreThrottledTheSameWay) {
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(accounts_.login("nobody", Secret("wrong"), peer_).ok());
  expect_refused(accounts_.login("nobody", Secret("wrong"), peer_), ErrorKind::ResourceExhausted, "auth.throttled");
}

TEST_F(Users, NewPasswordEndsWhatWasSignedInWithTheOldOne) {
  auto here = sign_in(), elsewhere = sign_in();
  expect_refused(accounts_.change_password(here.principal, Secret("wrong"), Secret("a better one"), peer_),
                 ErrorKind::Unauthenticated, "auth.credentials");
  EXPECT_TRUE(accepted(here));
  expect_refused(accounts_.change_password(here.principal, Secret(kPassword), Secret("short"), peer_),
                 ErrorKind::InvalidArgument, "auth.password_rules");
  auto fresh = accounts_.change_password(here.principal, Secret(kPassword), Secret("a better one"), peer_);
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_TRUE(accepted(*fresh));
  for (const auto& old : {here, elsewhere}) {
    EXPECT_FALSE(accepted(old));
    EXPECT_FALSE(accounts_.refresh(old.refresh_token, peer_).ok());
  }
  EXPECT_FALSE(accounts_.login("anna", Secret(kPassword), peer_).ok());
  EXPECT_TRUE(accounts_.login("anna", Secret("a better one"), peer_));
}

TEST_F(Users, ProgramHasNoPasswordToChange) {
  auto key = accounts_.add_api_key("script", store::UserRole::Administrator, std::nullopt);
  auto who = *accounts_.authenticate(key->text.reveal());
  expect_refused(accounts_.change_password(who, Secret(kPassword), Secret("a better one"), peer_),
                 ErrorKind::PermissionDenied, "auth.not_a_user");
}

TEST_F(Users, DisabledLoweredOrRemovedUserIsOutAtOnce) {
  auto before = sign_in("victor");
  ASSERT_TRUE(accepted(before));
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.role = store::UserRole::Administrator}));
  EXPECT_FALSE(accepted(before));
  EXPECT_FALSE(accounts_.refresh(before.refresh_token, peer_).ok());
  auto raised = sign_in("victor");
  EXPECT_EQ(raised.principal.role, store::UserRole::Administrator);
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.disabled = true}));
  EXPECT_FALSE(accepted(raised));
  EXPECT_FALSE(accounts_.refresh(raised.refresh_token, peer_).ok());
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.disabled = false}));
  EXPECT_FALSE(accepted(raised)) << "what was issued before does not come back to life";
  auto again = sign_in("victor");
  ASSERT_TRUE(accounts_.remove_user(victor_.id));
  EXPECT_FALSE(accepted(again));
  EXPECT_FALSE(accounts_.refresh(again.refresh_token, peer_).ok());
}

// The store may be changed by another process: what authenticate() remembers is at most five seconds old.
TEST_F(Users, ChangeBehindOurBackIsSeenWithinFiveSeconds) {
  auto victor = sign_in("victor");
  ASSERT_TRUE(accepted(victor));
  ASSERT_TRUE(store_->users().update(victor_));
  clock_.advance(5s);
  EXPECT_FALSE(accepted(victor));
}

TEST_F(Users, SetPasswordByTheAdministratorWorks) {
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.password = Secret("a better one")}));
  EXPECT_FALSE(accounts_.login("victor", Secret(kPassword), peer_).ok());
  EXPECT_TRUE(accounts_.login("victor", Secret("a better one"), peer_));
  EXPECT_FALSE(accounts_.change_user(victor_.id, {.password = Secret("victor")}).ok());
}

TEST_F(Users, LastAdministratorStays) {
  expect_refused(accounts_.change_user(anna_.id, {.role = store::UserRole::Viewer}), ErrorKind::FailedPrecondition,
                 "auth.last_administrator");
  expect_refused(accounts_.change_user(anna_.id, {.disabled = true}), ErrorKind::FailedPrecondition,
                 "auth.last_administrator");
  expect_refused(accounts_.remove_user(anna_.id), ErrorKind::FailedPrecondition, "auth.last_administrator");
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.role = store::UserRole::Administrator}));
  EXPECT_TRUE(accounts_.remove_user(anna_.id));
}

TEST_F(Users, OfTwoAdministratorsWhoRemoveEachOtherOneStays) {
  ASSERT_TRUE(accounts_.change_user(victor_.id, {.role = store::UserRole::Administrator}));
  {
    std::jthread one([&] { static_cast<void>(accounts_.remove_user(anna_.id)); });
    std::jthread two([&] { static_cast<void>(accounts_.remove_user(victor_.id)); });
  }
  EXPECT_EQ(store_->users().list()->size(), 1U);
}

TEST_F(Users, HashesAreNeverHandedOut) {
  auto added = accounts_.add_user("bert", Secret("a good password"), store::UserRole::Viewer);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->password_hash, "");
  auto all = accounts_.users();
  ASSERT_EQ(all->size(), 3U);
  for (const auto& user : *all) EXPECT_EQ(user.password_hash, "");
  EXPECT_EQ(accounts_.change_user(added->id, {})->password_hash, "");
  EXPECT_TRUE(accounts_.login("bert", Secret("a good password"), peer_));
  expect_refused(accounts_.add_user("BERT", Secret("a good password"), store::UserRole::Viewer),
                 ErrorKind::AlreadyExists, "user.exists");
}

}  // namespace
}  // namespace vigil::api
