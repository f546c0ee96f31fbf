// Sessions: tokens issued, renewed and ended.

#include "api/auth/access_token.h"
#include "api/auth/accounts_state.h"
#include "api/auth/digest.h"
#include "base/ids.h"
#include "base/log.h"

namespace vigil::api {
namespace {

Error no_session() {
  return make_error(ErrorKind::Unauthenticated, "the session has ended: sign in again", "auth.session");
}

std::string shortened(const Peer& peer) {
  return peer.client.substr(0, kLongestClient);
}

RefreshToken fresh_token(const std::string& session) {
  return {session, Secret(random_hex(32))};
}

}  // namespace

SignIn Accounts::State::tokens(const store::User& user, const RefreshToken& refresh,
                               WallTime refresh_expires_at) const {
  SignIn made;
  made.principal = {Principal::Kind::User, user.id, user.name, user.role, refresh.session};
  made.access_token =
      issue_access_token({user.id, refresh.session, user.role, user.token_epoch}, clock.wall(), access_key);
  made.access_lifetime = kAccessLifetime;
  made.refresh_token = refresh_token_text(refresh, refresh_key);
  made.refresh_expires_at = refresh_expires_at;
  return made;
}

Result<SignIn> Accounts::State::sign_in(const store::User& user, const Peer& peer) {
  auto token = fresh_token("");
  auto now = clock.wall();
  store::Session session;
  session.user_id = user.id;
  session.token_hash = sha256_hex(token.secret.reveal());
  session.rotated_at = now;
  session.expires_at = now + kRefreshLifetime;
  session.client = shortened(peer);
  session.address = peer.address;
  VIGIL_ASSIGN(session, store.sessions().insert(session));
  token.session = session.id;
  return tokens(user, token, session.expires_at);
}

Result<void> Accounts::State::end_session(const std::string& session) {
  signed_in.erase(session);
  VIGIL_TRY(store.sessions().remove(session));
  signed_in.erase(session);  // a request in between may have read it just before it went
  return {};
}

Error Accounts::State::reused(const store::Session& session, const Peer& peer) {
  log::warn("a refresh token was used twice: its session is ended",
            {{"user_id", session.user_id}, {"session", session.id}, {"address", peer.address}});
  if (auto ended = end_session(session.id); !ended) return std::move(ended).error();
  return make_error(ErrorKind::Unauthenticated,
                    "this session was ended, because its token was used a second time: sign in again",
                    "auth.session_reused");
}

Result<SignIn> Accounts::State::rotate(const store::Session& session, const store::User& user,
                                       const RefreshToken& token, const Peer& peer) {
  auto hash = sha256_hex(token.secret.reveal());
  auto place = session.id + hash;
  auto now = clock.wall();
  if (same_secret(hash, session.token_hash)) {
    // Whoever comes with this token within the grace gets the same successor: one of them stores it.
    auto [successor, first] = successors.claim(place, fresh_token(session.id));
    auto expires = now + kRefreshLifetime;
    auto done = store.sessions().rotate(session.id, hash, sha256_hex(successor.secret.reveal()), now, expires);
    if (done) return tokens(user, successor, expires);
    if (done.error().kind != ErrorKind::Conflict) return std::move(done).error();
    // Another was quicker, with the same successor; or the session has ended.
    VIGIL_ASSIGN(auto current, store.sessions().get(session.id));
    if (same_secret(current.token_hash, sha256_hex(successor.secret.reveal())))
      return tokens(user, successor, current.expires_at);
    return reused(current, peer);
  }
  bool previous = !session.previous_token_hash.empty() && same_secret(hash, session.previous_token_hash);
  if (!previous || now - session.rotated_at > kRefreshGrace || shortened(peer) != session.client)
    return reused(session, peer);
  auto successor = successors.get(place);
  // Within the grace, but the server was started again in between: nobody did wrong, and the successor is not known any
  // more.
  if (!successor) return no_session();
  return tokens(user, *successor, session.expires_at);
}

Result<SignIn> Accounts::refresh(const Secret& refresh_token, const Peer& peer) {
  auto token = read_refresh_token(refresh_token.reveal(), state_->refresh_key);
  if (!token) return no_session();
  auto session = state_->store.sessions().get(token->session);
  if (!session && session.error().kind == ErrorKind::NotFound) return no_session();
  VIGIL_TRY(session);
  if (session->expires_at <= state_->clock.wall()) {
    VIGIL_TRY(state_->end_session(session->id));
    return no_session();
  }
  auto user = state_->store.users().find(session->user_id);
  if (!user && user.error().kind != ErrorKind::NotFound) return std::move(user).error();
  if (!user || user->disabled) return no_session();
  auto renewed = state_->rotate(*session, *user, *token, peer);
  if (!renewed && renewed.error().kind == ErrorKind::NotFound) return no_session();
  return renewed;
}

Result<void> Accounts::logout(const Secret& refresh_token) {
  auto token = read_refresh_token(refresh_token.reveal(), state_->refresh_key);
  if (!token) return {};
  return state_->end_session(token->session);
}

Result<store::User> Accounts::State::user_of(const std::string& session) {
  auto user = signed_in.get(session);
  if (!user) {
    auto known = store.sessions().get(session);
    if (!known && known.error().kind != ErrorKind::NotFound) return std::move(known).error();
    if (!known || known->expires_at <= clock.wall()) return no_session();
    auto found = store.users().find(known->user_id);
    if (!found && found.error().kind != ErrorKind::NotFound) return std::move(found).error();
    if (!found) return no_session();
    found->password_hash.clear();
    user = *found;
    signed_in.put(session, *found);
  }
  if (user->disabled) return no_session();
  return *user;
}

Result<Principal> Accounts::State::from_access_token(std::string_view token) {
  VIGIL_ASSIGN(auto claims, verify_access_token(token, clock.wall(), access_key));
  auto user = user_of(claims.session);
  if (!user) return std::move(user).error();
  if (user->id != claims.subject || user->token_epoch != claims.epoch) return no_session();
  return Principal{Principal::Kind::User, user->id, user->name, user->role, claims.session};
}

Result<void> Accounts::confirm(const Principal& who) {
  switch (who.kind) {
    case Principal::Kind::Local:
      return {};
    case Principal::Kind::User: {
      VIGIL_ASSIGN(auto user, state_->user_of(who.session));
      // Another role means other rights; the session ended with the change.
      if (user.id != who.id || user.role != who.role) return no_session();
      return {};
    }
    case Principal::Kind::ApiKey:
      VIGIL_TRY(state_->api_key(who.id));
      return {};
  }
  return no_session();
}

}  // namespace vigil::api
