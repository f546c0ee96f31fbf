// What every store must do, whatever it is made of: the same tests over each database and over the fake.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/store_fake.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

template <typename T>
ErrorKind kind(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorKind::Internal : result.error().kind;
}

model::Camera camera(const std::string& id, std::optional<int> number = std::nullopt) {
  model::Camera made;
  made.id = id;
  made.name = "Camera " + id;
  made.number = number;
  made.streams[0].url = *parse_url("rtsp://admin:pa%20ss@10.0.0.1:554/stream?x=1");
  return made;
}

model::Camera camera_with_everything() {
  auto made = camera("gate_1", 7);
  made.name = "Tor Süd 'a'; DROP TABLE cameras;--";
  made.place = "Hof \"1\"";
  made.section = "\xe2\x80\xae north";
  made.transport = model::Transport::Udp;
  made.tls_fingerprint = std::string(64, 'a');
  made.poll_interval_s = 0.3;
  made.loop = false;
  made.enabled = false;
  made.frame_event_interval_s = 2.5;
  made.motion = {false, true, 77, 0.0123456789, {{{0, 0}, {1, 0.1}, {1.0 / 3, 1}}, {{0, 0}, {1, 0}, {1, 1}, {0, 1}}},
                 1.5,   9.25};
  made.analysis = {true,
                   "yolox-nano@1",
                   {model::RateMode::EveryNth, 3, 7.5},
                   {"person", "dog"},
                   0.3,
                   {{"dog", 0.6}},
                   {0.001, 0.5, 0.2, 5},
                   {{{0, 0}, {1, 0.1}, {1, 1}}},
                   true,
                   false,
                   true,
                   true,
                   true,
                   true};
  made.streams.push_back({"sub", parse_url("rtsps://[fe80::1]/sub").value(), {model::Role::Analysis}});
  made.streams.push_back({"third", parse_url("rtsp://only_user@cam.local:rtsp").value(), {}});
  made.streams[2].url->password = Secret(std::string("\x01 any\0byte\xff", 11));
  return made;
}

User user(const std::string& name) {
  User made;
  made.name = name;
  made.password_hash = "hash of " + name;
  return made;
}

class StoreContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto opened = store_for_test(GetParam(), dir_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  Session session(const std::string& user_id, const std::string& hash) {
    return {"", user_id, hash, "", clock_.wall(), clock_.wall() + 1h, "Firefox", "192.0.2.1"};
  }

  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, CameraComesBackAsItWas) {
  auto wanted = camera_with_everything();
  auto stored = store_->cameras().insert(wanted);
  ASSERT_TRUE(stored) << stored.error().message;
  wanted.version = 1;
  wanted.created_at = wanted.updated_at = clock_.wall();
  EXPECT_EQ(*stored, wanted);
  auto read = store_->cameras().get(wanted.id);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, wanted);
}

TEST_P(StoreContract, EveryKindOfSourceComesBack) {
  auto file = camera("file");
  file.source_type = model::SourceType::File;
  file.streams[0].url = Url{"file", "", Secret(), "", "", "/srv/a b/vtest.avi", ""};
  auto push = camera("push");
  push.source_type = model::SourceType::HttpPush;
  push.streams[0].url.reset();
  auto device = camera("device");
  device.source_type = model::SourceType::V4l2;
  device.streams[0].url = Url{"v4l2", "", Secret(), "", "", "/dev/video0", ""};
  auto published = camera("published");
  published.source_type = model::SourceType::RtmpPush;
  published.streams[0].url.reset();
  published.stream_key = Secret("0123456789-_abcdef");
  auto libav = camera("libav");
  libav.rtsp_engine = model::RtspEngine::Libav;
  for (const auto& wanted : {file, push, device, published, libav}) {
    auto stored = store_->cameras().insert(wanted);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(store_->cameras().get(wanted.id)->streams, wanted.streams);
    EXPECT_EQ(store_->cameras().get(wanted.id)->stream_key, wanted.stream_key);
    EXPECT_EQ(store_->cameras().get(wanted.id)->rtsp_engine, wanted.rtsp_engine);
  }
}

TEST_P(StoreContract, CamerasAreOrderedByNumberThenId) {
  for (const auto& made : {camera("b"), camera("z", 2), camera("a"), camera("y", 10), camera("x", 2), camera("B")}) {
    ASSERT_TRUE(store_->cameras().insert(made));
  }
  auto all = store_->cameras().list();
  ASSERT_TRUE(all);
  std::vector<std::string> ids;
  for (const auto& one : *all) ids.push_back(one.id);
  EXPECT_THAT(ids, ElementsAre("x", "z", "y", "B", "a", "b"));
}

TEST_P(StoreContract, TakenCameraIdIsRefused) {
  ASSERT_TRUE(store_->cameras().insert(camera("a")));
  auto again = camera("a");
  again.name = "another";
  EXPECT_EQ(kind(store_->cameras().insert(again)), ErrorKind::AlreadyExists);
  EXPECT_EQ(store_->cameras().get("a")->name, "Camera a");
}

TEST_P(StoreContract, CameraThatMakesNoSenseIsRefused) {
  auto bad = camera("a");
  bad.motion.sensitivity = 1000;
  EXPECT_EQ(kind(store_->cameras().insert(bad)), ErrorKind::InvalidArgument);
  EXPECT_THAT(*store_->cameras().list(), IsEmpty());
}

TEST_P(StoreContract, UpdateRaisesTheVersionAndTheSecondWriterLoses) {
  auto first = *store_->cameras().insert(camera("a"));
  auto second = first;
  clock_.advance(5s);
  first.name = "first";
  first.created_at = {};  // not the caller's to change
  auto stored = store_->cameras().update(first);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->version, 2U);
  EXPECT_EQ(stored->updated_at - stored->created_at, 5s);
  EXPECT_EQ(*store_->cameras().get("a"), *stored);
  second.name = "second";
  EXPECT_EQ(kind(store_->cameras().update(second)), ErrorKind::Conflict);
  EXPECT_EQ(store_->cameras().get("a")->name, "first");
}

TEST_P(StoreContract, CredentialsAreReplacedAndRemovedWithTheUrl) {
  auto stored = *store_->cameras().insert(camera("a"));
  stored.streams[0].url->password = Secret("other");
  stored = *store_->cameras().update(stored);
  EXPECT_EQ(store_->cameras().get("a")->streams[0].url->password.reveal(), "other");
  stored.streams[0].url = *parse_url("rtsp://10.0.0.1/");
  ASSERT_TRUE(store_->cameras().update(stored));
  EXPECT_TRUE(store_->cameras().get("a")->streams[0].url->password.empty());
}

TEST_P(StoreContract, MissingCameraIsNotFound) {
  EXPECT_EQ(kind(store_->cameras().get("a' OR '1'='1")), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->cameras().update(camera("a"))), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->cameras().remove("a")), ErrorKind::NotFound);
  ASSERT_TRUE(store_->cameras().insert(camera("a")));
  ASSERT_TRUE(store_->cameras().remove("a"));
  EXPECT_EQ(kind(store_->cameras().get("a")), ErrorKind::NotFound);
}

TEST_P(StoreContract, UserIsFoundByIdAndByNameInAnyCase) {
  auto wanted = user("Anna");
  wanted.role = UserRole::Administrator;
  wanted.disabled = true;
  auto stored = store_->users().insert(wanted);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_FALSE(stored->id.empty());
  EXPECT_EQ(stored->created_at, clock_.wall());
  for (const auto& key : {stored->id, std::string("Anna"), std::string("aNNA")}) {
    auto found = store_->users().find(key);
    ASSERT_TRUE(found) << key;
    EXPECT_EQ(found->id, stored->id);
    EXPECT_EQ(found->name, "Anna");
    EXPECT_EQ(found->role, UserRole::Administrator);
    EXPECT_EQ(found->password_hash, "hash of Anna");
    EXPECT_EQ(found->token_epoch, 1U);
    EXPECT_TRUE(found->disabled);
    EXPECT_EQ(found->created_at, stored->created_at);
  }
  EXPECT_EQ(kind(store_->users().find("anna' --")), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->users().find("%")), ErrorKind::NotFound);
}

TEST_P(StoreContract, UserNamesAreUniqueWithoutCase) {
  ASSERT_TRUE(store_->users().insert(user("anna")));
  EXPECT_EQ(kind(store_->users().insert(user("ANNA"))), ErrorKind::AlreadyExists);
  auto other = *store_->users().insert(user("bert"));
  other.name = "Anna";
  EXPECT_EQ(kind(store_->users().update(other)), ErrorKind::AlreadyExists);
  EXPECT_EQ(store_->users().find(other.id)->name, "bert");
}

TEST_P(StoreContract, UsersAreOrderedByName) {
  for (const char* name : {"carl", "Bert", "anna"}) ASSERT_TRUE(store_->users().insert(user(name)));
  std::vector<std::string> names;
  auto all = store_->users().list();
  for (const auto& one : *all) names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("anna", "Bert", "carl"));
}

TEST_P(StoreContract, UserUpdateRaisesTheEpochAndTheSecondWriterLoses) {
  auto first = *store_->users().insert(user("anna"));
  auto second = first;
  first.disabled = true;
  first.created_at = {};
  auto stored = store_->users().update(first);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->token_epoch, 2U);
  EXPECT_EQ(stored->created_at, clock_.wall());
  second.password_hash = "x";
  EXPECT_EQ(kind(store_->users().update(second)), ErrorKind::Conflict);
  EXPECT_TRUE(store_->users().find("anna")->disabled);
  EXPECT_EQ(store_->users().find("anna")->token_epoch, 2U);
  second.id = "nobody";
  EXPECT_EQ(kind(store_->users().update(second)), ErrorKind::NotFound);
}

TEST_P(StoreContract, RemovedUserTakesTheSessionsAlong) {
  auto anna = *store_->users().insert(user("anna"));
  auto bert = *store_->users().insert(user("bert"));
  auto hers = *store_->sessions().insert(session(anna.id, "h1"));
  auto his = *store_->sessions().insert(session(bert.id, "h2"));
  ASSERT_TRUE(store_->users().remove(anna.id));
  EXPECT_EQ(kind(store_->users().remove(anna.id)), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->sessions().get(hers.id)), ErrorKind::NotFound);
  EXPECT_TRUE(store_->sessions().get(his.id));
  EXPECT_EQ(kind(store_->sessions().insert(session(anna.id, "h3"))), ErrorKind::NotFound);
}

TEST_P(StoreContract, SessionComesBackAsItWas) {
  auto anna = *store_->users().insert(user("anna"));
  auto stored = *store_->sessions().insert(session(anna.id, "hash"));
  auto read = store_->sessions().get(stored.id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user_id, anna.id);
  EXPECT_EQ(read->token_hash, "hash");
  EXPECT_EQ(read->previous_token_hash, "");
  EXPECT_EQ(read->rotated_at, clock_.wall());
  EXPECT_EQ(read->expires_at, clock_.wall() + 1h);
  EXPECT_EQ(read->client, "Firefox");
  EXPECT_EQ(read->address, "192.0.2.1");
}

TEST_P(StoreContract, TokenRotatesOnlyFromTheOneInForce) {
  auto anna = *store_->users().insert(user("anna"));
  auto id = store_->sessions().insert(session(anna.id, "h1"))->id;
  auto later = clock_.wall() + 10s;
  ASSERT_TRUE(store_->sessions().rotate(id, "h1", "h2", later, later + 1h));
  EXPECT_EQ(kind(store_->sessions().rotate(id, "h1", "h3", later, later)), ErrorKind::Conflict);
  EXPECT_EQ(kind(store_->sessions().rotate("none", "h2", "h3", later, later)), ErrorKind::Conflict);
  auto read = *store_->sessions().get(id);
  EXPECT_EQ(read.token_hash, "h2");
  EXPECT_EQ(read.previous_token_hash, "h1");
  EXPECT_EQ(read.rotated_at, later);
  EXPECT_EQ(read.expires_at, later + 1h);
}

TEST_P(StoreContract, OfManyRotationsAtOnceExactlyOneWins) {
  auto anna = *store_->users().insert(user("anna"));
  auto id = store_->sessions().insert(session(anna.id, "h"))->id;
  std::atomic<int> wins{0};
  {
    std::vector<std::jthread> racers;
    for (int i = 0; i < 8; ++i) {
      racers.emplace_back([&, i] {
        if (store_->sessions().rotate(id, "h", "new" + std::to_string(i), clock_.wall(), clock_.wall() + 1h)) ++wins;
      });
    }
  }
  EXPECT_EQ(wins, 1);
}

TEST_P(StoreContract, SessionsEndOneByOneAndByUser) {
  auto anna = *store_->users().insert(user("anna"));
  auto bert = *store_->users().insert(user("bert"));
  auto one = *store_->sessions().insert(session(anna.id, "1"));
  auto two = *store_->sessions().insert(session(anna.id, "2"));
  auto his = *store_->sessions().insert(session(bert.id, "3"));
  ASSERT_TRUE(store_->sessions().remove(one.id));
  EXPECT_TRUE(store_->sessions().remove(one.id));
  EXPECT_EQ(kind(store_->sessions().get(one.id)), ErrorKind::NotFound);
  EXPECT_TRUE(store_->sessions().get(two.id));
  ASSERT_TRUE(store_->sessions().remove_of_user(anna.id));
  EXPECT_EQ(kind(store_->sessions().get(two.id)), ErrorKind::NotFound);
  EXPECT_TRUE(store_->sessions().get(his.id));
}

TEST_P(StoreContract, ExpiredSessionsGoWhenANewOneComes) {
  auto anna = *store_->users().insert(user("anna"));
  auto old = *store_->sessions().insert(session(anna.id, "1"));
  clock_.advance(1h);
  auto fresh = *store_->sessions().insert(session(anna.id, "2"));
  EXPECT_EQ(kind(store_->sessions().get(old.id)), ErrorKind::NotFound);
  EXPECT_TRUE(store_->sessions().get(fresh.id));
}

TEST_P(StoreContract, UserHasABoundedNumberOfSessions) {
  auto anna = *store_->users().insert(user("anna"));
  std::vector<std::string> ids;
  for (int i = 0; i <= kMaxSessionsPerUser; ++i) {
    clock_.advance(1s);
    ids.push_back(store_->sessions().insert(session(anna.id, std::to_string(i)))->id);
  }
  EXPECT_EQ(kind(store_->sessions().get(ids[0])), ErrorKind::NotFound);
  for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_TRUE(store_->sessions().get(ids[i])) << i;
}

TEST_P(StoreContract, ApiKeyComesBackAsItWasUntilRemoved) {
  ApiKey key;
  key.name = "push script";
  key.secret_hash = "hash";
  key.role = UserRole::Administrator;
  key.expires_at = clock_.wall() + 24h;
  auto stored = store_->api_keys().insert(key);
  ASSERT_TRUE(stored) << stored.error().message;
  ASSERT_TRUE(store_->api_keys().touch(stored->id, clock_.wall() + 5s));
  EXPECT_TRUE(store_->api_keys().touch("none", clock_.wall()));
  auto read = store_->api_keys().get(stored->id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "push script");
  EXPECT_EQ(read->secret_hash, "hash");
  EXPECT_EQ(read->role, UserRole::Administrator);
  EXPECT_EQ(read->created_at, clock_.wall());
  EXPECT_EQ(read->expires_at, key.expires_at);
  EXPECT_EQ(read->last_used_at, clock_.wall() + 5s);
  ASSERT_TRUE(store_->api_keys().remove(stored->id));
  EXPECT_EQ(kind(store_->api_keys().remove(stored->id)), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->api_keys().get(stored->id)), ErrorKind::NotFound);
}

TEST_P(StoreContract, ApiKeysAreOrderedByAge) {
  std::vector<std::string> ids;
  for (const char* name : {"c", "a", "b"}) {
    ApiKey key;
    key.name = name;
    ids.push_back(store_->api_keys().insert(key)->id);
    clock_.advance(1s);
  }
  auto all = *store_->api_keys().list();
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(all[i].id, ids[i]);
  EXPECT_FALSE(all[0].expires_at.has_value());
  EXPECT_FALSE(all[0].last_used_at.has_value());
}

model::Layout layout(const std::string& name) {
  return {"", name, 4, 3, {{"door", 0, 0, 3, 3}, {"yard", 3, 0, 1, 2}}, {}};
}

TEST_P(StoreContract, LayoutsComeBackToTheirOwnerAndNobodyElse) {
  auto wanted = layout("Entrance; DROP TABLE layouts;--");
  auto stored = store_->layouts().insert("anna", wanted);
  ASSERT_TRUE(stored) << stored.error().message;
  wanted.id = stored->id;
  wanted.updated_at = clock_.wall();
  EXPECT_EQ(*stored, wanted);
  EXPECT_THAT(*store_->layouts().list("anna"), ElementsAre(wanted));
  EXPECT_THAT(*store_->layouts().list("ben"), IsEmpty());
  EXPECT_EQ(kind(store_->layouts().update("ben", wanted)), ErrorKind::NotFound);
  EXPECT_EQ(kind(store_->layouts().remove("ben", wanted.id)), ErrorKind::NotFound);

  clock_.advance(1s);
  wanted.name = "Doors";
  wanted.tiles.pop_back();
  auto changed = store_->layouts().update("anna", wanted);
  ASSERT_TRUE(changed) << changed.error().message;
  wanted.updated_at = clock_.wall();
  EXPECT_THAT(*store_->layouts().list("anna"), ElementsAre(wanted));
  ASSERT_TRUE(store_->layouts().remove("anna", wanted.id));
  EXPECT_EQ(kind(store_->layouts().remove("anna", wanted.id)), ErrorKind::NotFound);
}

TEST_P(StoreContract, LayoutsAreOrderedByNameAndLimited) {
  for (const char* name : {"b", "a", "B"}) ASSERT_TRUE(store_->layouts().insert("anna", layout(name)));
  auto all = *store_->layouts().list("anna");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name + all[1].name + all[2].name, "Bab");
  for (std::size_t i = 3; i < kMaxLayoutsPerOwner; ++i) ASSERT_TRUE(store_->layouts().insert("anna", layout("more")));
  EXPECT_EQ(kind(store_->layouts().insert("anna", layout("more"))), ErrorKind::ResourceExhausted);
  EXPECT_TRUE(store_->layouts().insert("ben", layout("his")));
}

TEST_P(StoreContract, LayoutsThatMakeNoSenseAreNotKept) {
  auto wrong = layout("wrong");
  wrong.tiles[1].x = 2;
  EXPECT_EQ(kind(store_->layouts().insert("anna", wrong)), ErrorKind::InvalidArgument);
  auto stored = *store_->layouts().insert("anna", layout("right"));
  wrong.id = stored.id;
  EXPECT_EQ(kind(store_->layouts().update("anna", wrong)), ErrorKind::InvalidArgument);
  EXPECT_THAT(*store_->layouts().list("anna"), ElementsAre(stored));
}

TEST_P(StoreContract, LayoutsGoWithTheirUser) {
  auto anna = *store_->users().insert(user("anna"));
  ASSERT_TRUE(store_->layouts().insert(anna.id, layout("hers")));
  ASSERT_TRUE(store_->layouts().insert("ben", layout("his")));
  ASSERT_TRUE(store_->users().remove(anna.id));
  EXPECT_THAT(*store_->layouts().list(anna.id), IsEmpty());
  EXPECT_EQ(store_->layouts().list("ben")->size(), 1U);
}

TEST_P(StoreContract, ServerSettingsAreReplacedByWhoeverReadTheNewest) {
  auto& settings = store_->settings();
  EXPECT_EQ(settings.get("plates")->version, 0U);
  auto first = settings.put("plates", 0, R"({"a":"\u00e4"})");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->version, 1U);
  EXPECT_EQ(settings.put("plates", 0, "{}").error().kind, ErrorKind::Conflict);
  auto second = settings.put("plates", 1, "{}");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->version, 2U);
  EXPECT_EQ(settings.put("plates", 1, "[]").error().kind, ErrorKind::Conflict);
  const auto read = settings.get("plates");
  EXPECT_EQ(read->version, 2U);
  EXPECT_EQ(read->content, "{}");
  EXPECT_EQ(read->updated_at, second->updated_at);
  EXPECT_EQ(settings.get("other")->version, 0U);
  EXPECT_EQ(settings.put("plates", 2, std::string(kMaxServerSettings + 1, ' ')).error().kind,
            ErrorKind::PayloadTooLarge);
}

TEST_P(StoreContract, InstanceKeysDifferByPurposeAndStayTheSame) {
  auto tokens = store_->instance_key("access-token");
  EXPECT_EQ(tokens.reveal().size(), 32U);
  EXPECT_TRUE(tokens == store_->instance_key("access-token"));
  EXPECT_FALSE(tokens == store_->instance_key("refresh-token"));
}

TEST_P(StoreContract, WritersAndReadersWorkAtOnce) {
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&, i] {
        for (int k = 0; k < 10; ++k) {
          EXPECT_TRUE(store_->cameras().insert(camera("c" + std::to_string(i) + "_" + std::to_string(k))));
          EXPECT_TRUE(store_->cameras().list());
        }
      });
    }
  }
  EXPECT_EQ(store_->cameras().list()->size(), 40U);
  EXPECT_TRUE(store_->health().ok) << store_->health().detail;
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, every_store(),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace vigil::store
