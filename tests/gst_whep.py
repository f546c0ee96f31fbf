"""A WHEP viewer out of GStreamer's webrtcbin: prints as JSON what it got until so many pictures came, and so many seconds of sound. gst_whep.py URL PICTURES SECONDS [SOUND]"""
import array
import json
import math
import sys
import time
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

VIDEO = ('application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=96,packetization-mode=(string)1,'
         'profile-level-id=(string)42e01f')
AUDIO = 'application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111,encoding-params=(string)2'
RATE = 48000


def share(samples, frequency):
    """Goertzel's algorithm: which part of the power is at that frequency."""
    step = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + step * last - before
    power = sum(sample * sample for sample in samples)
    return 2 * (before ** 2 + last ** 2 - step * before * last) / (len(samples) * max(power, 1e-9))


class Viewer:
    def __init__(self, url, enough, sound):
        self.url, self.enough, self.began = url, enough, time.monotonic()
        self.samples, self.enough_samples = array.array("h"), int(sound * RATE)
        self.result = {"pictures": 0, "first_s": None, "width": 0, "last_pts_s": 0.0}
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.pipeline.add(self.webrtc)
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(VIDEO))
        if sound:
            self.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(AUDIO))
        self.pipeline.set_state(Gst.State.PLAYING)
        self.webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer, None))

    def on_offer(self, promise, _):
        # What the bindings hand out lives no longer than what it came from.
        self.kept = promise, promise.get_reply()
        offer = self.kept[1].get_value("offer")
        self.webrtc.emit("set-local-description", offer, Gst.Promise.new())
        request = urllib.request.Request(self.url, offer.sdp.as_text().encode(), {"Content-Type": "application/sdp"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            self.result["session"] = answer.headers["Location"]
        _, sdp = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(text, sdp)
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.webrtc.emit("set-remote-description", described, Gst.Promise.new())

    def on_pad(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        if pad.get_current_caps().get_structure(0).get_string("media") == "audio":
            chain = Gst.parse_bin_from_description(f"rtpopusdepay ! opusdec ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate={RATE} ! "
                                                   "fakesink name=sink signal-handoffs=true sync=false", True)
            chain.get_by_name("sink").connect("handoff", self.on_sound)
            return self.attach(chain, pad)
        chain = Gst.parse_bin_from_description("rtph264depay ! h264parse ! openh264dec ! fakesink name=sink signal-handoffs=true sync=false", True)
        chain.get_by_name("sink").connect("handoff", self.on_picture)
        self.attach(chain, pad)

    def attach(self, chain, pad):
        self.pipeline.add(chain)
        chain.sync_state_with_parent()
        pad.link(chain.get_static_pad("sink"))

    def on_sound(self, _, buffer, __):
        if len(self.samples) < self.enough_samples:
            self.samples.frombytes(buffer.extract_dup(0, buffer.get_size()))
            self.result["sound_pts_s"] = buffer.pts / Gst.SECOND
            self.end_if_enough()

    def end_if_enough(self):
        if self.result["pictures"] >= self.enough and len(self.samples) >= self.enough_samples:
            loop.quit()

    def listened(self):
        heard = self.samples[-RATE:]
        self.result["samples"] = len(self.samples)
        if heard:
            self.result["shares"] = {str(frequency): round(share(heard, frequency), 3) for frequency in (440, 660, 880, 1320)}

    def on_picture(self, _, buffer, pad):
        if self.result["first_s"] is None:
            self.result["first_s"] = time.monotonic() - self.began
            self.result["width"] = pad.get_current_caps().get_structure(0).get_int("width")[1]
        self.result["pictures"] += 1
        self.result["last_pts_s"] = buffer.pts / Gst.SECOND
        self.end_if_enough()


Gst.init(None)
loop = GLib.MainLoop()
viewer = Viewer(sys.argv[1], int(sys.argv[2]), float(sys.argv[4]) if len(sys.argv) > 4 else 0)
GLib.timeout_add(int(float(sys.argv[3]) * 1000), loop.quit)
loop.run()
viewer.listened()
print(json.dumps(viewer.result))
viewer.pipeline.set_state(Gst.State.NULL)
