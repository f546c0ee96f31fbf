#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <memory>
#include <string>

#include "api/auth/accounts.h"
#include "store/memory.h"

namespace vigil::api {

inline constexpr const char* kPassword = "correct horse";

// Accounts over a store in memory, with an administrator "anna" and a viewer "victor", both with kPassword.
class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    anna_ = add("anna", store::UserRole::Administrator);
    victor_ = add("victor", store::UserRole::Viewer);
  }

  // With a hash that costs next to nothing to verify, unlike those that Accounts makes.
  store::User add(const std::string& name, store::UserRole role) {
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    EXPECT_GE(sodium_init(), 0);
    EXPECT_EQ(crypto_pwhash_str(hash.data(), kPassword, std::string(kPassword).size(), crypto_pwhash_OPSLIMIT_MIN,
                                crypto_pwhash_MEMLIMIT_MIN),
              0);
    store::User user;
    user.name = name;
    user.role = role;
    user.password_hash = hash.c_str();
    auto added = store_->users().insert(user);
    EXPECT_TRUE(added);
    return *added;
  }

  SignIn sign_in(const std::string& name = "anna") {
    auto signed_in = accounts_.login(name, Secret(kPassword), peer_);
    EXPECT_TRUE(signed_in) << signed_in.error().message;
    return *signed_in;
  }

  bool accepted(const SignIn& sign_in) { return accounts_.authenticate(sign_in.access_token.reveal()).ok(); }

  template <typename T>
  void expect_refused(const Result<T>& result, ErrorKind kind, const std::string& code) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    EXPECT_EQ(result.error().code, code) << result.error().message;
  }

  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  Accounts accounts_{*store_, clock_};
  Peer peer_{"192.0.2.1", "Firefox"};
  store::User anna_, victor_;
};

}  // namespace vigil::api
