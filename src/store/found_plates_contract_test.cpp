// Plates in videos that were handed in, as every store finds them.

#include <gmock/gmock.h>

#include "model/records.h"
#include "store/job_contract_fake.h"
#include "store/uploads.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = model::JobOutcome::Kind;

class FoundPlates : public JobContractTest {
 protected:
  void add_asset(const std::string& id, const std::string& owner) {
    clock_.advance(1h);
    model::Upload upload;
    upload.id = id;
    upload.owner = owner;
    upload.expires_at = clock_.wall() + 1h;
    ASSERT_TRUE(store_->uploads().uploads().insert(upload, {}));
    const model::Asset asset{id, owner, id, 100, id + ".mp4", "video/mp4", "video/mp4", "originals/" + id, {}};
    ASSERT_TRUE(store_->uploads().complete(id, asset, {}));
  }
  static model::FoundPlate plate(const std::string& text, std::chrono::milliseconds at) {
    model::FoundPlate out;
    out.at = at;
    out.track = 7;
    out.text = text;
    out.plain = model::plain_plate(text);
    out.region = "Germany";
    out.confidence = 0.75F;
    return out;
  }
  // The id of an analysis that is done.
  std::string analyse(const std::string& asset, std::vector<model::FoundPlate> plates, bool sole = true) {
    model::Job wanted;
    wanted.asset = asset;
    wanted.sole = sole;
    const auto id = add(wanted);
    model::JobOutcome outcome{Kind::Done, "{}"};
    outcome.plates = std::move(plates);
    EXPECT_TRUE(queue().finish(lease(*claim()), outcome, {}));
    return id;
  }
  std::vector<std::string> search(const FoundPlateQuery& query = {}) {
    auto found = store_->uploads().plates(query);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    std::vector<std::string> out;
    for (const auto& one : found->items) out.push_back(one.asset_id + " " + one.text);
    return out;
  }
  static FoundPlateQuery text(const std::string& text, PlateMatch match = PlateMatch::Exact, int edits = 1) {
    FoundPlateQuery query;
    query.plate.text = text;
    query.plate.match = match;
    query.plate.max_edits = edits;
    return query;
  }
};

TEST_P(FoundPlates, AreFoundInAllVideosAsTheyWereRead) {
  add_asset("a", "u1");
  const auto handed_in = clock_.wall();
  add_asset("b", "u2");
  const auto job = analyse("a", {plate("MK 724", 1500ms), plate("AB-12 CD", 9s)});
  analyse("b", {plate("MK-725", 2s)});
  const auto all = store_->uploads().plates({});
  ASSERT_TRUE(all && all->items.size() == 3);
  const auto& last = all->items[2];
  EXPECT_EQ(last.text, "MK 724");
  EXPECT_EQ(last.job_id, job);
  EXPECT_EQ(last.asset_id, "a");
  EXPECT_EQ(last.asset_name, "a.mp4");
  EXPECT_EQ(last.handed_in, handed_in);
  EXPECT_EQ(last.at, 1500ms);
  EXPECT_EQ(last.track, 7u);
  EXPECT_EQ(last.region, "Germany");
  EXPECT_FLOAT_EQ(last.confidence, 0.75F);
  EXPECT_THAT(search(), ElementsAre("b MK-725", "a AB-12 CD", "a MK 724"));
  EXPECT_THAT(search(text("mk724")), ElementsAre("a MK 724"));
  EXPECT_THAT(search(text("mk 7", PlateMatch::Prefix)), ElementsAre("b MK-725", "a MK 724"));
  EXPECT_THAT(search(text("MK 72", PlateMatch::Fuzzy)), ElementsAre("b MK-725", "a MK 724"));
  EXPECT_THAT(search(text("MK 74", PlateMatch::Fuzzy)), ElementsAre("a MK 724"));
  EXPECT_THAT(search(text("...")), IsEmpty()) << "signs alone are no plate";
  FoundPlateQuery query;
  query.owner = "u1";
  EXPECT_THAT(search(query), ElementsAre("a AB-12 CD", "a MK 724"));
  query = {};
  query.asset = "b";
  EXPECT_THAT(search(query), ElementsAre("b MK-725"));
  query = {};
  query.plate.scope.from = handed_in + 1s;
  EXPECT_THAT(search(query), ElementsAre("b MK-725"));
  query = {};
  query.plate.scope.to = handed_in + 1s;
  EXPECT_THAT(search(query), ElementsAre("a AB-12 CD", "a MK 724"));
  EXPECT_EQ(store_->uploads().plates(text(std::string(33, 'A'))).error().kind, ErrorKind::InvalidArgument);
}

TEST_P(FoundPlates, ComePageByPage) {
  add_asset("a", "u1");
  add_asset("b", "u1");
  for (const char* asset : {"a", "b"}) {
    std::vector<model::FoundPlate> plates;
    for (int i = 0; i < 12; ++i) plates.push_back(plate("P" + std::to_string(i), std::chrono::seconds(i)));
    analyse(asset, plates);
  }
  for (const auto match : {PlateMatch::Prefix, PlateMatch::Fuzzy}) {
    std::vector<std::string> seen;
    auto query = text("P1", match, 2);
    query.plate.page.limit = 5;
    const auto whole = search(text("P1", match, 2));
    for (int pages = 0; pages < 10; ++pages) {
      const auto page = store_->uploads().plates(query);
      ASSERT_TRUE(page);
      for (const auto& one : page->items) seen.push_back(one.asset_id + " " + one.text);
      if (!page->next) break;
      query.plate.page.after = page->next;
    }
    EXPECT_EQ(seen, whole);
    EXPECT_EQ(seen.size(), match == PlateMatch::Prefix ? 6u : 24u);
  }
}

TEST_P(FoundPlates, GoWithTheirAnalysisTheirJobAndTheirFile) {
  add_asset("a", "u1");
  add_asset("b", "u1");
  analyse("a", {plate("OLD", 1s)});
  const auto counts = analyse("a", {plate("NEW", 1s)});
  const auto other = analyse("b", {plate("B", 1s)});
  EXPECT_THAT(search(), ElementsAre("b B", "a NEW")) << "one analysis counts";
  ASSERT_TRUE(jobs().remake(counts, "gone"));
  EXPECT_THAT(search(), ElementsAre("b B", "a NEW")) << "until it was done again";
  model::JobOutcome outcome{Kind::Done, "{}"};
  outcome.plates = {plate("AGAIN", 1s)};
  ASSERT_TRUE(queue().finish(lease(*claim()), outcome, {}));
  EXPECT_THAT(search(), ElementsAre("b B", "a AGAIN"));
  ASSERT_TRUE(jobs().remove(other));
  EXPECT_THAT(search(), ElementsAre("a AGAIN"));
  ASSERT_TRUE(store_->uploads().assets().bury("a"));
  EXPECT_THAT(search(), IsEmpty());
  ASSERT_TRUE(store_->uploads().assets().remove("a"));
  // A job that comes to its end after that finds nobody to tell.
  analyse("a", {plate("LATE", 1s)});
  EXPECT_THAT(search(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, FoundPlates, every_store(), [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
