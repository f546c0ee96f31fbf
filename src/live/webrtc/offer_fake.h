#pragma once

#include <string>

// Offers for tests.

namespace vigil::live::webrtc {

inline const std::string kFakeFingerprint =
    "sha-256 AF:5C:8E:08:7A:1B:19:08:3F:A3:2B:0F:33:16:1E:53:2D:6A:49:7B:C6:0E:64:5A:7D:11:22:33:44:55:66:77";

// What a browser of today offers who wants to receive one video and one audio, shortened.
inline std::string browser_offer(const std::string& video_codecs = "",
                                 const std::string& fingerprint = kFakeFingerprint) {
  const auto transport =
      "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:clnt\r\na=ice-pwd:clientpasswordclientpass\r\n"
      "a=ice-options:trickle\r\na=fingerprint:" +
      fingerprint + "\r\na=setup:actpass\r\n";
  const std::string h264 =
      "a=rtpmap:103 H264/90000\r\na=rtcp-fb:103 goog-remb\r\na=rtcp-fb:103 ccm fir\r\na=rtcp-fb:103 nack\r\n"
      "a=rtcp-fb:103 nack pli\r\na=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\n"
      "a=rtpmap:104 rtx/90000\r\na=fmtp:104 apt=103\r\n"
      "a=rtpmap:105 H264/90000\r\na=fmtp:105 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f\r\n"
      "a=rtpmap:106 H264/90000\r\na=rtcp-fb:106 nack\r\na=rtpmap:109 rtx/90000\r\na=fmtp:109 apt=106\r\n"
      "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
      "a=rtpmap:107 H264/90000\r\na=fmtp:107 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f\r\n"
      "a=rtpmap:108 H264/90000\r\na=fmtp:108 "
      "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=f4001f\r\n";
  return "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
         "a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96 103 104 105 106 107 108 49 109\r\n" +
         transport +
         "a=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:toffset\r\n"
         "a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\na=recvonly\r\na=rtcp-mux\r\n"
         "a=rtcp-rsize\r\na=rtpmap:96 VP8/90000\r\n" +
         (video_codecs.empty() ? h264 : video_codecs) + "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8\r\n" + transport +
         "a=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
         "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n";
}

}  // namespace vigil::live::webrtc
