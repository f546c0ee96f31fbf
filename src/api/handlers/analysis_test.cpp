#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "api/server_fake.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;
using testing::Not;

class AnalysisApi : public ServerTest {
 protected:
  void add_camera(const std::string& analysis) {
    ASSERT_EQ(call("POST", "/api/cameras", R"({"id":"cam_001","source_type":"http_push","analysis":)" + analysis + "}")
                  .status,
              201);
  }
  // The hub is another thread: until it has counted what it got.
  Json analysed_by(const std::string& model) {
    model::Observation seen;
    seen.camera_id = "cam_001";
    seen.detected = true;
    seen.model = model;
    seen.device = "cpu";
    seen.times.infer = std::chrono::milliseconds(12);
    seen.times.total = std::chrono::milliseconds(30);
    observations_.publish(seen);
    Json report = Json::object();
    for (int tries = 0; tries < 10000 && report.value("model", "") != model; ++tries) {
      report = call("GET", "/api/cameras/cam_001/analysis").json();
    }
    return report;
  }
};

TEST_F(AnalysisApi, ACameraThatIsNotAnalysedSaysSo) {
  start_open();
  add_camera(R"({"enabled":false})");
  auto report = call("GET", "/api/cameras/cam_001/analysis").json();
  EXPECT_EQ(report["state"], "off");
  EXPECT_THAT(report["detail"].get<std::string>(), HasSubstr("switched off"));
  EXPECT_EQ(call("GET", "/api/cameras/none/analysis").status, 404);
  EXPECT_THAT(call("GET", "/metrics").body, Not(HasSubstr("vigil_analysis_")));
}

TEST_F(AnalysisApi, FiguresComeFromWhatWasObserved) {
  start_open();
  add_camera(R"({"enabled":true})");
  ASSERT_EQ(call("POST", "/api/ingest/push/cam_001", test_jpeg(), "image/jpeg").status, 202);
  auto report = analysed_by("yolox-nano@1");
  EXPECT_EQ(report["device"], "cpu");
  EXPECT_EQ(report["process_fps"], 1);
  EXPECT_EQ(report["detection_fps"], 1);
  EXPECT_EQ(report["inference_ms"], 12);
  EXPECT_EQ(report["latency_ms"]["p99"], 30);
  EXPECT_EQ(report["stages_ms"]["infer"]["p50"], 12);
  const auto metrics = call("GET", "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("vigil_analysis_process_fps{camera=\"cam_001\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("vigil_analysis_inference_speed_seconds{camera=\"cam_001\"} 0.012"));
  EXPECT_THAT(metrics,
              HasSubstr(R"(vigil_analysis_stage_seconds{camera="cam_001",stage="total",quantile="0.99"} 0.03)"));
}

TEST_F(AnalysisApi, WithoutModelsThereIsStillTheBuiltInDetector) {
  start_open();
  add_camera(R"({"enabled":true})");
  auto all = call("GET", "/api/models").json();
  EXPECT_EQ(all["default"], "classic");
  ASSERT_EQ(all["models"].size(), 1u);
  EXPECT_EQ(all["models"][0]["loaded"], false);
  EXPECT_EQ(call("PUT", "/api/models/default", R"({"name":"yolox-nano"})").status, 404);
  analysed_by("classic");
  EXPECT_EQ(call("GET", "/api/models").json()["models"][0]["loaded"], true);
  EXPECT_EQ(call("GET", "/api/models").json()["models"][0]["device"], "cpu");
}

TEST_F(AnalysisApi, TheDefaultModelIsChosenAmongThoseThatAreThere) {
  std::string folder = testing::TempDir() + "vigil_models_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::filesystem::path root = folder;
  for (const char* name : {"one", "two"}) {
    vision::ModelCard card;
    card.name = name;
    card.version = "1";
    card.licence = "Apache-2.0";
    card.labels = {"person"};
    std::filesystem::create_directories(root / name / "1");
    std::ofstream(root / name / "1" / "model.json") << vision::to_json(card);
    std::ofstream(root / name / "1" / "model.onnx") << "not read here";
  }
  vision::ModelStore models(root);
  models_ = &models;
  start_open();
  auto chosen = call("PUT", "/api/models/default", R"({"name":"two"})");
  ASSERT_EQ(chosen.status, 200) << chosen.body;
  EXPECT_EQ(chosen.json()["default"], "two@1");
  auto all = call("GET", "/api/models").json()["models"];
  ASSERT_EQ(all.size(), 3u);
  for (const auto& one : all) EXPECT_EQ(one["default"], one["name"] == "two") << to_text(one);
  EXPECT_EQ(call("PUT", "/api/models/default", R"({"name":"three"})").status, 404);
  EXPECT_EQ(call("PUT", "/api/models/default", R"({"name":"../two"})").status, 404);
  EXPECT_EQ(call("PUT", "/api/models/default", R"({"name":""})").status, 422);
  EXPECT_EQ(call("PUT", "/api/models/default", R"({"name":"classic"})").json()["default"], "classic");
  server_.reset();
  std::filesystem::remove_all(root);
}

TEST_F(AnalysisApi, SwitchingPersonalAnalysisOnIsWrittenDownWithWhoDidIt) {
  start({});
  const auto anna = token("anna");
  testing::internal::CaptureStdout();
  ASSERT_EQ(as(anna, "POST", "/api/cameras",
               R"({"id":"cam_001","source_type":"http_push","analysis":{"enabled":true,"plates":true}})")
                .status,
            201);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("what=plates"));
  testing::internal::CaptureStdout();
  ASSERT_EQ(as(anna, "PATCH", "/api/cameras/cam_001", R"({"analysis":{"attributes":true}})").status, 200);
  const auto text = testing::internal::GetCapturedStdout();
  EXPECT_THAT(text, testing::AllOf(HasSubstr("what=attributes"), HasSubstr("name=anna"), HasSubstr("camera=cam_001")));
}

}  // namespace
}  // namespace vigil::api
