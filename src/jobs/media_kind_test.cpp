#include "jobs/media_kind.h"

#include <gtest/gtest.h>

namespace vigil::jobs {
namespace {

std::string padded(std::string text) {
  text.resize(std::max<std::size_t>(text.size(), 1000), '\0');
  return text;
}

TEST(MediaKind, KnowsTheContainersThatAreTaken) {
  EXPECT_EQ(media_kind(padded(std::string("\0\0\0\x20"
                                          "ftypisom",
                                          12))),
            "video/mp4");
  EXPECT_EQ(media_kind(padded(std::string("\0\0\0\x14"
                                          "ftypqt  ",
                                          12))),
            "video/quicktime");
  EXPECT_EQ(media_kind(padded(std::string("\0\0\0\x14"
                                          "ftyp3gp5",
                                          12))),
            "video/3gpp");
  EXPECT_EQ(media_kind(padded(std::string("\0\0\0\x08"
                                          "wide\0\0\0\0",
                                          12))),
            "video/quicktime");
  EXPECT_EQ(media_kind(padded("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm")), "video/webm");
  EXPECT_EQ(media_kind(padded("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska")), "video/x-matroska");
  EXPECT_EQ(media_kind(padded("FLV\x01\x05")), "video/x-flv");
  std::string stream(188 * 5, 'x');
  for (std::size_t i = 0; i < stream.size(); i += 188) {
    stream[i] = 0x47;
    stream[i + 3] = 0x10;
  }
  EXPECT_EQ(media_kind(stream), "video/mp2t");
}

// 42, 43, 45, 55: what names other files, pictures and archives is none of it, however it is called.
TEST(MediaKind, TakesNothingElse) {
  for (const std::string& text :
       {std::string("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"), std::string("ffconcat version 1.0\nfile x\n"),
        std::string("<?xml version=\"1.0\"?><MPD>"), std::string("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"),
        std::string("\x89PNG\r\n\x1a\n"), std::string("\xff\xd8\xff\xe0"), std::string("PK\x03\x04"),
        std::string("RIFF\0\0\0\0AVI LIST", 16),
        std::string("\0\0\0\x18"
                    "ftypheic",
                    12),
        std::string("%PDF-1.7"), std::string("<html><script>"), std::string(2000, 'G'), std::string()}) {
    EXPECT_EQ(media_kind(padded(text)), "") << text;
    EXPECT_EQ(media_kind(text), "") << text;
  }
  EXPECT_EQ(media_kind(std::string("\0\0\0\x20"
                                   "ftyp",
                                   8)),
            "");
}

TEST(MediaKind, WhatMayBeDeclared) {
  for (const auto* type : {"", "video/mp4", "VIDEO/MP4", "video/webm; codecs=vp9", "application/octet-stream"})
    EXPECT_TRUE(may_be_declared(type)) << type;
  for (const auto* type : {"image/png", "text/html", "application/zip", "video", "video/", "application/x-mpegURL"})
    EXPECT_FALSE(may_be_declared(type)) << type;
}

}  // namespace
}  // namespace vigil::jobs
