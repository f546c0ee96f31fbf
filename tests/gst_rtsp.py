"""An RTSP reader out of GStreamer: ends with 0 once so many pictures came, and says else why not. gst_rtsp.py URL TRANSPORT PICTURES

A process of its own: PyGObject makes GLib's warnings Python's, of a module that cannot be imported, and with one of them in a worker
pytest-xdist ends the whole run (INTERNALERROR). Ends with 77 where GStreamer lacks what it takes."""
import sys

try:
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("Gio", "2.0")
    from gi.repository import Gio, Gst
except (ImportError, ValueError) as error:
    print(f"GStreamer's Python bindings are not installed: {error}")
    raise SystemExit(77) from None

url, transport, pictures = sys.argv[1:]
Gst.init(None)
if missing := [name for name in ("rtspsrc", "rtph264depay", "h264parse") if not Gst.ElementFactory.find(name)]:
    print(f"GStreamer has no {' nor '.join(missing)}")
    raise SystemExit(77)
if url.startswith("rtsps:") and not Gio.TlsBackend.get_default().supports_tls():
    print("GLib has no TLS: glib-networking is not installed")
    raise SystemExit(77)

# The certificates of tests are signed by themselves.
pipeline = Gst.parse_launch(f"rtspsrc location={url} protocols={transport} tls-validation-flags=0 latency=0 ! rtph264depay ! h264parse ! "
                            f"video/x-h264,stream-format=avc,alignment=au ! fakesink num-buffers={pictures} sync=false")
pipeline.set_state(Gst.State.PLAYING)
message = pipeline.get_bus().timed_pop_filtered(30 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
pipeline.set_state(Gst.State.NULL)
if message is None or message.type != Gst.MessageType.EOS:
    print(message.parse_error() if message else "nothing ended within 30 s")
    raise SystemExit(1)
