#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/auth/accounts_fake.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;
using testing::StartsWith;
using ApiKeys = AccountsTest;

TEST_F(ApiKeys, KeyLetsAProgramIn) {
  auto made = accounts_.add_api_key("push script", store::UserRole::Viewer, std::nullopt);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(made->text.reveal(), StartsWith("vgl_" + made->key.id + "_"));
  auto who = accounts_.authenticate(made->text.reveal());
  ASSERT_TRUE(who) << who.error().message;
  EXPECT_EQ(*who, (Principal{Principal::Kind::ApiKey, made->key.id, "push script", store::UserRole::Viewer, ""}));
}

TEST_F(ApiKeys, AnythingElseIsRefused) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, std::nullopt);
  auto other = *accounts_.add_api_key("other", store::UserRole::Administrator, std::nullopt);
  const auto& text = made.text.reveal();
  for (std::size_t i = 4; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(accounts_.authenticate(changed).ok()) << i;
    EXPECT_FALSE(accounts_.authenticate(text.substr(0, i)).ok()) << i;
  }
  auto secret = text.substr(4 + made.key.id.size());
  for (const auto& wrong :
       {"vgl_" + other.key.id + secret, text + "A", "vgl_" + made.key.id + "_", std::string("vgl_"),
        std::string("vgl__"), "vgl_' OR 1=1 --" + secret, std::string("vgl_") + std::string(100000, 'a')}) {
    expect_refused(accounts_.authenticate(wrong), ErrorKind::Unauthenticated, "auth.api_key");
  }
}

TEST_F(ApiKeys, ExpiredKeyIsRefused) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, clock_.wall() + 1h);
  clock_.advance(1h - 1s);
  EXPECT_TRUE(accounts_.authenticate(made.text.reveal()));
  clock_.advance(1s);
  expect_refused(accounts_.authenticate(made.text.reveal()), ErrorKind::Unauthenticated, "auth.api_key");
  auto late = accounts_.add_api_key("late", store::UserRole::Viewer, clock_.wall());
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().pointer, "/expires_at");
}

TEST_F(ApiKeys, RemovedKeyIsRefusedAtOnce) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, std::nullopt);
  ASSERT_TRUE(accounts_.authenticate(made.text.reveal()));
  ASSERT_TRUE(accounts_.remove_api_key(made.key.id));
  EXPECT_FALSE(accounts_.authenticate(made.text.reveal()).ok());
  EXPECT_EQ(accounts_.remove_api_key(made.key.id).error().kind, ErrorKind::NotFound);
}

TEST_F(ApiKeys, UseIsNotedOnceAMinute) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, std::nullopt);
  auto last_used = [&] { return store_->api_keys().get(made.key.id)->last_used_at; };
  auto begin = clock_.wall();
  EXPECT_FALSE(last_used().has_value());
  ASSERT_TRUE(accounts_.authenticate(made.text.reveal()));
  EXPECT_EQ(last_used(), begin);
  clock_.advance(59s);
  ASSERT_TRUE(accounts_.authenticate(made.text.reveal()));
  EXPECT_EQ(last_used(), begin);
  clock_.advance(1s);
  ASSERT_TRUE(accounts_.authenticate(made.text.reveal()));
  EXPECT_EQ(last_used(), begin + 1min);
}

TEST_F(ApiKeys, WrongSecretIsNoUse) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, std::nullopt);
  EXPECT_FALSE(accounts_.authenticate(made.text.reveal() + "A").ok());
  EXPECT_FALSE(store_->api_keys().get(made.key.id)->last_used_at.has_value());
}

TEST_F(ApiKeys, SecretIsShownOnceAndStoredAsAHash) {
  auto made = *accounts_.add_api_key("script", store::UserRole::Viewer, std::nullopt);
  EXPECT_EQ(made.key.secret_hash, "");
  auto all = accounts_.api_keys();
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].secret_hash, "");
  auto stored = store_->api_keys().get(made.key.id)->secret_hash;
  EXPECT_EQ(stored.size(), 64U);
  EXPECT_EQ(made.text.reveal().find(stored), std::string::npos);
}

TEST_F(ApiKeys, NameMustBeText) {
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string(129, 'a'), std::string("\xff")}) {
    auto refused = accounts_.add_api_key(name, store::UserRole::Viewer, std::nullopt);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().pointer, "/name");
  }
}

}  // namespace
}  // namespace vigil::api
