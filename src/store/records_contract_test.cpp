// What every store must do with what was seen: the same tests over each database and over the fake.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "model/box_track.h"
#include "store/records.h"
#include "store/store_fake.h"
#include "store/track_numbers.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr WallTime kBegin{1'700'000'000'000'000us};

template <typename T>
ErrorKind kind(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorKind::Internal : result.error().kind;
}

template <typename T>
std::vector<std::string> ids(const Result<Page<T>>& page) {
  EXPECT_TRUE(page.ok()) << (page.ok() ? "" : page.error().message);
  std::vector<std::string> out;
  if (page.ok()) {
    for (const auto& item : page->items) out.push_back(item.id);
  }
  return out;
}

model::Run run(const std::string& id, WallTime began = kBegin) {
  model::Run made;
  made.id = id;
  made.camera_id = "gate";
  made.model = "yolox-nano@1";
  made.device = "cpu";
  made.began = began;
  made.last = began + 1h;
  made.width = 768;
  made.height = 576;
  made.frames = 100;
  made.detected = 90;
  made.lost = 1;
  made.tracks = 5;
  made.detections = {{"person", 400}, {"d\"og", 3}};
  made.latency_mean_ms = 12.5;
  made.latency_p50_ms = 11.25;
  made.latency_p95_ms = 1.0 / 3;
  made.latency_p99_ms = 99;
  return made;
}

model::TrackRecord track(std::uint64_t number, WallTime first = kBegin, const std::string& label = "person") {
  model::TrackRecord made;
  made.id = model::track_key("run", number);
  made.run_id = "run";
  made.camera_id = "gate";
  made.number = number;
  made.label = label;
  made.first_seen = first;
  made.last_seen = first + 10s;
  made.frames = 150;
  made.best_score = 0.9F;
  made.best_box = {1.5F, -2.25F, 30, 60};
  made.path = {{0.1, 0.2}, {1.0 / 3, 0.5}};
  return made;
}

model::TrackRecord track_with_everything() {
  auto made = track(7);
  made.specific_type = "van'; DROP TABLE tracks;--";
  made.stationary = made.ended = true;
  made.key_frame_id = "run-12";
  made.subject = 1ULL << 40;
  made.subject_similarity = 0.83F;
  made.attributes = {{"gender", "unknown", 0.1F, "m@1"}, {"colour", "d\"ark\xc3\xa9", 0.7F, ""}};
  made.zone = "Hof \xe2\x80\xae";
  return made;
}

model::DetectedObject object(const std::string& id, WallTime time = kBegin) {
  model::DetectedObject made;
  made.id = id;
  made.key_frame_id = "run-1";
  made.track_id = "run-7";
  made.run_id = "run";
  made.camera_id = "gate";
  made.time = time;
  made.label = "car";
  made.specific_type = "van";
  made.confidence = 0.75F;
  made.box = {1, 2, 3, 4.5F};
  made.foot_x = 0.25;
  made.foot_y = 0.75;
  made.mask = model::Mask{4, 2, {1, 3, 4}};
  made.embedding_id = "run-7";
  made.zone = "yard";
  return made;
}

model::PlateRead plate(const std::string& id, const std::string& text, WallTime time = kBegin) {
  model::PlateRead made;
  made.id = id;
  made.run_id = "run";
  made.camera_id = "gate";
  made.track_id = id;
  made.key_frame_id = "run-1";
  made.time = time;
  made.text = text;
  made.plain = model::plain_plate(text);
  made.region = "de";
  made.confidence = 0.66F;
  made.box = {5, 6, 70, 20};
  return made;
}

class RecordsContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto opened = store_for_test(GetParam(), dir_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  Records& records() { return store_->records(); }
  void write(const RecordBatch& batch) {
    auto written = records().log().write(batch);
    ASSERT_TRUE(written) << written.error().message;
  }
  void write_tracks(std::vector<model::TrackRecord> tracks) {
    RecordBatch batch;
    batch.tracks = std::move(tracks);
    write(batch);
  }
  void write_plates(std::vector<model::PlateRead> plates) {
    RecordBatch batch;
    batch.plates = std::move(plates);
    write(batch);
  }

  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<Store> store_;
};

TEST_P(RecordsContract, EveryKindOfRecordComesBackAsItWas) {
  RecordBatch batch;
  batch.runs = {run("run")};
  batch.runs[0].ended = kBegin + 2h;
  batch.tracks = {track_with_everything()};
  batch.key_frames = {{"run-1", "run", "gate", 1, kBegin, 640, 480, "2026/x.jpg", 12345}};
  batch.objects = {object("o1"), object("o2", kBegin - 1s)};
  batch.objects[1].mask.reset();
  batch.scenes = {{"run-1", "run", "gate", "run-1", kBegin, "outdoor day", "Two people; one dog's", 0.5F, "words"}};
  batch.plates = {plate("run-7", "M-AB 12")};
  batch.embeddings = {{"run-7", "run", "gate", kBegin, "car", "osnet@1", {0.6F, -0.8F, 1e-20F}}};
  batch.segments = {
      {"run-7-0", "run-7", "run", "gate", "car", kBegin, kBegin + 1s, 2, std::string("\x00\xff\x01'\\", 5)}};
  write(batch);
  write(batch);
  EXPECT_EQ(*records().runs().get("run"), batch.runs[0]);
  EXPECT_EQ(*records().tracks().get("run-7"), batch.tracks[0]);
  EXPECT_EQ(*records().pictures().get("run-1"), batch.key_frames[0]);
  EXPECT_EQ(records().pictures().objects({})->items, batch.objects);
  EXPECT_EQ(records().pictures().scenes({})->items, batch.scenes);
  EXPECT_EQ(records().plates().find({})->items, batch.plates);
  EXPECT_EQ(*records().tracks().embedding("run-7"), batch.embeddings[0]);
  EXPECT_EQ(*records().tracks().boxes({}), batch.segments);
  for (int i = 0; i < kRecordKinds; ++i) {
    const auto each = static_cast<RecordKind>(i);
    EXPECT_EQ(*records().log().count(each), each == RecordKind::Object ? 2U : 1U) << to_string(each);
  }
}

TEST_P(RecordsContract, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(kind(records().runs().get("x' OR '1'='1")), ErrorKind::NotFound);
  EXPECT_EQ(kind(records().tracks().get("")), ErrorKind::NotFound);
  EXPECT_EQ(kind(records().tracks().embedding("x")), ErrorKind::NotFound);
  EXPECT_EQ(kind(records().pictures().get("x")), ErrorKind::NotFound);
  EXPECT_EQ(kind(records().subjects().get(1)), ErrorKind::NotFound);
  EXPECT_THAT(ids(records().tracks().find({})), IsEmpty());
}

TEST_P(RecordsContract, AnOlderStateNeverReplacesANewerOne) {
  auto newer = track(1), older = track(1);
  newer.frames = 200;
  newer.ended = true;
  newer.attributes = {{"colour", "red", 1, ""}};
  older.attributes = {{"colour", "blue", 1, ""}};
  write_tracks({newer});
  write_tracks({older});
  auto open = newer;
  open.ended = false;
  write_tracks({open});
  EXPECT_EQ(*records().tracks().get("run-1"), newer);
  TrackQuery query;
  query.attributes = {{"colour", "blue"}};
  EXPECT_THAT(ids(records().tracks().find(query)), IsEmpty());

  RecordBatch batch;
  batch.runs = {run("run")};
  batch.runs[0].frames = 500;
  batch.runs[0].ended = kBegin;
  write(batch);
  auto wanted = batch.runs[0];
  batch.runs[0].ended.reset();
  write(batch);
  batch.runs[0].frames = 499;
  write(batch);
  EXPECT_EQ(*records().runs().get("run"), wanted);
}

TEST_P(RecordsContract, PagesGoFromTheNewestToTheOldestAndMissNothing) {
  std::vector<model::TrackRecord> all;
  for (std::uint64_t i = 0; i < 25; ++i) all.push_back(track(i, kBegin + std::chrono::seconds(i / 3)));
  write_tracks(all);
  std::vector<std::string> seen;
  TrackQuery query;
  query.page.limit = 4;
  WallTime last = WallTime::max();
  for (int pages = 0; pages < 7; ++pages) {
    auto page = records().tracks().find(query);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& item : page->items) {
      EXPECT_LE(item.first_seen, last);
      last = item.first_seen;
      seen.push_back(item.id);
    }
    EXPECT_EQ(page->items.size(), pages < 6 ? 4U : 1U);
    EXPECT_EQ(page->next.has_value(), pages < 6);
    query.page.after = page->next;
    // What comes in between is newer: it neither repeats nor hides others.
    write_tracks({track(100 + static_cast<std::uint64_t>(pages), kBegin + 1h)});
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 25U);
}

TEST_P(RecordsContract, TracksAreFoundByTimeCameraClassAttributeAndMore) {
  auto car = track(1, kBegin, "car");
  car.specific_type = "van";
  car.stationary = true;
  car.zone = "yard";
  auto red = track(2, kBegin + 20s);
  red.attributes = {{"colour", "red", 0.9F, "m"}, {"gender", "unknown", 0, "m"}};
  red.subject = 5;
  auto other = track(3, kBegin + 40s);
  other.camera_id = "door";
  other.run_id = "run2";
  other.best_score = 0.3F;
  write_tracks({car, red, other});
  auto found = [&](auto change) {
    TrackQuery query;
    change(query);
    return ids(records().tracks().find(query));
  };
  EXPECT_THAT(found([](auto&) {}), ElementsAre("run-3", "run-2", "run-1"));
  EXPECT_THAT(found([](auto& q) { q.scope.cameras = {"door", "x"}; }), ElementsAre("run-3"));
  EXPECT_THAT(found([](auto& q) { q.scope.run_id = "run2"; }), ElementsAre("run-3"));
  EXPECT_THAT(found([](auto& q) { q.scope.from = kBegin + 25s; }), ElementsAre("run-3", "run-2"));  // until 30 s
  EXPECT_THAT(found([](auto& q) { q.scope.to = kBegin + 20s; }), ElementsAre("run-1"));
  EXPECT_THAT(found([](auto& q) { q.labels = {"car", "dog"}; }), ElementsAre("run-1"));
  EXPECT_THAT(found([](auto& q) { q.specific_type = "van"; }), ElementsAre("run-1"));
  EXPECT_THAT(found([](auto& q) { q.zone = "yard"; }), ElementsAre("run-1"));
  EXPECT_THAT(found([](auto& q) { q.stationary = true; }), ElementsAre("run-1"));
  EXPECT_THAT(found([](auto& q) { q.stationary = false; }), ElementsAre("run-3", "run-2"));
  EXPECT_THAT(found([](auto& q) { q.min_score = 0.5; }), ElementsAre("run-2", "run-1"));
  EXPECT_THAT(found([](auto& q) { q.subject = 5; }), ElementsAre("run-2"));
  EXPECT_THAT(found([](auto& q) { q.attributes = {{"colour", "red"}, {"gender", "unknown"}}; }), ElementsAre("run-2"));
  EXPECT_THAT(found([](auto& q) { q.attributes = {{"colour", "red' OR 1=1--"}}; }), IsEmpty());
}

TEST_P(RecordsContract, TracksAndObjectsAreFoundByWhereTheyStood) {
  auto here = track(1), there = track(2);
  here.path = {{0.2, 0.2}, {0.6, 0.6}};
  there.path = {{0.2, 0.2}, {0.2, 0.9}};
  write_tracks({here, there});
  TrackQuery query;
  query.area = {{0.5, 0.5}, {0.8, 0.5}, {0.8, 0.8}, {0.5, 0.8}};
  EXPECT_THAT(ids(records().tracks().find(query)), ElementsAre("run-1"));

  RecordBatch batch;
  batch.objects = {object("in"), object("out")};
  batch.objects[0].foot_x = batch.objects[0].foot_y = 0.7;
  write(batch);
  ObjectQuery objects;
  objects.area = query.area;
  EXPECT_THAT(ids(records().pictures().objects(objects)), ElementsAre("in"));
}

TEST_P(RecordsContract, PagesOfAnAreaMissNothing) {
  std::vector<model::TrackRecord> all;
  std::size_t inside = 0;
  for (std::uint64_t i = 0; i < 1300; ++i) {
    all.push_back(track(i, kBegin + std::chrono::seconds(i)));
    all.back().path = {{i % 60 == 7 ? 0.9 : 0.1, 0.9}};
    if (i % 60 == 7) ++inside;
  }
  write_tracks(all);
  TrackQuery query;
  query.area = {{0.5, 0.5}, {1, 0.5}, {1, 1}, {0.5, 1}};
  query.page.limit = 5;
  std::set<std::string> seen;
  for (int pages = 0; pages < 10; ++pages) {
    auto page = records().tracks().find(query);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) EXPECT_TRUE(seen.insert(item.id).second);
    query.page.after = page->next;
    if (!page->next) break;
  }
  EXPECT_FALSE(query.page.after.has_value());
  EXPECT_EQ(seen.size(), inside);
}

TEST_P(RecordsContract, ObjectsAreFoundByWhatTheyAre) {
  RecordBatch batch;
  batch.objects = {object("a"), object("b", kBegin + 1s), object("c", kBegin + 2s)};
  batch.objects[1].label = "person";
  batch.objects[1].specific_type = "pedestrian";
  batch.objects[1].track_id = "run-9";
  batch.objects[2].key_frame_id = "run-5";
  batch.objects[2].confidence = 0.2F;
  batch.objects[2].zone = "";
  write(batch);
  auto found = [&](auto change) {
    ObjectQuery query;
    change(query);
    return ids(records().pictures().objects(query));
  };
  EXPECT_THAT(found([](auto& q) { q.labels = {"person"}; }), ElementsAre("b"));
  EXPECT_THAT(found([](auto& q) { q.specific_type = "van"; }), ElementsAre("c", "a"));
  EXPECT_THAT(found([](auto& q) { q.track_id = "run-9"; }), ElementsAre("b"));
  EXPECT_THAT(found([](auto& q) { q.key_frame_id = "run-5"; }), ElementsAre("c"));
  EXPECT_THAT(found([](auto& q) { q.min_confidence = 0.5; }), ElementsAre("b", "a"));
  EXPECT_THAT(found([](auto& q) { q.zone = "yard"; }), ElementsAre("b", "a"));
  EXPECT_THAT(found([](auto& q) {
                q.scope.from = kBegin + 1s;
                q.scope.to = kBegin + 2s;
              }),
              ElementsAre("b"));
}

TEST_P(RecordsContract, PlatesAreFoundExactlyByTheirBeginningAndNearly) {
  write_plates({plate("a", "M-AB 1234"), plate("b", "M-AB 1284", kBegin + 1s), plate("c", "MAX 12", kBegin + 2s),
                plate("d", "\xc3\x96X 1", kBegin + 3s)});
  auto found = [&](const char* text, PlateMatch match, int edits = 1) {
    PlateQuery query;
    query.text = text;
    query.match = match;
    query.max_edits = edits;
    return ids(records().plates().find(query));
  };
  EXPECT_THAT(found("mab1234", PlateMatch::Exact), ElementsAre("a"));
  EXPECT_THAT(found("MAB", PlateMatch::Exact), IsEmpty());
  EXPECT_THAT(found("m-a", PlateMatch::Prefix), ElementsAre("c", "b", "a"));
  EXPECT_THAT(found("M AB", PlateMatch::Prefix), ElementsAre("b", "a"));
  EXPECT_THAT(found("\xc3\x96", PlateMatch::Prefix), ElementsAre("d"));
  EXPECT_THAT(found("MAB1284", PlateMatch::Fuzzy), ElementsAre("b", "a"));
  EXPECT_THAT(found("MAB1234", PlateMatch::Fuzzy, 2), ElementsAre("b", "a"));
  EXPECT_THAT(found("MAB1284", PlateMatch::Fuzzy, 0), ElementsAre("b"));
  EXPECT_THAT(found("--", PlateMatch::Prefix), IsEmpty());
  EXPECT_THAT(found("' OR 1=1 --", PlateMatch::Exact), IsEmpty());
  EXPECT_EQ(found("", PlateMatch::Exact).size(), 4U);
}

TEST_P(RecordsContract, QueriesThatAskTooMuchAreRefused) {
  TrackQuery tracks;
  tracks.labels.resize(kMaxChoices + 1);
  EXPECT_EQ(kind(records().tracks().find(tracks)), ErrorKind::InvalidArgument);
  tracks = {};
  tracks.scope.cameras.resize(kMaxChoices + 1);
  EXPECT_EQ(kind(records().tracks().find(tracks)), ErrorKind::InvalidArgument);
  ObjectQuery objects;
  objects.area.resize(65);
  EXPECT_EQ(kind(records().pictures().objects(objects)), ErrorKind::InvalidArgument);
  PlateQuery plates;
  plates.text = std::string(33, 'A');
  EXPECT_EQ(kind(records().plates().find(plates)), ErrorKind::InvalidArgument);
  plates.text = "A";
  plates.max_edits = 4;
  EXPECT_EQ(kind(records().plates().find(plates)), ErrorKind::InvalidArgument);
}

TEST_P(RecordsContract, SimilarTracksComeNearestFirst) {
  RecordBatch batch;
  for (int i = 0; i < 10; ++i) {
    const auto angle = 0.1F * static_cast<float>(i);
    batch.embeddings.push_back({"t" + std::to_string(i),
                                "run",
                                i == 3 ? "door" : "gate",
                                kBegin + std::chrono::seconds(i),
                                "person",
                                i == 5 ? "other" : "osnet",
                                {std::cos(angle), std::sin(angle)}});
  }
  write(batch);
  SimilarQuery query;
  query.model = "osnet";
  query.values = {1, 0};
  query.min_similarity = std::cos(0.65);
  auto found = records().tracks().similar(query);
  ASSERT_TRUE(found) << found.error().message;
  std::vector<std::string> names;
  for (const auto& each : *found) names.push_back(each.embedding.id);
  EXPECT_THAT(names, ElementsAre("t0", "t1", "t2", "t3", "t4", "t6"));
  EXPECT_NEAR((*found)[1].similarity, std::cos(0.1), 1e-6);
  query.scope.cameras = {"gate"};
  query.scope.from = kBegin + 2s;
  query.limit = 2;
  found = records().tracks().similar(query);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].embedding.id, "t2");
  EXPECT_EQ((*found)[1].embedding.id, "t4");
}

TEST_P(RecordsContract, SubjectsAreTheTracksThatNameThem) {
  auto a = track(1), b = track(2, kBegin + 1min), c = track(3, kBegin + 2min);
  a.subject = b.subject = 10;
  a.subject_similarity = 1;
  b.subject_similarity = 0.7F;
  c.subject = 11;
  c.subject_similarity = 0.9F;
  write_tracks({a, b, c, track(4)});
  auto page = records().subjects().find({});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->items[0].id, 11U);
  EXPECT_EQ(page->items[1], (model::Subject{10, "person", kBegin, kBegin + 70s, 2, 0.7F}));
  EXPECT_EQ(*records().subjects().get(10), page->items[1]);
  SubjectQuery query;
  query.page.limit = 1;
  page = records().subjects().find(query);
  ASSERT_EQ(page->items.size(), 1U);
  ASSERT_TRUE(page->next.has_value());
  query.page.after = page->next;
  page = records().subjects().find(query);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].id, 10U);
  EXPECT_FALSE(page->next.has_value());
}

TEST_P(RecordsContract, LooksOfSubjectsComeBackNewestFirst) {
  auto a = track(1), b = track(2, kBegin + 1min), c = track(3, kBegin + 2min), d = track(4, kBegin + 3min);
  a.subject = 10;
  b.subject = 11;
  d.subject = 12;
  RecordBatch batch;
  batch.tracks = {a, b, c, d};
  for (const auto* each : {&a, &b, &c}) {
    batch.embeddings.push_back(
        {each->id, each->run_id, each->camera_id, each->last_seen, "person", "osnet", {0.6F, 0.8F}});
  }
  write(batch);
  auto found = records().subjects().looks(kBegin, 100);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U) << "neither who has no subject nor who has no look";
  EXPECT_EQ((*found)[0], (KnownLook{batch.embeddings[1], b.number, b.first_seen, b.last_seen, 11}));
  EXPECT_EQ((*found)[1].subject, 10U);
  EXPECT_EQ(records().subjects().looks(kBegin, 1)->size(), 1U);
  EXPECT_EQ(records().subjects().looks(b.last_seen, 100)->size(), 1U);
  EXPECT_EQ(records().subjects().looks(b.last_seen + 1us, 100)->size(), 0U);
}

TEST_P(RecordsContract, SubjectIdsAreNeverGivenTwice) {
  auto reserve = [&](std::uint64_t least, std::uint64_t count) {
    auto first = records().subjects().reserve(least, count);
    EXPECT_TRUE(first) << first.error().message;
    return first ? *first : 0;
  };
  EXPECT_EQ(reserve(1, 100), 1U);
  EXPECT_EQ(reserve(1, 10), 101U);
  auto a = track(1);
  a.subject = 500;
  write_tracks({a});
  EXPECT_EQ(reserve(1, 10), 501U) << "beyond what tracks bear";
  EXPECT_TRUE(records().log().remove(RecordKind::Track, {a.id}));
  EXPECT_EQ(reserve(1, 10), 511U) << "also when these are cleared away";
  EXPECT_EQ(reserve(1000, 10), 1000U);
  EXPECT_EQ(kind(records().subjects().reserve(1, 0)), ErrorKind::InvalidArgument);
  EXPECT_EQ(kind(records().subjects().reserve(kDrawnSubjects, 2)), ErrorKind::InvalidArgument);
  a.subject = kDrawnSubjects + 77;
  write_tracks({a});
  EXPECT_EQ(reserve(1, 1), 1010U) << "those that are drawn by lot do not count";
}

TEST_P(RecordsContract, NumbersOfTracksAreNeverGivenTwiceOnACamera) {
  auto& numbers = records().track_numbers();
  auto reserve = [&](const char* camera, std::uint64_t least, std::uint64_t count) {
    auto first = numbers.reserve(camera, least, count);
    EXPECT_TRUE(first) << first.error().message;
    return first ? *first : 0;
  };
  auto a = track(1);
  a.camera_id = "gate";
  a.number = 41;
  auto drawn = track(2);
  drawn.camera_id = "gate";
  drawn.number = kDrawnTracks + 7;
  write_tracks({a, drawn});
  EXPECT_EQ(reserve("gate", 1, 100), 42U) << "beyond what its tracks bear";
  EXPECT_EQ(reserve("gate", 1, 10), 142U);
  EXPECT_EQ(reserve("yard", 1, 10), 1U) << "each camera counts by itself";
  EXPECT_TRUE(numbers.release("gate", 142, 60)) << "others were set aside since";
  EXPECT_EQ(reserve("gate", 1, 10), 152U);
  EXPECT_TRUE(numbers.release("gate", 162, 155));
  EXPECT_EQ(reserve("gate", 1, 10), 155U);
  EXPECT_TRUE(records().log().remove(RecordKind::Track, {a.id}));
  EXPECT_EQ(reserve("gate", 1, 10), 165U) << "also when these are cleared away";
  EXPECT_EQ(reserve("gate", 1000, 10), 1000U);
  EXPECT_TRUE(numbers.release("nobody", 100, 10));
  EXPECT_EQ(reserve("nobody", 1, 1), 1U);
  EXPECT_EQ(kind(numbers.reserve("gate", 1, 0)), ErrorKind::InvalidArgument);
  EXPECT_EQ(kind(numbers.reserve("gate", kDrawnTracks, 2)), ErrorKind::InvalidArgument);
}

TEST_P(RecordsContract, BoxesOfAMinuteAreFoundByCameraAndTime) {
  std::vector<model::TimedBox> boxes = {{1, kBegin, {1, 2, 3, 4}, 1}, {2, kBegin + 40ms, {2, 2, 3, 4}, 1}};
  RecordBatch batch;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto from = kBegin + std::chrono::minutes(i);
    batch.segments.push_back({model::segment_key("run-7", i), "run-7", "run", "gate", "person", from, from + 50s, 2,
                              model::encode_boxes(boxes)});
  }
  write(batch);
  BoxQuery query;
  query.scope.cameras = {"gate"};
  query.scope.from = kBegin + 70s;
  query.scope.to = kBegin + 100s;
  auto found = records().tracks().boxes(query);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0], batch.segments[1]);
  EXPECT_EQ(model::decode_boxes((*found)[0].coded)->size(), 2U);
  query = {};
  query.track_id = "run-7";
  query.limit = 2;
  found = records().tracks().boxes(query);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].id, "run-7-0");
}

TEST_P(RecordsContract, OldRecordsAreNamedOldestFirstAndRemoved) {
  RecordBatch batch;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto time = kBegin + std::chrono::hours(i);
    batch.key_frames.push_back({model::frame_key("run", i), "run", "gate", i, time, 1, 1, "p" + std::to_string(i), 1});
    auto made = track(i, time);
    made.attributes = {{"colour", "red", 1, ""}};
    batch.tracks.push_back(made);
  }
  write(batch);
  auto old = records().log().older(RecordKind::KeyFrame, kBegin + 3h, 2);
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_THAT(*old, ElementsAre(std::pair<std::string, std::string>("run-0", "p0"),
                                std::pair<std::string, std::string>("run-1", "p1")));
  ASSERT_TRUE(records().log().remove(RecordKind::KeyFrame, {"run-0", "run-1", "none"}));
  EXPECT_EQ(*records().log().count(RecordKind::KeyFrame), 3U);
  // A track is as old as its end.
  old = records().log().older(RecordKind::Track, kBegin + 1h + 10s, 10);
  ASSERT_EQ(old->size(), 1U);
  ASSERT_TRUE(records().log().remove(RecordKind::Track, {(*old)[0].first}));
  TrackQuery query;
  query.attributes = {{"colour", "red"}};
  EXPECT_THAT(ids(records().tracks().find(query)), ElementsAre("run-4", "run-3", "run-2", "run-1"));
  ASSERT_TRUE(records().log().remove(RecordKind::Track, {}));
}

TEST_P(RecordsContract, ManyAreRemovedAtOnce) {
  RecordBatch batch;
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < 1201; ++i) {
    batch.tracks.push_back(track(i));
    all.push_back(batch.tracks.back().id);
  }
  write(batch);
  ASSERT_TRUE(records().log().remove(RecordKind::Track, all));
  EXPECT_EQ(*records().log().count(RecordKind::Track), 0U);
}

INSTANTIATE_TEST_SUITE_P(Stores, RecordsContract, every_store(),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace vigil::store
