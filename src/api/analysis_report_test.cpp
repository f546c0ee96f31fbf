#include "api/analysis_report.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

struct Case {
  model::Camera camera;
  model::CameraStatus status;
  pipeline::AnalysisFigures figures;
  std::optional<SightReport> sight =
      SightReport{.model = "m", .device = "cpu", .analysed_fps = 10, .detected_fps = 4, .stages = {}};

  Case() {
    camera.analysis.enabled = true;
    status.state = model::CameraState::Connected;
    status.fps = 15;
    figures.analysed = 100;
  }
  AnalysisReport report() const { return report_of(camera, status, figures, sight); }
  std::string state() const { return report().state + ": " + report().detail; }
};

TEST(AnalysisReport, SaysHowManyFramesAreLeftOut) {
  Case one;
  EXPECT_EQ(one.state(), "running: ");
  EXPECT_EQ(one.report().camera_fps, 15);
  EXPECT_EQ(one.report().skipped_fps, 5);
  one.sight->analysed_fps = 15.2;  // both are measured
  EXPECT_EQ(one.report().skipped_fps, 0);
}

TEST(AnalysisReport, SaysWhyLessIsDone) {
  Case one;
  one.figures.degraded = "the machine is too slow";
  EXPECT_EQ(one.state(), "degraded: the machine is too slow");
  one.sight.reset();
  EXPECT_EQ(one.state(), "suspended: the machine is too slow");
  one.figures.degraded.clear();
  EXPECT_EQ(one.state(), "suspended: no picture was analysed for ten seconds");
  one.figures.analysed = 0;
  EXPECT_EQ(one.state(), "starting: ");
}

TEST(AnalysisReport, ACameraWithoutVideoIsNotAnalysed) {
  Case one;
  one.status.state = model::CameraState::Reconnecting;
  one.status.detail = "nobody listens there";
  EXPECT_EQ(one.state(), "suspended: the camera gives no video: nobody listens there");
  EXPECT_EQ(one.report().camera_fps, 0);
}

TEST(AnalysisReport, OffIsOffWhateverWasSeenBefore) {
  Case one;
  one.camera.analysis.enabled = false;
  EXPECT_EQ(one.report().state, "off");
  EXPECT_EQ(one.report().sight.analysed_fps, 0);
  one.camera.analysis.enabled = true;
  one.camera.enabled = false;
  EXPECT_EQ(one.state(), "off: the camera is switched off");
}

}  // namespace
}  // namespace vigil::api
