#include "sim/fault.h"

#include <gtest/gtest.h>

#include "sim/fault_board.h"

namespace vigil::sim {
namespace {

using namespace std::chrono_literals;

TEST(Fault, EveryNameInTheHelpParsesAndComesBack) {
  ASSERT_EQ(fault_help().size(), 15u);
  for (const auto& help : fault_help()) {
    auto fault = parse_fault(help.name);
    ASSERT_TRUE(fault.ok()) << help.name;
    auto again = parse_fault(to_text(*fault));
    ASSERT_TRUE(again.ok()) << to_text(*fault);
    EXPECT_EQ(*again, *fault);
  }
}

TEST(Fault, AnAmountReplacesTheDefault) {
  EXPECT_EQ(*parse_fault("udp-loss"), (Fault{FaultKind::UdpLoss, 5}));
  EXPECT_EQ(*parse_fault("udp-loss=12.5"), (Fault{FaultKind::UdpLoss, 12.5}));
  EXPECT_EQ(*parse_fault("clock-jump=-60"), (Fault{FaultKind::ClockJump, -60}));
}

TEST(Fault, NonsenseIsRefusedAndSaysWhatThereIs) {
  for (auto text : {"", "sillence", "silence=3", "udp-loss=", "udp-loss=101", "udp-loss=nan", "jitter=5x", "jitter=-1",
                    "slow-trickle=0", "=5"}) {
    auto fault = parse_fault(text);
    ASSERT_FALSE(fault.ok()) << text;
    EXPECT_EQ(fault.error().kind, ErrorKind::InvalidArgument);
  }
  EXPECT_NE(parse_fault("sillence").error().message.find("slow-trickle"), std::string::npos);
}

TEST(FaultBoard, PlanHoldsOnlyInItsTimeAndForItsCamera) {
  ManualClock clock;
  const auto start = clock.steady();
  FaultBoard board(3, {{FaultKind::Silence, 0}, 2, 10s, 5s});
  EXPECT_EQ(board.at(2, clock.steady() - start).kind, FaultKind::None);
  EXPECT_EQ(board.next_change(clock.steady() - start), Nanos(10s));
  clock.advance(10s);
  EXPECT_EQ(board.at(2, clock.steady() - start).kind, FaultKind::Silence);
  EXPECT_EQ(board.at(1, clock.steady() - start).kind, FaultKind::None);
  EXPECT_EQ(board.next_change(clock.steady() - start), Nanos(15s));
  clock.advance(5s);
  EXPECT_EQ(board.at(2, clock.steady() - start).kind, FaultKind::None);
  EXPECT_FALSE(board.next_change(clock.steady() - start).has_value());
}

TEST(FaultBoard, PlanWithoutAnEndHoldsForAllForEver) {
  FaultBoard board(2, {{FaultKind::Refuse, 0}, 0, 0s, 0s});
  EXPECT_TRUE(board.all_refuse(0s));
  EXPECT_TRUE(board.all_refuse(1000h));
  EXPECT_FALSE(board.next_change(0s).has_value());
}

TEST(FaultBoard, CommandsOverruleThePlan) {
  FaultBoard board(2, {{FaultKind::Refuse, 0}, 0, 0s, 0s});
  ASSERT_TRUE(board.command("clear cam1", 0s).ok());
  EXPECT_EQ(board.at(1, 0s).kind, FaultKind::None);
  EXPECT_EQ(board.at(2, 0s).kind, FaultKind::Refuse);
  EXPECT_FALSE(board.all_refuse(0s));
  ASSERT_TRUE(board.command(" fault\tall udp-loss=10\r\n", 0s).ok());
  EXPECT_EQ(board.at(1, 0s), (Fault{FaultKind::UdpLoss, 10}));
  EXPECT_EQ(*board.command("status", 0s), "cam1 udp-loss=10, cam2 udp-loss=10");
}

TEST(FaultBoard, ABadCommandChangesNothingAndExplains) {
  FaultBoard board(2, {});
  for (auto line : {"", "fault", "fault cam1", "fault cam3 silence", "fault cam0 silence", "fault cam1x silence",
                    "fault cam1 nonsense", "clear", "clear cam9", "status now", "fault cam1 silence now"}) {
    EXPECT_FALSE(board.command(line, 0s).ok()) << line;
  }
  EXPECT_EQ(*board.command("status", 0s), "cam1 none, cam2 none");
}

TEST(FaultBoard, ACameraThatDoesNotExistHasNoFault) {
  FaultBoard board(1, {{FaultKind::Silence, 0}, 0, 0s, 0s});
  EXPECT_EQ(board.at(0, 0s).kind, FaultKind::None);
  EXPECT_EQ(board.at(2, 0s).kind, FaultKind::None);
}

}  // namespace
}  // namespace vigil::sim
