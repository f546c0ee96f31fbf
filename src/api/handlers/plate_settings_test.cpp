#include <gmock/gmock.h>

#include "api/server_fake.h"
#include "pipeline/plate_judge.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;

class PlateSettingsApi : public ServerTest {
 protected:
  PlateSettingsApi() { plates_ = &judge_; }
  pipeline::PlateJudge judge_{bus_};
};

TEST_F(PlateSettingsApi, AreReadChangedAndTakenUpAtOnce) {
  start_open();
  const auto before = call("GET", "/api/plate-settings").json();
  EXPECT_EQ(before["version"], 0);
  EXPECT_TRUE(before["updated_at"].is_null());
  const auto changed = call(
      "PUT", "/api/plate-settings",
      R"({"version": 0, "allow": [{"plate": "M-AB 12", "label": "gardener"}], "formats": [{"name": "DE", "pattern": "[A-Z]{2,5}[0-9]{1,4}"}]})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json()["version"], 1);
  EXPECT_EQ(changed.json()["max_edits"], 1);
  EXPECT_EQ(call("GET", "/api/plate-settings").json(), changed.json());
  EXPECT_EQ(judge_.rules()->look_up("MAB12").label, "gardener");
  const auto stale = call("PUT", "/api/plate-settings", R"({"version": 0})");
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.code(), "settings.version");
  EXPECT_EQ(judge_.rules()->look_up("MAB12").label, "gardener") << "what was refused is not taken up";
}

TEST_F(PlateSettingsApi, WhatMakesNoSenseIsNamed) {
  start_open();
  auto put = [&](const std::string& members) {
    return call("PUT", "/api/plate-settings", R"({"version": 0, )" + members + "}");
  };
  const auto pattern = put(R"("formats": [{"name": "a", "pattern": "[A-Z"}])");
  EXPECT_EQ(pattern.status, 422);
  EXPECT_THAT(pattern.body, HasSubstr("/formats/0/pattern"));
  const auto plate = put(R"("deny": [{"plate": "--"}])");
  EXPECT_EQ(plate.status, 422);
  EXPECT_THAT(plate.body, HasSubstr("/deny/0/plate"));
  EXPECT_EQ(put(R"("max_edits": 9)").status, 422);
  EXPECT_EQ(put(R"("nonsense": 9)").status, 422);
  EXPECT_EQ(call("PUT", "/api/plate-settings", "{}").status, 422);
  EXPECT_EQ(call("GET", "/api/plate-settings").json()["version"], 0);
}

TEST_F(PlateSettingsApi, ThePlatesThatWereReadSayWhatTheListsSay) {
  start_open();
  store::RecordBatch batch;
  model::PlateRead read;
  read.id = read.track_id = "t1";
  read.run_id = "r1";
  read.camera_id = "gate";
  read.time = WallTime(std::chrono::seconds(1'700'000'000));
  read.text = "MAB 12";
  read.plain = "MAB12";
  read.confidence = 0.9F;
  batch.plates = {read};
  ASSERT_TRUE(store_->records().log().write(batch));
  EXPECT_TRUE(call("GET", "/api/plates").json()["plates"][0]["listed"].is_null()) << "there are no lists";
  ASSERT_EQ(call("PUT", "/api/plate-settings", R"({"version": 0, "deny": [{"plate": "mab-12", "label": "x"}]})").status,
            200);
  const auto listed = call("GET", "/api/plates").json()["plates"][0]["listed"];
  EXPECT_EQ(listed["list"], "denied");
  EXPECT_EQ(listed["plate"], "mab-12");
  EXPECT_EQ(listed["label"], "x");
}

}  // namespace
}  // namespace vigil::api
