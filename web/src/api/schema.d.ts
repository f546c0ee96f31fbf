// Generated from docs/ref/openapi.yaml by `npm run types`. Do not edit.

export interface paths {
    "/api/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cameras
         * @description Ordered by number (cameras without one last), then id.
         */
        get: operations["list_cameras"];
        put?: never;
        /**
         * Add a camera
         * @description It is stored, then started. Without `id` the next free `cam_NNN` is taken.
         */
        post: operations["create_camera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a source before saving it
         * @description Connects, looks at the video for a few seconds and disconnects. Answers 200 with `ok: false` and the reason when the camera fails, and
         *     422 only when the request itself is wrong. Two probes run at a time; more are refused with 503.
         */
        post: operations["probe_camera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /** Read a camera */
        get: operations["get_camera"];
        put?: never;
        post?: never;
        /** Remove a camera */
        delete: operations["delete_camera"];
        options?: never;
        head?: never;
        /**
         * Change a camera
         * @description JSON merge patch (RFC 7396): absent members stay, null gives the default back, arrays are replaced whole. An absent password keeps the stored
         *     one. A `source_url` without user information keeps the stored user name and password only while the host stays the same; else they are dropped, so that
         *     nobody can have them sent elsewhere. The same holds for `streams`, whose entries are matched by name.
         */
        patch: operations["change_camera"];
        trace?: never;
    };
    "/api/cameras/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch a camera on */
        post: operations["start_camera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch a camera off
         * @description It stays listed and stays off after a restart, until it is started again.
         */
        post: operations["stop_camera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try to connect now instead of waiting for the next try */
        post: operations["retry_camera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/stream-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new stream key for an rtmp_push camera; whoever publishes with the old one is disconnected */
        post: operations["renew_stream_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /** State and figures of a camera and each of its streams */
        get: operations["get_camera_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/frame/latest": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * The newest picture as JPEG
         * @description When the camera gives no picture now, its last good one, with `X-Frame-Live` false. 503 when there never was one.
         */
        get: operations["get_latest_frame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/frame/at": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * The picture of some seconds ago as JPEG
         * @description 404 with code `frame.too_old` when nothing reaches back so far.
         */
        get: operations["get_frame_at"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/frames": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * The last pictures, oldest first
         * @description A `multipart/mixed` of JPEGs; each part has `X-Frame-Timestamp` (Unix seconds). Fewer than asked for when no more are kept.
         */
        get: operations["get_frames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/mjpeg": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * Motion JPEG
         * @description A `multipart/x-mixed-replace` of JPEGs, as fast as asked for and never faster than the client reads. It ends when the client goes away, the camera is
         *     removed, or the session or API key it was asked with has ended (within five seconds); it outlives the access token. The number of viewers is limited; one more gets 503 with code `viewers.limit`.
         */
        get: operations["get_mjpeg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/whep": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Watch by WebRTC
         * @description WHEP: the body is a WebRTC offer that wants to receive video, audio or both, the answer carries all of the server's candidates (it is
         *     ICE-lite: one UDP and one TCP port for all viewers). The camera's newest group of pictures is sent first. H.264 and H.265 where the
         *     offer has them, Opus and G.711; where the camera's sound does not fit the offer its section is refused and the picture comes alone.
         *
         *     A stream that does not go out by WebRTC is answered with 406 and a code that says why, so that a player takes another transport:
         *     `webrtc.b_frames`, `webrtc.codec`, `webrtc.no_track`. What is no offer is 400 or 422 (`webrtc.offer`). 429: `webrtc.sessions`,
         *     `webrtc.sessions_of_user`. 503: `webrtc.no_picture` (the camera gives none now), `webrtc.off`.
         *
         *     The session ends when it is deleted, the viewer hangs up or is silent for 30 s, the camera is changed or removed, its codec changes, or the session
         *     or API key it was opened with has ended (within five seconds).
         */
        post: operations["open_whep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/whep/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                session: string;
            };
            cookie?: never;
        };
        /**
         * How a WebRTC session gets on
         * @description Your own; administrators may ask for everybody's. Up to half a second old.
         */
        get: operations["get_whep"];
        put?: never;
        post?: never;
        /**
         * End a WebRTC session
         * @description Your own; administrators may end everybody's.
         */
        delete: operations["close_whep"];
        options?: never;
        head?: never;
        /**
         * Restart ICE of a WebRTC session, or hand in candidates
         * @description Candidates are not needed and not looked at. Another `a=ice-ufrag` with its `a=ice-pwd` is an ICE restart: the session goes on wherever the viewer is by now,
         *     without new keys or a new picture.
         */
        patch: operations["trickle_whep"];
        trace?: never;
    };
    "/api/ingest/push/{camera_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand in one picture of an http_push camera
         * @description A form with `frame_file` (JPEG or PNG, told apart by content) and optionally `timestamp` (Unix seconds, when it was taken), or the picture
         *     itself as body with the time in the query. At most 64 million pixels.
         */
        post: operations["push_frame"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server still needs its first administrator */
        get: operations["get_setup"];
        put?: never;
        /**
         * Make the first administrator and sign in
         * @description The token is in the link that the server prints on its first start. It works once. 404 when there is an administrator already.
         */
        post: operations["complete_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Answers a short-lived access token and sets the refresh token as cookie `vigil_refresh` (HttpOnly, SameSite=Strict, for `/api/auth` only). After
         *     wrong passwords the next try has to wait: 429 with `Retry-After`.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new access token for the refresh cookie
         * @description The refresh token is replaced each time; one that was replaced before ends the whole sign-in. A foreign `Origin` is refused with 403.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the sign-in of the refresh cookie and clears the cookie. Succeeds also when there is none.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the own password
         * @description Every sign-in of this user ends; the caller gets a new one. Not for API keys (403).
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys */
        get: operations["list_keys"];
        put?: never;
        /**
         * Make an API key
         * @description The key itself is in this answer and nowhere else.
         */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key */
        delete: operations["delete_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users */
        get: operations["list_users"];
        put?: never;
        /** Add a user */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a user
         * @description The last enabled administrator stays (409).
         */
        delete: operations["delete_user"];
        options?: never;
        head?: never;
        /**
         * Change a user's role or password, or lock the user out
         * @description Every sign-in of the user ends. The last enabled administrator cannot be changed to anything less (409).
         */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/layouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one's own layouts
         * @description By name. Nobody sees the layouts of others; those of an API key are its own too.
         */
        get: operations["list_layouts"];
        put?: never;
        /**
         * Save a layout
         * @description At most 50; one more is answered with 429 and code `layout.limit`.
         */
        post: operations["create_layout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/layouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Change a layout
         * @description The whole of it; whoever writes last is right.
         */
        put: operations["replace_layout"];
        post?: never;
        /** Delete a layout */
        delete: operations["delete_layout"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * What there is to play
         * @description The camera's streams as they are now, with the exact codec strings that a browser is asked about (`MediaSource.isTypeSupported`), and where each
         *     can be had. A stream that is connected on demand is connected by watching it, not by this; until its first picture `codec` is empty.
         */
        get: operations["get_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket for a player that cannot send headers
         * @description Good for looking at this camera, in the query of operations marked `x-ticket`, until it expires or the sign-in or API key it was made with ends.
         *     Playlists carry it on into all that they lead to. It stands in addresses, which end up in logs and histories: give it no more time than the player needs.
         */
        post: operations["create_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/mse": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * Live video for Media Source Extensions (WebSocket)
         * @description A WebSocket on which the server sends texts (schema `MseMessage`) and binary messages. A text of type `init` names the exact type for
         *     `addSourceBuffer`; the binary message after it is the init segment. It comes again when the camera's parameters change: call `changeType`, append, go on. All other
         *     binary messages are one or more fragments of MP4, to be appended in order. The first begin at the newest key frame, so that there is a picture at once: go to the end
         *     of what is buffered. A reader that is late jumps to the newest key frame and is told how many pictures it did not get (`skipped`). `zero` is what the server's
         *     clock said (Unix seconds) at media time 0; `clock` corrects it now and then. The client sends nothing.
         *
         *     **Signing in** and **close codes** as for `watch_observations`; also 4409: the camera is switched off, 4415: its codec is not for MSE.
         */
        get: operations["watch_mse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hls/{id}/index.m3u8": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * HLS, the streams of a camera
         * @description A multivariant playlist (RFC 8216). A camera whose codec HLS cannot carry gets 409 with code `live.codec`.
         */
        get: operations["get_hls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hls/{id}/{stream}/index.m3u8": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        /**
         * HLS, one stream
         * @description A media playlist with low latency: parts, preload hint, blocking reload and delta updates (draft-pantos-hls-rfc8216bis). An answer that is waited for comes within ten
         *     seconds, or is 503. What is more than one segment ahead gets 400.
         */
        get: operations["get_hls_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hls/{id}/{stream}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                stream: components["parameters"]["Stream"];
                file: string;
            };
            cookie?: never;
        };
        /**
         * HLS, an init segment, a segment or a part
         * @description As a playlist names them. The part that is hinted at is waited for.
         */
        get: operations["get_hls_media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/observations": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /**
         * What is seen now, frame by frame (WebSocket)
         * @description A WebSocket (RFC 6455) on which the server sends one text message for each analysed frame, in the layout of Intel DL Streamer's `gvametaconvert`:
         *     schema `Observation`. Boxes are in pixels of `resolution`; `vigil.captured` is when the picture arrived, the time that pictures carry as
         *     `X-Frame-Timestamp`. Nothing is kept for a client that is late: it loses the oldest messages and is told so by `{"lost": 3}` (schema
         *     `ObservationsLost`) before the next one. The client sends nothing: the connection is closed when it does.
         *
         *     **Signing in.** As everywhere by `Authorization` or `X-API-Key`. Browsers cannot set headers on a WebSocket; a page offers two sub-protocols instead:
         *     `new WebSocket(url, ['vigil.v1', 'vigil.bearer.' + access_token])`. The server chooses `vigil.v1` and never sends the other back. Sub-protocols rather
         *     than one-time tickets, because they need no second request and nothing to be remembered; and never the URL, because addresses end up in the logs of
         *     proxies, in histories and in crash reports. `Origin` is checked as for requests that change something, also without authentication.
         *
         *     **Close codes.** 4401: the sign-in was ended, or the API key removed; sign in again. That the access token runs out meanwhile ends nothing. 4404: the
         *     camera is gone. 1001: the server stops. 1008: the client sent something. Pings go out after 20 s of silence; who does not answer is cut off after 40.
         *
         *     A request that is no handshake gets 426. The number of readers is limited; one more gets 503 with code `viewers.limit`.
         */
        get: operations["watch_observations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was seen
         * @description One entry for each object for as long as it was followed, newest first. All conditions must hold; of `camera` and `label`, which may stand several
         *     times, one. A page may be short, even empty, although there is a next one: what is searched at once is bounded.
         */
        get: operations["list_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** Read a track */
        get: operations["get_track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks/{id}/boxes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Where the object was in every frame
         * @description The oldest first; at most 20000 boxes. `next_from` is where the rest begins.
         */
        get: operations["get_track_boxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks/{id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * The picture in which the object was seen best
         * @description 404 with code `picture.none` when none was kept. With an `ETag`; may be kept by browsers, not by proxies.
         */
        get: operations["get_track_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tracks/{id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Where else was this one seen
         * @description Tracks whose looks are nearest, the most similar first: guesses, never certainties. 404 with code `track.no_appearance` when the looks of this
         *     track were not recorded (`analysis.appearance` was off).
         */
        get: operations["list_similar_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who or what was seen on several tracks
         * @description Newest first. A subject is a guess; `similarity` says how sure it is.
         */
        get: operations["list_subjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SubjectId"];
            };
            cookie?: never;
        };
        /**
         * A subject and its newest tracks
         * @description At most 100 tracks; `GET /api/tracks?subject=` gives all.
         */
        get: operations["get_subject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Number plates that were read
         * @description By cameras; those of videos that were handed in are at `/api/assets/plates`. Newest first. Letters and digits are compared, whatever their case; blanks and signs are not.
         */
        get: operations["list_plates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plate-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How plates look here, and which are expected or not wanted */
        get: operations["get_plate_settings"];
        /**
         * Change the formats and lists
         * @description All of them at once; what is left out has its default. They apply to what is read from now on. A plate that stands in a list, or in none, raises the event `plate.allowed`, `plate.denied` or `plate.unknown`. 412 with code `settings.version` when somebody else changed them since they were read.
         */
        put: operations["set_plate_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scenes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the cameras looked at, in words
         * @description Newest first.
         */
        get: operations["list_scenes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Continuous analyses of a camera or a file
         * @description Newest first. A run lasts until the model or the server is another.
         */
        get: operations["list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key-frames/{id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** A picture that was kept */
        get: operations["get_key_frame_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/export/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tracks as a file
         * @description csv: a line for each track. coco: detections of the kept pictures for labelling. mot: a line for each box as in MOTChallenge, of one run. csv and coco
         *     are written as they are read, however long they are (of coco's pictures the newest 200000, which its `info` then says); mot is made as a whole, and refused
         *     with 400 where it would have more than 10000 pieces of tracks. Two exports run at a time; more are refused with 503.
         */
        get: operations["export_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/analysis": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        /** How the analysis of a camera goes */
        get: operations["get_camera_analysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models that cameras can be analysed with */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose the model of all cameras that name none
         * @description Running cameras that name none take it up within seconds; their tracks go on. `name` is a model, `name@version`, or `classic`.
         */
        put: operations["set_default_model"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an upload (tus 1.0.0)
         * @description Resumable uploads by the protocol of [tus.io](https://tus.io/protocols/resumable-upload), as tus-js-client speaks it. Type, size and quota are
         *     looked at before a byte is taken. A body (`application/offset+octet-stream`) is the file's beginning. What is answered is on the disk. Only videos are
         *     taken: MP4, QuickTime, Matroska, WebM, MPEG-TS, FLV. See docs/uploads.md.
         */
        post: operations["create_upload"];
        delete?: never;
        /** What uploads can do here (tus 1.0.0) */
        options: operations["describe_uploads"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/{id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Who is told how an upload ends
         * @description As those of a job, for as long as the upload is known.
         */
        get: operations["list_upload_webhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/{id}/webhooks/{webhook}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                webhook: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell it again
         * @description As with those of a job.
         */
        post: operations["replay_upload_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/direct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin an upload that goes straight to the storage
         * @description For servers that keep their files in S3; 501 elsewhere. The links are good for 15 minutes, each for one part (or the whole) of exactly that size; further ones by
         *     `links`. From 16 MiB on a file goes in parts, up to 5 TiB. Say `complete` when everything is there: the file is copied to where no link leads, read, and becomes an
         *     asset if it is what was announced. What is not completed within a day is cleared away.
         */
        post: operations["create_direct_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/direct/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give a direct upload up */
        delete: operations["delete_direct_upload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/direct/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Links of parts, again or further ones */
        post: operations["link_direct_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/direct/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that everything is there
         * @description Reads what came, and answers with the asset. 409 while something is missing. What is of another size, digest or kind than was announced is given up: 422, 415. Takes as long
         *     as the storage needs to copy and read the file; who was cut off meanwhile asks again, and it goes on where it was. Of one that is complete it answers the same.
         */
        post: operations["complete_direct_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * How far an upload is
         * @description `HEAD` is the one of tus: Upload-Offset says where to go on, X-Asset-Id what it became. It asks another request of the same upload that is still
         *     at work to let go; `GET` disturbs nobody. 404 for other people's, 410 for what expired or was given up.
         */
        get: operations["get_upload"];
        put?: never;
        post?: never;
        /** Give an upload up (tus 1.0.0) */
        delete: operations["delete_upload"];
        options?: never;
        head?: never;
        /**
         * Go on with an upload (tus 1.0.0)
         * @description 409 when Upload-Offset is not where it goes on, 423 while another request is at work, 460 when the checksum is another, 403 when it is complete
         *     already. With the last byte the file becomes an asset. A file that is no video, or not the one that was promised, is given up: 415, 422.
         */
        patch: operations["append_upload"];
        trace?: never;
    };
    "/api/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files that were handed in
         * @description One's own; an administrator's list has everybody's. Newest first.
         */
        get: operations["list_assets"];
        put?: never;
        /**
         * Hand in a small file in one request
         * @description A form with `file`, and optionally the `sha256` that it must have, and who is told how it ends (`webhook_url`, `webhook_secret`). The same content again gives the same asset, with 200. Larger files go by `/api/uploads`.
         */
        post: operations["create_asset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/plates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Number plates that were read in videos that were handed in
         * @description In all of one's own, or in one of them; an administrator looks at everybody's. Compared as in `/api/plates`, which has those that cameras saw. The files that came last stand first, and of one file its end; `from` and `to` are times at which files were handed in. Of each video the analysis that counts is searched.
         */
        get: operations["list_found_plates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much one has handed in */
        get: operations["get_asset_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** For how long uploads and what is made of them are kept */
        get: operations["list_retention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Keep one owner's uploads for another time
         * @description `id` is that of a user or an API key, or `local`. What is missing or null is as for everybody; `{}` takes everything back. What is held is kept all the same.
         */
        put: operations["put_retention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** Read an asset */
        get: operations["get_asset"];
        put?: never;
        post?: never;
        /**
         * Remove an asset with everything that was made of it
         * @description Jobs that work on it are cancelled. What cannot be removed now is removed later; it is gone for everybody at once.
         */
        delete: operations["delete_asset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have something done with an asset
         * @description `probe` opens it again, to say what it is. `extract` takes pictures out of a video. They become outputs of the job (`/api/jobs/{id}/outputs`), named by their time, so that the list is in their order and `after` goes on at any time. `analyse` looks at a video as `vigil process` does; what it found is under the asset: `/api/assets/{id}/analysis`, `tracks`, `plates`, `scenes` and `boxes`. The same order while it is at work is the same job; a webhook that it names is added to it.
         */
        post: operations["create_asset_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/analysis": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * What was found in a video, in numbers
         * @description Of the analysis that was done last. 404 (`analysis.none`) while there is none; with `job`, 404 (`analysis.replaced`) where a later one has replaced that one.
         */
        get: operations["get_asset_analysis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * What was seen in a video
         * @description One entry for each object for as long as it was followed, by the time of its first picture.
         */
        get: operations["list_asset_tracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/plates": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Licence plates read in a video
         * @description By time.
         */
        get: operations["list_asset_plates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/scenes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * What was told of a video in words
         * @description By time.
         */
        get: operations["list_asset_scenes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/boxes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Where everything was in the pictures of a video
         * @description From `from_ms` until before `to_ms`. What is too much for one answer goes on at `next_ms`.
         */
        get: operations["get_asset_boxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * The bytes of an asset
         * @description All of them, or one range (`Range`, RFC 9110). Several ranges at once get the whole. The `ETag` is made of the digest.
         */
        get: operations["get_asset_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * A picture of an asset that shows something
         * @description At most 640 pixels wide and high. 404 while it was not opened yet, or where no picture of it can be decoded.
         */
        get: operations["get_asset_thumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/frame": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * The picture that is shown at one time of a video
         * @description Taken out while you wait, in a process of its own; nothing else is decoded than it needs. The same content gives the same picture, so that it can be kept.
         *     404 behind the end of the video; 422 with the reason where it cannot be decoded; 503 when too many wait already or the storage fails, and 504 when it takes
         *     too long; 409 where more than 1 GiB would have to be fetched from a storage elsewhere to get there, as in a file without an index. For many pictures have them
         *     taken out by a job.
         */
        get: operations["get_asset_frame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link that opens this asset for a while
         * @description Who has it needs no sign-in. It opens this asset and nothing else, and not once it is deleted.
         */
        post: operations["create_asset_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/shared": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** The bytes of an asset, by a link */
        get: operations["get_shared_asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assets/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Keep an asset, or let it go
         * @description While it is held nobody can delete it, and `uploads.keep` does not.
         */
        put: operations["hold_asset"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs
         * @description One's own; an administrator's list has everybody's. Newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Read a job
         * @description For polling, send the ETag of the answer before as If-None-Match; 304 when nothing changed.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        /** Forget a job that has ended */
        delete: operations["delete_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description One that waits ends at once, one at work with its worker's next sign of life: `cancelling`. With that it has no outputs any more, and what it made is removed. 409 when it has ended.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lay a job down
         * @description One at work goes on later where it was.
         */
        post: operations["pause_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a paused job
         * @description 409 when it is not paused.
         */
        post: operations["resume_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a failed or cancelled job once more
         * @description One that failed goes on where it was, one that was cancelled begins at its beginning. 409 in any other state, and while another job does the same.
         */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** What happened to a job, in order */
        get: operations["get_job_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * Who is told what happens to a job
         * @description How far each was told, and how each delivery went. Every try stands in the job's log.
         */
        get: operations["list_job_webhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/webhooks/{webhook}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                webhook: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell it again
         * @description From one delivery on, `from` or the last one, everything is sent again in its order, and whoever was given up is told what followed. 409 (`webhook.pending`) while it is still being told something, also where that is tried again later; 409 (`webhook.nothing`) where it was told nothing yet.
         */
        post: operations["replay_job_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How jobs go on (WebSocket)
         * @description A WebSocket on which the server sends a text (schema `JobNews`) for everything that happens to one's jobs, an administrator's to everybody's, and how far those at work
         *     are. What was stored has a number: who comes back says the last one that it saw as `after` and gets what it missed. Who is late loses the oldest texts and is told
         *     so by `{"lost": 3}`. Signing in, closing and limits are those of `watch_observations`.
         */
        get: operations["follow_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /**
         * How a job goes on (server-sent events)
         * @description `text/event-stream`: everything that happened and happens to the job, and how far it is; the data is JSON (schema `JobNews`). What was stored carries an `id`; who comes back with
         *     `Last-Event-ID` gets what it missed. The stream ends with the job; who asks again then gets 204, which ends an `EventSource`.
         */
        get: operations["follow_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** What a job made, by name */
        get: operations["list_job_outputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        /**
         * Something that a job made
         * @description A picture, a sheet, a file of details, a video; whole, or one range of it.
         */
        get: operations["get_job_output"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{name}/links": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A link that opens this output for a while
         * @description Who has it needs no sign-in. It opens this output and nothing else, and not once it is gone.
         */
        post: operations["create_output_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{name}/shared": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        /** An output, by a link */
        get: operations["get_shared_output"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the last comparison of database and storage found
         * @description Once a day, and when asked for: outputs of jobs and files that are gone, and files that nothing speaks of. `jobs.reconcile` says what is done about it.
         */
        get: operations["get_reconcile"];
        put?: never;
        /**
         * Compare database and storage now
         * @description No more than one is under way.
         */
        post: operations["reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of the server's cameras, threads, queues, sinks, store and disk */
        get: operations["get_system_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server can do its work */
        get: operations["get_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Upload: {
            id: string;
            /** @enum {string} */
            state: "open" | "complete" | "closed";
            /** @description Bytes; null: not said yet. */
            length: number | null;
            /** @description Bytes that are on the disk. */
            received: number;
            /** @description As its sender says. */
            name: string;
            /** @description As its sender says. */
            type: string;
            /** @description What it became. */
            asset_id: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
        };
        Asset: {
            id: string;
            /** @description A user's id. */
            owner: string;
            /** @description As its sender said. */
            name: string;
            /** @description Bytes. */
            size: number;
            sha256: string;
            /** @description As its first bytes say. */
            media_type: string;
            /** @description Nobody can delete it. */
            held: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Then it is removed with everything made of it; null: when somebody deletes it.
             */
            kept_until: string | null;
            /** @description What the video is, as soon as it was opened. */
            video: components["schemas"]["VideoFacts"] | null;
            /** @description Path of a picture of it. */
            thumbnail: string | null;
            /** @description Why it cannot be used: it is no video, cannot be decoded, or is longer than it may be. */
            fault: components["schemas"]["AssetFault"] | null;
        };
        AssetFault: {
            /** @description For programs. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description What a video is. What is not known is missing. */
        VideoFacts: {
            /** @description Of the container: mov, matroska, mpegts, flv. */
            format: string;
            /** @description Of the pictures: h264, hevc, … */
            codec: string;
            profile?: string;
            /** @description Upright. */
            width: number;
            height: number;
            /**
             * @description Degrees clockwise by which the stored pictures are turned.
             * @enum {integer}
             */
            rotation: 0 | 90 | 180 | 270;
            /** @description Of a sample. */
            bits: number;
            interlaced: boolean;
            pixel_aspect?: number[];
            fps?: number;
            duration_ms?: number;
            bit_rate?: number;
            /** @description About how many. */
            pictures?: number;
            audio?: {
                codec: string;
                sample_rate: number;
                channels: number;
            };
            /**
             * Format: date-time
             * @description As the file says.
             */
            created_at?: string;
            /** @description Of the container, cleaned; where it was recorded is left out. */
            tags?: {
                [key: string]: string;
            };
        };
        DirectUploadOrder: {
            /** @description Bytes of the file. */
            size: number;
            name?: string;
            /** @description Of its content, such as video/mp4. */
            type?: string;
            /** @description What it must have. */
            sha256?: string;
            webhook?: components["schemas"]["JobWebhook"];
        };
        DirectUpload: {
            id: string;
            /** @enum {string} */
            method: "PUT";
            /** @description That each of the requests must have. */
            headers: {
                [key: string]: string;
            };
            /** @description Each link takes one part, and `complete` wants the ETag of each. */
            in_parts: boolean;
            /** @description Of each part but the last. */
            part_bytes: number;
            parts: number;
            links: {
                part: number;
                /** @description Exactly so many. */
                bytes: number;
                /** @description In the storage. */
                url: string;
            }[];
            /** Format: date-time */
            links_expire_at: string;
            /**
             * Format: date-time
             * @description Then what came is cleared away.
             */
            expires_at: string;
        };
        AssetLink: {
            /** @description Path and query, on this server. */
            url: string;
            /** Format: date-time */
            expires_at: string;
        };
        AssetReceipt: {
            id: string;
            owner: string;
            name: string;
            size: number;
            sha256: string;
            media_type: string;
            held: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description What the video is, as soon as it was opened. */
            video: components["schemas"]["VideoFacts"] | null;
            /** @description Path of a picture of it. */
            thumbnail: string | null;
            /** @description Why it cannot be used: it is no video, cannot be decoded, or is longer than it may be. */
            fault: components["schemas"]["AssetFault"] | null;
            /** @description The same content was here already. */
            duplicate: boolean;
            /** @description What was begun with it. */
            job_id: string | null;
        };
        AssetList: {
            assets: components["schemas"]["Asset"][];
            next_cursor: string | null;
        };
        AssetUsage: {
            assets: number;
            bytes: number;
            open_uploads: number;
            /** @description Announced by open uploads. */
            reserved_bytes: number;
            /** @description Of one file; null: any size. */
            max_file_bytes: number | null;
            /** @description Of one video, in seconds; null: any. */
            max_duration_s: number | null;
            /** @description Of all files of one user; null: no limit. */
            quota_bytes: number | null;
            /** @description Uploads of one user that may be open at once; null: any number. */
            max_open_uploads: number | null;
            /** @description For how many seconds what is kept; null: until somebody deletes it. */
            keep_s: {
                /** @description Since they are here, with everything made of them. */
                files: number | null;
                /** @description What `extract` took out of them, since it was done; never longer than the file. */
                pictures: number | null;
                /** @description What `analyse` found in them; the same. */
                findings: number | null;
                /** @description Once they have ended and nothing that they made is there any more, with their log. */
                jobs: number | null;
            };
        };
        /** @description In seconds. 0: until somebody deletes it; null: as for everybody. */
        Retention: {
            /** @description Since they are here, with everything made of them. */
            files?: number | null;
            /** @description What `extract` took out of them, since it was done. */
            pictures?: number | null;
            /** @description What `analyse` found in them, since it was done. */
            findings?: number | null;
            /** @description That have ended and whose outputs are gone, with their log. */
            jobs?: number | null;
        };
        OwnedRetention: {
            owner: string;
            files: number | null;
            pictures: number | null;
            findings: number | null;
            jobs: number | null;
        };
        RetentionList: {
            /** @description In seconds; 0: until somebody deletes it. */
            everybody: {
                files: number;
                pictures: number;
                findings: number;
                jobs: number;
            };
            owners: components["schemas"]["OwnedRetention"][];
        };
        /** @enum {string} */
        JobState: "queued" | "processing" | "done" | "failed" | "cancelled";
        AssetOrder: {
            /** @enum {string} */
            kind: "extract" | "analyse" | "probe";
            extract?: components["schemas"]["ExtractOrder"];
            analyse?: components["schemas"]["AnalyseOrder"];
            webhook?: components["schemas"]["JobWebhook"];
        };
        Reconcile: {
            running: boolean;
            last: {
                /** Format: date-time */
                finished_at: string;
                seconds: number;
                /** @description Looked at. */
                jobs: number;
                /** @description Looked at, but for originals. */
                blobs: number;
                /** @description Outputs of jobs that are gone or too short. */
                missing: number;
                /** @description Jobs that are done again because of that. */
                remade: number;
                /** @description Files that were handed in and are gone. */
                lost: number;
                /** @description Blobs that nothing speaks of. */
                orphans: number;
                orphan_bytes: number;
                /** @description Of these, those that were old enough. */
                removed: number;
                /** @description Jobs whose file is gone. */
                cancelled: number;
                /** @description So much would be removed that the database seems to be the wrong one: nothing was. */
                refused: boolean;
            } | null;
        };
        /** @description Who is told by HTTP what happens to the job, or how the upload ends (`upload.completed`, `upload.refused`, `upload.expired`, `upload.deleted`): a POST for each change, signed as Standard Webhooks 1.0.0 says it, with a CloudEvent as its body. Tried again with growing pauses for three days, in the order of the job. Kept encrypted, and never shown again. */
        JobWebhook: {
            /** @description http or https, without user name and password. */
            url: string;
            /** @description What is signed with; `whsec_` and base64, or any text. Without it nothing is signed. */
            secret?: string;
        };
        JobWebhookList: {
            webhooks: {
                id: string;
                /** @description What of its address is shown. */
                host: string;
                signed: boolean;
                /** @description It is told nothing any more. */
                given_up: boolean;
                /** @description The `sequence` of the last event that was delivered. */
                told: number;
                /** @description Failed ones, at the next event. */
                tries: number;
                /**
                 * Format: date-time
                 * @description null: there is nothing to tell.
                 */
                next_at: string | null;
                last_error: string | null;
                /** @description What it was tried to tell, the newest 200, oldest first. */
                deliveries: {
                    /** @description Of the event. */
                    sequence: number;
                    /** @description Of the event. */
                    type: string;
                    /**
                     * @description `failed`: it is tried again; `waiting`: it is to be sent again.
                     * @enum {string}
                     */
                    state: "delivered" | "failed" | "given_up" | "waiting";
                    tries: number;
                    /** @description To the last try, or why there was none. */
                    answer: string | null;
                    /**
                     * Format: date-time
                     * @description Of the last try.
                     */
                    at: string;
                }[];
            }[];
        };
        /** @description What is taken out of a video. Always `video.json`, what it is. */
        ExtractOrder: {
            /**
             * @description The first picture of each interval; every N-th; those shown at given times; key frames; those with which a scene begins.
             * @default fps
             * @enum {string}
             */
            cadence?: "none" | "fps" | "every" | "times" | "key_frames" | "scenes";
            /** @default 1 */
            fps?: number;
            /** @default 1 */
            every?: number;
            /** @description For `times`. */
            times_ms?: number[];
            /**
             * @default jpeg
             * @enum {string}
             */
            format?: "jpeg" | "png";
            /**
             * @description Of JPEG.
             * @default 85
             */
            quality?: number;
            /** @description The aspect is kept. */
            max_width?: number;
            max_height?: number;
            /** @default 20000 */
            max_pictures?: number;
            /**
             * @description `first.jpg`, and `best.jpg`: sharp, bright, not blank.
             * @default false
             */
            thumbnails?: boolean;
            /**
             * @description `sheet.jpg`: twenty places in one picture.
             * @default false
             */
            sheet?: boolean;
            /**
             * @description `preview.mp4`: small, short and silent.
             * @default false
             */
            preview?: boolean;
            /**
             * @description Where it was recorded, if it says so.
             * @default false
             */
            keep_location?: boolean;
        };
        /** @description What is looked for in a video, as `vigil process` has it. */
        AnalyseOrder: {
            /** @description Name of an installed model, or `classic`; empty: the default one. */
            model?: string;
            /** @description So many pictures a second at most; without it and `every`: all. */
            fps?: number;
            /** @description Every N-th picture. Not together with `fps`. */
            every?: number;
            /** @description Only these; empty: all that the model knows. */
            classes?: string[];
            /**
             * @description What is less sure begins no track.
             * @default 0.5
             */
            confidence?: number;
            /**
             * @description Look at overlapping parts, too: small things, several times the cost.
             * @default false
             */
            tiles?: boolean;
            /**
             * @description Pictures in which nothing moves are not given to the detector.
             * @default true
             */
            gate?: boolean;
            /**
             * @description Clothing, gender and age of persons, colours: guesses.
             * @default false
             */
            attributes?: boolean;
            /**
             * @description Read the licence plates of vehicles.
             * @default false
             */
            plates?: boolean;
            /**
             * @description Tell who of those seen may be the same person.
             * @default false
             */
            appearance?: boolean;
            /**
             * @description Say now and then, in words, what is to be seen as a whole.
             * @default false
             */
            scene?: boolean;
            /**
             * @description `annotated.mp4`: the video with boxes drawn upon it.
             * @default false
             */
            annotate?: boolean;
        };
        AssetAnalysis: {
            job_id: string;
            /** Format: date-time */
            finished_at: string | null;
            /** @description What the video is, as in `video.json` of `extract`. */
            video: Record<string, never>;
            settings: components["schemas"]["AnalyseOrder"];
            /** @description Name and version; empty: not one picture was looked at. */
            model: string;
            device: string;
            /** @description Of the pictures that boxes speak of. */
            width: number;
            height: number;
            /** @description Pictures of the video. */
            frames: number;
            /** @description Of these, looked at. */
            analysed: number;
            /** @description Of these, given to the detector. */
            detected: number;
            /** @description How far pictures that were looked at are apart, on average. */
            interval_ms: number | null;
            tracks: number;
            /** @description How many tracks of each class. */
            labels: {
                [key: string]: number;
            };
            plates: number;
            scenes: number;
            /** @description Whether the job made `annotated.mp4`. */
            annotated: boolean;
            /** @description What is amiss, for people. */
            problems: string[];
        };
        AssetPlate: {
            track: number;
            /** @description Of the reading that was surest. */
            time_ms: number;
            text: string;
            region: string | null;
            confidence: number;
            box: components["schemas"]["RelativeBox"];
        };
        AssetTrack: {
            /** @description Unique in this analysis. */
            number: number;
            label: string;
            specific_type: string | null;
            /** @description When it was first seen, from the beginning of the video. */
            first_ms: number;
            last_ms: number;
            /** @description In which it was seen. */
            frames: number;
            best_score: number;
            /** @description When it was last seen. */
            stationary: boolean;
            best_box: components["schemas"]["RelativeBox"];
            /** @description Where it stood, evenly in time: x and y, 0 to 1. */
            path: number[][];
            /** @description Who of this video it seems to be; a guess. */
            subject: {
                id: components["schemas"]["SubjectId"];
                similarity: number;
            } | null;
            attributes: components["schemas"]["Attribute"][];
            plate: components["schemas"]["AssetPlate"] | null;
        };
        AssetTrackList: {
            job_id: string;
            tracks: components["schemas"]["AssetTrack"][];
            /** @description `skip` of the next page; null: that was all. */
            next: number | null;
        };
        AssetPlateList: {
            job_id: string;
            plates: components["schemas"]["AssetPlate"][];
            next: number | null;
        };
        FoundPlate: {
            asset_id: string;
            /** @description As its sender called the file; may be empty. */
            asset_name: string;
            /** @description The analysis that read it. */
            job_id: string;
            handed_in: components["schemas"]["Time"];
            /** @description From the beginning of the video. */
            time_ms: number;
            /** @description Number of the vehicle in the video. */
            track: number;
            /** @description As read. */
            text: string;
            /** @description Country or region; null: not known. */
            region: string | null;
            confidence: number;
            /** @description What the server's lists say of it now; null where there are none. */
            listed: components["schemas"]["PlateVerdict"] | null;
        };
        FoundPlateList: {
            plates: components["schemas"]["FoundPlate"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        AssetSceneList: {
            job_id: string;
            scenes: {
                time_ms: number;
                type: string;
                description: string;
                confidence: number;
            }[];
            next: number | null;
        };
        AssetBoxes: {
            job_id: string;
            /** @description Pictures in which something was seen, by time. */
            frames: {
                /** @description Of the picture in the video. */
                sequence: number;
                time_ms: number;
                objects: {
                    track: number;
                    label: string;
                    confidence: number;
                    /**
                     * @description coasting: not seen in this picture.
                     * @enum {string}
                     */
                    state: "tentative" | "confirmed" | "coasting" | "lost";
                    /** @description x, y, width and height in pixels of the picture, to a quarter. */
                    box: number[];
                }[];
            }[];
            /** @description `from_ms` of what follows, where that was too much for one answer; null: that was all. */
            next_ms: number | null;
        };
        Job: {
            id: string;
            /** @description Such as `verify`. */
            kind: string;
            /** @description A user's id; empty: the server itself. */
            owner: string;
            asset_id: string | null;
            state: components["schemas"]["JobState"];
            paused: boolean;
            /** @description It was cancelled and is still at work. */
            cancelling: boolean;
            /** @description 0 first. */
            priority: number;
            progress: number;
            /** @description What it is at. */
            step: string | null;
            attempt: number;
            max_attempts: number;
            /**
             * Format: date-time
             * @description After a failure, when it is tried again.
             */
            retry_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            /** @description Why it failed, for programs. */
            reason: string | null;
            /** @description Why it failed, for people. */
            detail: string | null;
            /** @description A later analysis of the same video that is done: what this job found is gone. */
            replaced_by: string | null;
            /**
             * Format: date-time
             * @description When what it made was removed, because it had been kept for long enough.
             */
            cleared_at: string | null;
            /** @description What came out; null until it is done. */
            result: unknown;
            errors: {
                attempt: number;
                /** Format: date-time */
                time: string;
                /** @enum {string} */
                fault: "transient" | "permanent" | "timeout" | "lost";
                code: string;
                message: string;
            }[];
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            next_cursor: string | null;
        };
        JobEvent: {
            sequence: number;
            /** @description `job.queued`, `job.processing`, `job.done`, `job.failed`, `job.cancelled`, `job.retry`, `job.lost`, …; and, only here, `outputs.removed`, `webhook.delivered`, `webhook.failed`, `webhook.given_up`, `webhook.replayed`. */
            type: string;
            /** Format: date-time */
            time: string;
            state: components["schemas"]["JobState"];
            attempt: number;
            progress: number;
            code: string | null;
            detail: string | null;
        };
        JobNews: {
            /** @description Of the log of all jobs; null: how far one is, which is not stored. */
            sequence: number | null;
            /** @description `job.queued`, `job.done`, … as in the log; or `job.progress`. */
            type: string;
            /** Format: date-time */
            time: string;
            job_id: string;
            kind: string;
            asset_id: string | null;
            state: components["schemas"]["JobState"];
            attempt: number;
            progress: number;
            step: string | null;
            code: string | null;
            detail: string | null;
        };
        JobLog: {
            events: components["schemas"]["JobEvent"][];
        };
        JobOutputList: {
            /**
             * Format: date-time
             * @description Then they are removed, the file with them or not; null: when somebody deletes them.
             */
            kept_until: string | null;
            outputs: {
                name: string;
                size: number;
                media_type: string;
                /** @description What is known of it. */
                facts: unknown;
            }[];
        };
        /** @description Letters, digits, '_', '-' and '.'; not starting with '.'. */
        CameraId: string;
        WhepFacts: {
            connected: boolean;
            /** @enum {string} */
            transport: "udp" | "tcp";
            /** @description SRTP profile; empty before it is agreed on. */
            protection: string;
            packets: number;
            /** @description Packets that the viewer reported lost. */
            nacks: number;
            retransmitted: number;
            /** @description Pictures that were left out because the viewer was late. */
            skipped_pictures: number;
            picture_requests: number;
            /** @description Share of the packets that were lost; as last reported. */
            loss: number;
            round_trip_s: number | null;
            /** @description Ties the RTP times of the pictures (90 kHz) to the server's clock, so that a player knows its delay. */
            clock: {
                rtp_time: number;
                /** @description Unix seconds at which a picture of this RTP time came from the camera. */
                captured: number;
            } | null;
        };
        /** @enum {string} */
        SourceType: "rtsp" | "rtmp" | "hls" | "mjpeg" | "snapshot" | "http_push" | "rtmp_push" | "file" | "v4l2";
        /** @enum {string} */
        Role: "live" | "recording" | "analysis";
        Roles: components["schemas"]["Role"][];
        /**
         * @description Who speaks RTSP to the camera: Vigil itself (native, the rule), or libavformat, which hands a picture on one frame later.
         * @enum {string}
         */
        RtspEngine: "native" | "libav";
        /** @description SHA-256 fingerprint of the certificate that an rtsps camera shows: this one and no other is trusted then. Empty: see docs/rtsp.md. */
        TlsFingerprint: string;
        /** @enum {string} */
        Transport: "auto" | "tcp" | "udp";
        StreamName: string;
        /** @enum {string} */
        CameraState: "disabled" | "idle" | "connecting" | "connected" | "reconnecting";
        /** @enum {string} */
        FailureReason: "none" | "dns" | "blocked" | "refused" | "unreachable" | "timeout" | "tls" | "auth" | "not_found" | "busy" | "no_video" | "stalled" | "frozen" | "decode_error" | "codec" | "protocol" | "ended" | "stopped" | "internal";
        /** Format: date-time */
        Time: string;
        /** Format: date-time */
        NullableTime: string | null;
        /** @description x and y, 0 to 1 of the picture's width and height, from the top left. */
        Point: number[];
        Polygon: components["schemas"]["Point"][];
        Live: {
            camera: components["schemas"]["CameraId"];
            /** @description The server's clock, Unix seconds: times of pictures are told by it. */
            now: number;
            streams: components["schemas"]["LiveStream"][];
            /**
             * @description Streams that the server encodes from the camera's pictures while somebody watches them: `annotated`, with what is seen drawn in, and `h264`, for
             *     players that cannot show the camera's own codec. Nothing is known of their pictures before. The number of those that run at once is limited
             *     (option `live.renditions`): one more is refused with 429 and code `renditions.limit`.
             */
            renditions: components["schemas"]["LiveStream"][];
        };
        LiveStream: {
            name: components["schemas"]["StreamName"];
            /** @description Of the video: h264, h265, mjpeg, …; empty before the first picture. */
            codec: string;
            /** @description RFC 6381, as MSE and HLS give it: "avc1.64001f,mp4a.40.2"; empty where they cannot. */
            codecs: string;
            width: number;
            height: number;
            /** @description Pictures are reordered; WebRTC cannot show that. */
            b_frames: boolean;
            fps: number;
            bits_per_second: number;
            /** @description Between two key frames. */
            gop_seconds: number;
            /** @description Paths by name of the transport (webrtc, mse, hls, mjpeg, …). */
            transports: {
                [key: string]: string;
            };
            /** @description Codec of the camera's own sound: aac, pcma, opus, flac, …; empty where it has none, and before the first picture. */
            sound: string;
            /**
             * @description Codec of the sound by name of the transport (aac, opus, pcma, …); those that bring none are missing. Where it is another one than the stream's own (`sound` is aac, by
             *     WebRTC comes opus), the server makes it while somebody listens.
             */
            sounds: {
                [key: string]: string;
            };
            /**
             * @description What MSE and HLS share. It is made on demand: `idle` costs nothing, `starting` waits for the first picture, `running`, and `closing` after the last viewer until
             *     it is idle again or the next one comes.
             */
            output: {
                /** @enum {string} */
                state: "idle" | "starting" | "running" | "closing";
                readers: {
                    mse: number;
                    hls: number;
                };
                /** @description Viewers that came so far. */
                joins: number;
            };
        };
        Ticket: {
            ticket: string;
            expires_at: components["schemas"]["Time"];
            /** @description Paths with the ticket, by what they give. */
            urls: {
                [key: string]: string;
            };
        };
        MseMessage: {
            /** @enum {string} */
            type: "init" | "clock" | "skipped";
            stream?: components["schemas"]["StreamName"];
            /** @description For addSourceBuffer and changeType. */
            mime?: string;
            width?: number;
            height?: number;
            sound?: boolean;
            /** @description Unix seconds at media time 0. */
            zero?: number;
            /** @description How many were skipped. */
            pictures?: number;
        };
        Motion: {
            enabled: boolean;
            /** @description false: key frames only, which costs next to nothing. true: every frame is decoded. */
            every_frame: boolean;
            /** @description More finds smaller contrasts. */
            sensitivity: number;
            /** @description Part of the picture; smaller movement is ignored. */
            min_area: number;
            /** @description Movement inside is ignored. */
            masks: components["schemas"]["Polygon"][];
            /** @description Seconds of movement that begin an event. */
            start_after: number;
            /** @description Seconds of quiet that end it. */
            end_after: number;
        };
        MotionInput: {
            /** @default true */
            enabled?: boolean;
            /** @default false */
            every_frame?: boolean;
            /** @default 50 */
            sensitivity?: number;
            /** @default 0.002 */
            min_area?: number;
            masks?: components["schemas"]["Polygon"][];
            /** @default 0 */
            start_after?: number;
            /** @default 5 */
            end_after?: number;
        };
        /**
         * @description every_nth: the first of each `nth` frames. fixed_fps: at most `fps`. economic: one key frame a second at most, nothing else is decoded. adaptive: up to `fps`, fewer while the machine is too slow to stay near live.
         * @enum {string}
         */
        RateMode: "every_frame" | "every_nth" | "fixed_fps" | "economic" | "adaptive";
        Rate: {
            mode: components["schemas"]["RateMode"];
            nth: number;
            fps: number;
        };
        RateInput: {
            mode?: components["schemas"]["RateMode"];
            /** @default 1 */
            nth?: number;
            /** @default 10 */
            fps?: number;
        };
        /** @description Areas are parts of the picture, aspects width divided by height; objects outside are ignored. */
        SizeFilter: {
            min_area: number;
            max_area: number;
            min_aspect: number;
            max_aspect: number;
        };
        SizeFilterInput: {
            /** @default 0 */
            min_area?: number;
            /** @default 1 */
            max_area?: number;
            /** @default 0 */
            min_aspect?: number;
            /** @default 100 */
            max_aspect?: number;
        };
        Label: string;
        Confidence: number;
        /** @description Name in the catalogue; empty: the default model; `classic`: the built-in detector. */
        ModelName: string;
        /** @description What is looked for in the pictures, and how often. */
        Analysis: {
            enabled: boolean;
            model: components["schemas"]["ModelName"];
            rate: components["schemas"]["Rate"];
            /** @description Labels to keep; empty: all. */
            classes: components["schemas"]["Label"][];
            confidence: components["schemas"]["Confidence"];
            /** @description Confidence for single labels; a change replaces all of them. */
            class_confidence: {
                [key: string]: components["schemas"]["Confidence"];
            };
            size: components["schemas"]["SizeFilter"];
            /** @description An object that stands inside is ignored. */
            masks: components["schemas"]["Polygon"][];
            /** @description Overlapping tiles besides the whole picture: finds small objects at several times the cost. */
            tiling: boolean;
            /** @description Frames in which nothing moves are not given to the detector. */
            motion_gate: boolean;
            /** @description Persons are recognised again by their looks. */
            appearance: boolean;
            /** @description Clothing, gender, age. Off unless somebody decides otherwise. */
            attributes: boolean;
            plates: boolean;
            scene: boolean;
        };
        AnalysisInput: {
            /** @default false */
            enabled?: boolean;
            model?: components["schemas"]["ModelName"];
            rate?: components["schemas"]["RateInput"];
            classes?: components["schemas"]["Label"][];
            confidence?: components["schemas"]["Confidence"];
            class_confidence?: {
                [key: string]: components["schemas"]["Confidence"];
            };
            size?: components["schemas"]["SizeFilterInput"];
            masks?: components["schemas"]["Polygon"][];
            /** @default false */
            tiling?: boolean;
            /** @default true */
            motion_gate?: boolean;
            /** @default false */
            appearance?: boolean;
            /** @default false */
            attributes?: boolean;
            /** @default false */
            plates?: boolean;
            /** @default false */
            scene?: boolean;
        };
        /** @description A further stream of a camera, such as its sub-stream. */
        Stream: {
            name: components["schemas"]["StreamName"];
            /** @description Without user name and password. */
            source_url: string | null;
            username: string | null;
            has_password: boolean;
            roles: components["schemas"]["Roles"];
        };
        StreamInput: {
            name: components["schemas"]["StreamName"];
            source_url: components["schemas"]["SourceUrl"];
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["CameraPassword"];
            roles?: components["schemas"]["Roles"];
        };
        /** @description Absolute URL; may contain user name and password, which are stored encrypted and never shown again. */
        SourceUrl: string;
        Username: string | null;
        /** @description Of an rtmp_push camera: its stream key, 16 to 128 letters, digits, _ and -. */
        CameraPassword: string | null;
        Camera: {
            id: components["schemas"]["CameraId"];
            name: string;
            number: number | null;
            place: string;
            section: string;
            source_type: components["schemas"]["SourceType"];
            /** @description Of the main stream, without user name and password; null for http_push and rtmp_push. */
            source_url: string | null;
            username: string | null;
            has_password: boolean;
            roles: components["schemas"]["Roles"];
            /** @description Streams besides the main one. */
            streams: components["schemas"]["Stream"][];
            transport: components["schemas"]["Transport"];
            rtsp_engine: components["schemas"]["RtspEngine"];
            tls_fingerprint: components["schemas"]["TlsFingerprint"];
            /** @description Seconds between two pictures of a snapshot source. */
            poll_interval: number;
            /** @description File sources: begin again at the end. */
            loop: boolean;
            enabled: boolean;
            /** @description Least seconds between two frame.ingested events; 0: every frame; null: every pushed or polled picture, one a second for video. */
            frame_event_interval: number | null;
            motion: components["schemas"]["Motion"];
            analysis: components["schemas"]["Analysis"];
            version: number;
            created_at: components["schemas"]["Time"];
            updated_at: components["schemas"]["Time"];
            status: components["schemas"]["CameraStatusBrief"];
        };
        CameraList: {
            cameras: components["schemas"]["Camera"][];
            /** @description null on the last page. */
            next_cursor: string | null;
            /** @description Cameras that match `q`, over all pages. */
            total: number;
        };
        CameraCreate: {
            id?: components["schemas"]["CameraId"];
            /** @description The id when absent. */
            name?: string;
            number?: number | null;
            place?: string;
            section?: string;
            source_type: components["schemas"]["SourceType"];
            /** @description Absolute URL; may contain user name and password. None for http_push and rtmp_push. */
            source_url?: string | null;
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["CameraPassword"];
            roles?: components["schemas"]["Roles"];
            streams?: components["schemas"]["StreamInput"][];
            transport?: components["schemas"]["Transport"];
            rtsp_engine?: components["schemas"]["RtspEngine"];
            tls_fingerprint?: components["schemas"]["TlsFingerprint"];
            /** @default 1 */
            poll_interval?: number;
            /** @default true */
            loop?: boolean;
            /** @default true */
            enabled?: boolean;
            frame_event_interval?: number | null;
            motion?: components["schemas"]["MotionInput"];
            analysis?: components["schemas"]["AnalysisInput"];
        };
        CameraPatch: {
            name?: string;
            number?: number | null;
            place?: string;
            section?: string;
            source_type?: components["schemas"]["SourceType"];
            source_url?: string | null;
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["CameraPassword"];
            roles?: components["schemas"]["Roles"];
            streams?: components["schemas"]["StreamInput"][];
            transport?: components["schemas"]["Transport"];
            rtsp_engine?: components["schemas"]["RtspEngine"];
            tls_fingerprint?: components["schemas"]["TlsFingerprint"];
            poll_interval?: number;
            loop?: boolean;
            enabled?: boolean;
            frame_event_interval?: number | null;
            motion?: components["schemas"]["MotionInput"];
            analysis?: components["schemas"]["AnalysisInput"];
        };
        StreamKey: {
            stream_key: string;
            /** @description Where the server listens for RTMP; null: it does not (ingest.rtmp.listen). */
            port: number | null;
        };
        CameraStatusBrief: {
            state: components["schemas"]["CameraState"];
            reason: components["schemas"]["FailureReason"];
            /** @description For people. */
            detail: string;
            since: components["schemas"]["Time"];
            fps: number;
            last_frame_at: components["schemas"]["NullableTime"];
            snapshot_at: components["schemas"]["NullableTime"];
            motion: boolean;
        };
        CameraStatus: {
            camera_id: components["schemas"]["CameraId"];
            state: components["schemas"]["CameraState"];
            reason: components["schemas"]["FailureReason"];
            detail: string;
            since: components["schemas"]["Time"];
            fps: number;
            last_frame_at: components["schemas"]["NullableTime"];
            snapshot_at: components["schemas"]["NullableTime"];
            motion: boolean;
            decoded_frames: number;
            decode_errors: number;
            frame_ring_bytes: number;
            streams: components["schemas"]["StreamFigures"][];
        };
        StreamFigures: {
            name: string;
            state: components["schemas"]["CameraState"];
            reason: components["schemas"]["FailureReason"];
            detail: string;
            /** @description Such as h264; empty while unknown. */
            codec: string;
            audio_codec: string;
            width: number;
            height: number;
            /** @description Measured over the last seconds. */
            fps: number;
            bits_per_second: number;
            /** @description Distance of the last two key frames. */
            gop_seconds: number;
            /** @description Drift of the camera's clock against the server's since it connected. */
            clock_skew_seconds: number;
            frames: number;
            bytes: number;
            connects: number;
            /** @description Failed tries and lost connections by reason. */
            failures: {
                [key: string]: number;
            };
            connected_since: components["schemas"]["NullableTime"];
            last_frame_at: components["schemas"]["NullableTime"];
            next_try_at: components["schemas"]["NullableTime"];
            ring_bytes: number;
            readers: number;
            transport: string;
        };
        ProbeRequest: {
            /** @enum {string} */
            source_type: "rtsp" | "rtmp" | "hls" | "mjpeg" | "snapshot";
            source_url: components["schemas"]["SourceUrl"];
            username?: components["schemas"]["Username"];
            password?: components["schemas"]["CameraPassword"];
            transport?: components["schemas"]["Transport"];
            rtsp_engine?: components["schemas"]["RtspEngine"];
            tls_fingerprint?: components["schemas"]["TlsFingerprint"];
            /** @description A camera whose stored user name and password are used where the request has none, as long as the host is the same. */
            camera_id?: components["schemas"]["CameraId"];
            /**
             * @description Seconds.
             * @default 10
             */
            timeout?: number;
        };
        ProbeReport: {
            ok: boolean;
            reason: components["schemas"]["FailureReason"];
            detail: string;
            transport: string;
            steps: components["schemas"]["ProbeStep"][];
            tracks: components["schemas"]["ProbeTrack"][];
            bits_per_second: number;
            /** @description A JPEG as data URL (data:image/jpeg;base64,…). */
            snapshot: string | null;
            /** @description For people. */
            advice: string[];
        };
        ProbeStep: {
            /** @description resolve, connect, open, media or picture */
            name: string;
            ok: boolean;
            milliseconds: number;
            detail: string;
        };
        ProbeTrack: {
            /** @enum {string} */
            kind: "video" | "audio";
            codec: string;
            width: number;
            height: number;
            fps: number;
            /** @description 0: fewer than two key frames were seen. */
            gop_seconds: number;
            sample_rate: number;
            channels: number;
        };
        PushReceipt: {
            camera_id: components["schemas"]["CameraId"];
            /** @description Unix seconds that the picture is kept under. */
            timestamp: number;
        };
        /** @enum {string} */
        UserRole: "administrator" | "viewer";
        /** @enum {string} */
        AuthMode: "none" | "required";
        UserName: string;
        /** @description At least ten characters. */
        NewPassword: string;
        OldPassword: string;
        SetupState: {
            /** @description The server has no administrator yet and needs one. */
            required: boolean;
            auth_mode: components["schemas"]["AuthMode"];
        };
        SetupRequest: {
            token: string;
            name: components["schemas"]["UserName"];
            password: components["schemas"]["NewPassword"];
        };
        LoginRequest: {
            name: components["schemas"]["UserName"];
            password: components["schemas"]["OldPassword"];
        };
        PasswordRequest: {
            current_password: components["schemas"]["OldPassword"];
            new_password: components["schemas"]["NewPassword"];
        };
        SignedIn: {
            access_token: string;
            /** @constant */
            token_type: "Bearer";
            /** @description Seconds. */
            expires_in: number;
            user: components["schemas"]["Me"];
        };
        Me: {
            /**
             * @description local: the server asks for no sign-in (auth.mode none).
             * @enum {string}
             */
            kind: "user" | "api_key" | "local";
            id: string | null;
            name: string;
            role: components["schemas"]["UserRole"];
        };
        Key: {
            id: string;
            name: string;
            role: components["schemas"]["UserRole"];
            created_at: components["schemas"]["Time"];
            expires_at: components["schemas"]["NullableTime"];
            last_used_at: components["schemas"]["NullableTime"];
        };
        KeyList: {
            keys: components["schemas"]["Key"][];
        };
        /** @description A rectangle of whole cells. Tiles do not lie over each other. There may be no such camera any more. */
        LayoutTile: {
            camera: components["schemas"]["CameraId"];
            x: number;
            y: number;
            width: number;
            height: number;
        };
        LayoutBody: {
            name: string;
            columns: number;
            rows: number;
            tiles: components["schemas"]["LayoutTile"][];
        };
        Layout: {
            id: string;
            name: string;
            columns: number;
            rows: number;
            tiles: components["schemas"]["LayoutTile"][];
            updated_at: components["schemas"]["Time"];
        };
        LayoutList: {
            layouts: components["schemas"]["Layout"][];
        };
        KeyCreate: {
            name: string;
            /**
             * @default viewer
             * @enum {string}
             */
            role?: "administrator" | "viewer";
            /** @description null or absent never expires. */
            expires_in_days?: number | null;
        };
        NewKey: {
            id: string;
            name: string;
            role: components["schemas"]["UserRole"];
            created_at: components["schemas"]["Time"];
            expires_at: components["schemas"]["NullableTime"];
            last_used_at: components["schemas"]["NullableTime"];
            /** @description The key itself; shown only here. */
            key: string;
        };
        User: {
            id: string;
            name: string;
            role: components["schemas"]["UserRole"];
            disabled: boolean;
            created_at: components["schemas"]["Time"];
        };
        UserList: {
            users: components["schemas"]["User"][];
        };
        UserCreate: {
            name: components["schemas"]["UserName"];
            role: components["schemas"]["UserRole"];
            password: components["schemas"]["NewPassword"];
        };
        UserPatch: {
            role?: components["schemas"]["UserRole"];
            disabled?: boolean;
            password?: components["schemas"]["NewPassword"];
        };
        /** @description What was seen in one frame, in the layout of DL Streamer's gvametaconvert; what that has no place for stands under `vigil`. */
        Observation: {
            resolution: {
                width: number;
                height: number;
            };
            /** @description The camera's id. */
            source: string;
            /** @description Media time in nanoseconds. */
            timestamp: number;
            system_timestamp: components["schemas"]["Time"];
            objects: components["schemas"]["ObservedObject"][];
            vigil: components["schemas"]["ObservationDetails"];
        };
        ObservationDetails: {
            sequence: number;
            /** @description When the picture arrived, Unix seconds. */
            captured: number;
            /** @description false: nothing moved and the detector was not asked; the boxes are the tracker's. */
            detected: boolean;
            model: string;
            device: string;
            motion: {
                score: number;
                boxes: components["schemas"]["PixelBox"][];
            };
            /** @description From the packet's arrival to the finished observation. */
            latency_ms: number;
            stages_ms: {
                /** @description From arrival until decoding began. */
                queued: number;
                decode: number;
                motion: number;
                /** @description For a free place at the detector. */
                wait: number;
                preprocess: number;
                infer: number;
                postprocess: number;
                track: number;
            } & {
                [key: string]: number;
            };
        };
        /** @description x, y, width, height in pixels of the source picture. */
        PixelBox: number[];
        /** @description Besides what is named here, each attribute of the object stands under its own name. */
        ObservedObject: {
            x: number;
            y: number;
            w: number;
            h: number;
            region_id: number;
            /** @description The track; absent: none. */
            id?: number;
            /** @description Label. */
            roi_type: string;
            detection: {
                bounding_box: {
                    x_min: number;
                    x_max: number;
                    y_min: number;
                    y_max: number;
                };
                confidence: number;
                label: string;
                label_id?: number;
            };
            vigil: {
                state: components["schemas"]["TrackState"];
                box: components["schemas"]["PixelBox"];
                detected_box?: components["schemas"]["PixelBox"];
                stationary: boolean;
                subject?: {
                    id: number;
                    similarity: number;
                };
                /** @description Run lengths over rows of a width × height grid that covers `detected_box`, beginning with zeros. */
                mask?: {
                    width: number;
                    height: number;
                    runs: number[];
                };
            };
        } & {
            [key: string]: components["schemas"]["ObservedAttribute"];
        };
        ObservedAttribute: {
            label: string;
            confidence: number;
            model: {
                name: string;
            };
        };
        /** @enum {string} */
        TrackState: "tentative" | "confirmed" | "coasting" | "lost";
        ObservationsLost: {
            /** @description Observations that were left out here because this client was late. */
            lost: number;
        };
        RecordId: string;
        /** @description A number as text. */
        SubjectId: string;
        /** @description null on the last page. */
        NextCursor: string | null;
        /** @description x, y, width, height as parts of the picture; may reach beyond its edges. null when the picture's size is not known. */
        RelativeBox: number[] | null;
        Track: {
            id: components["schemas"]["RecordId"];
            run_id: components["schemas"]["RecordId"];
            camera_id: components["schemas"]["CameraId"];
            /** @description The `id` of the observations; unique on its camera. */
            number: number;
            label: string;
            /** @description Such as `van`; null: not known. */
            specific_type: string | null;
            first_seen: components["schemas"]["Time"];
            last_seen: components["schemas"]["Time"];
            /** @description In which it was seen. */
            frames: number;
            best_score: number;
            stationary: boolean;
            /** @description false: it is still followed. */
            ended: boolean;
            best_box: components["schemas"]["RelativeBox"];
            /** @description null: no picture was kept. */
            key_frame_id: string | null;
            /** @description Where it stood, evenly in time: x and y, 0 to 1. */
            path: number[][];
            /** @description Who it seems to be; a guess. */
            subject: {
                id: components["schemas"]["SubjectId"];
                similarity: number;
            } | null;
            attributes: components["schemas"]["Attribute"][];
            zone: string | null;
        };
        Attribute: {
            name: string;
            /** @description `unknown` where nothing was sure enough. */
            value: string;
            confidence: number;
            model: string;
        };
        TrackList: {
            tracks: components["schemas"]["Track"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        TrackBoxes: {
            track_id: components["schemas"]["RecordId"];
            /** @description Of the source picture in pixels. */
            width: number;
            height: number;
            boxes: components["schemas"]["TrackBox"][];
            next_from: components["schemas"]["NullableTime"];
        };
        TrackBox: {
            /** @description Unix seconds. */
            time: number;
            box: components["schemas"]["PixelBox"];
            confidence: number;
            state: components["schemas"]["TrackState"];
        };
        SimilarTracks: {
            tracks: components["schemas"]["SimilarTrack"][];
        };
        SimilarTrack: {
            /** @description Cosine of the looks; 1 is the same. */
            similarity: number;
            track: components["schemas"]["Track"];
        };
        Subject: {
            id: components["schemas"]["SubjectId"];
            label: string;
            first_seen: components["schemas"]["Time"];
            last_seen: components["schemas"]["Time"];
            track_count: number;
            /** @description The least among its tracks. */
            similarity: number;
        };
        SubjectList: {
            subjects: components["schemas"]["Subject"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        SubjectWithTracks: {
            id: components["schemas"]["SubjectId"];
            label: string;
            first_seen: components["schemas"]["Time"];
            last_seen: components["schemas"]["Time"];
            track_count: number;
            /** @description The least among its tracks. */
            similarity: number;
            /** @description Each with its own similarity under `subject`. */
            tracks: components["schemas"]["Track"][];
            /** @description Where other servers that share a Redis saw it lately, the newest first; empty where none is shared. */
            elsewhere: {
                /** @description The server's name and its camera: `north/gate`. */
                camera: string;
                /** @description Its number there. */
                track: number;
                label: string;
                first_seen: components["schemas"]["Time"];
                last_seen: components["schemas"]["Time"];
            }[];
        };
        Plate: {
            id: components["schemas"]["RecordId"];
            track_id: components["schemas"]["RecordId"];
            run_id: components["schemas"]["RecordId"];
            camera_id: components["schemas"]["CameraId"];
            key_frame_id: string | null;
            time: components["schemas"]["Time"];
            /** @description As read. */
            text: string;
            /** @description Country or region; null: not known. */
            region: string | null;
            confidence: number;
            box: components["schemas"]["RelativeBox"];
            /** @description What the server's lists say of it now; null where there are none. */
            listed: components["schemas"]["PlateVerdict"] | null;
        };
        PlateVerdict: {
            /** @enum {string} */
            list: "allowed" | "denied" | "unknown";
            /** @description As it stands in the list. */
            plate: string;
            /** @description Whose it is. */
            label: string;
        };
        ListedPlate: {
            /** @description Any spelling: only letters and digits are compared. */
            plate: string;
            /** @description Whose it is, for people. */
            label?: string;
        };
        /** @description How plates look here. The first that fits wins, and its name is told as the region; without formats everything fits. */
        PlateFormats: {
            name: string;
            /** @description Regular expression (RE2) over A-Z and 0-9 that the whole plate fits. */
            pattern: string;
        }[];
        /** @description Applied before the formats, in their order. */
        PlateReplacements: {
            pattern: string;
            /** @description \1 … \9 are the groups of the pattern. */
            replacement: string;
        }[];
        NewPlateSettings: {
            /** @description As read; 0 when nothing was ever set. */
            version: number;
            formats?: components["schemas"]["PlateFormats"];
            replacements?: components["schemas"]["PlateReplacements"];
            /**
             * @description What fits no format is no plate.
             * @default false
             */
            only_known?: boolean;
            /**
             * @description Characters that may be changed for those they are mistaken for to fit a format.
             * @default 2
             */
            max_corrections?: number;
            allow?: components["schemas"]["ListedPlate"][];
            deny?: components["schemas"]["ListedPlate"][];
            /**
             * @description Characters by which a reading may differ from what is listed.
             * @default 1
             */
            max_edits?: number;
        };
        PlateSettings: {
            /** @description 0 when nothing was ever set. */
            version: number;
            updated_at: string | null;
            formats: components["schemas"]["PlateFormats"];
            replacements: components["schemas"]["PlateReplacements"];
            only_known: boolean;
            max_corrections: number;
            allow: components["schemas"]["ListedPlate"][];
            deny: components["schemas"]["ListedPlate"][];
            max_edits: number;
        };
        PlateList: {
            plates: components["schemas"]["Plate"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        Scene: {
            id: components["schemas"]["RecordId"];
            run_id: components["schemas"]["RecordId"];
            camera_id: components["schemas"]["CameraId"];
            key_frame_id: string | null;
            time: components["schemas"]["Time"];
            type: string;
            description: string;
            confidence: number;
            model: string;
        };
        SceneList: {
            scenes: components["schemas"]["Scene"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        Run: {
            id: components["schemas"]["RecordId"];
            camera_id: components["schemas"]["CameraId"];
            model: string;
            device: string;
            began: components["schemas"]["Time"];
            last: components["schemas"]["Time"];
            /**
             * Format: date-time
             * @description null: still going on, or broken off at `last`.
             */
            ended: string | null;
            /** @description Of the source picture. */
            width: number;
            height: number;
            frames: number;
            /** @description Of these, given to the detector. */
            detected: number;
            /** @description Seen but not recorded. */
            lost: number;
            tracks: number;
            /** @description By label. */
            detections: {
                [key: string]: number;
            };
            latency_ms: {
                mean: number;
                p50: number;
                p95: number;
                p99: number;
            };
        };
        RunList: {
            runs: components["schemas"]["Run"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        CameraAnalysis: {
            camera_id: components["schemas"]["CameraId"];
            /**
             * @description starting: switched on, nothing analysed yet. degraded: fewer frames than asked for, or not as asked for. suspended: not analysed at all now.
             * @enum {string}
             */
            state: "off" | "starting" | "running" | "degraded" | "suspended";
            /** @description For people: why it is as it is; empty when all is well. */
            detail: string;
            /** @description Name and version of the model at work; empty: none yet. */
            model: string;
            device: string;
            /** @description What the camera gives. */
            camera_fps: number;
            /** @description What is analysed of it. */
            process_fps: number;
            /** @description What is given to the detector of that. */
            detection_fps: number;
            /** @description What is left out. */
            skipped_fps: number;
            /** @description Time in the model for one frame, median. */
            inference_ms: number;
            frames: components["schemas"]["AnalysedFrames"];
            latency_ms: components["schemas"]["Quantiles"];
            /** @description The same for each stage: queued, decode, motion, wait, preprocess, infer, postprocess, track. */
            stages_ms: {
                [key: string]: components["schemas"]["Quantiles"];
            };
        };
        /** @description Since the analysis began. */
        AnalysedFrames: {
            offered: number;
            analysed: number;
            detected: number;
            failed: number;
        };
        /** @description Of the last seconds. */
        Quantiles: {
            p50: number;
            p95: number;
            p99: number;
        };
        ModelList: {
            /** @description Name of the model that cameras have which name none. */
            default: string;
            models: components["schemas"]["Model"][];
        };
        Model: {
            /** @description What cameras call it; `classic` is the built-in detector. */
            name: string;
            version: string;
            /** @description For people. */
            title: string;
            licence: string;
            /** @description Where it came from; empty: not known. */
            source: string;
            labels: string[];
            /** @description Of the input; 0: any. */
            width: number;
            height: number;
            default: boolean;
            /** @description A camera uses it now. */
            loaded: boolean;
            /** @description cpu, cuda, …; empty: not loaded. */
            device: string;
            /** @description Why it cannot be used; empty: it can. */
            problem: string;
        };
        DefaultModel: {
            name: string;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        Ready: {
            ready: boolean;
            reasons: ("starting" | "stopping" | "store" | "workers")[];
        };
        SystemStatus: {
            /** @enum {string} */
            status: "ok" | "degraded" | "failing";
            /** @description For people: why it is not ok. */
            reasons: string[];
            version: string;
            time: components["schemas"]["Time"];
            started_at: components["schemas"]["Time"];
            uptime_seconds: number;
            auth_mode: components["schemas"]["AuthMode"];
            cameras: components["schemas"]["CamerasSummary"];
            workers: components["schemas"]["Worker"][];
            bus: components["schemas"]["BusFigures"];
            sinks: components["schemas"]["SinkFigures"][];
            store: components["schemas"]["StoreHealth"];
            records: components["schemas"]["RecordFigures"];
            process: components["schemas"]["ProcessFigures"];
            http: components["schemas"]["HttpFigures"];
        };
        CamerasSummary: {
            total: number;
            connected: number;
            connecting: number;
            reconnecting: number;
            idle: number;
            disabled: number;
            /** @description Up to 100 cameras that should give video and do not. */
            down: components["schemas"]["CameraDown"][];
        };
        CameraDown: {
            id: string;
            name: string;
            reason: components["schemas"]["FailureReason"];
            detail: string;
            since: components["schemas"]["Time"];
        };
        Worker: {
            name: string;
            state: string;
            /** @description Since its last sign of life. */
            idle_seconds: number;
        };
        BusFigures: {
            published: number;
            subscribers: components["schemas"]["SubscriberFigures"][];
        };
        SubscriberFigures: {
            name: string;
            waiting: number;
            capacity: number;
            delivered: number;
            dropped: number;
        };
        SinkFigures: {
            /** @description Such as redis. */
            name: string;
            /** @description Where it sends to, without credentials. */
            target: string;
            /** @enum {string} */
            state: "connecting" | "connected" | "waiting" | "stopped";
            /** @description Events queued. */
            waiting: number;
            /** @description Acknowledged by the other side. */
            published: number;
            dropped: number;
            refused: number;
            reconnects: number;
            /** @description Empty when all is well. */
            last_error: string;
            last_published: components["schemas"]["NullableTime"];
        };
        /** @description What became of what was seen, since the start. */
        RecordFigures: {
            /** @description The database does not take records; they are kept in the spool. */
            away: boolean;
            /** @description Records that the database took. */
            written: number;
            /** @description Records that it will never take. */
            refused: number;
            /** @description Records for which the spool had no room, or that were damaged in it. */
            lost: number;
            /** @description Observations lost because the writer was late. */
            dropped_observations: number;
            /** @description Records that were kept in the spool while the database was away. */
            spooled: number;
            /** @description Bytes that wait in it now. */
            spool_bytes: number;
            pictures: number;
            /** @description How long the database took for a batch. */
            write_ms: {
                mean: number;
                last: number;
            };
        };
        StoreHealth: {
            ok: boolean;
            detail: string;
            /** @description Database and its write-ahead log. */
            bytes: number;
            /** @description On the disk that it lies on. */
            free_bytes: number;
        };
        ProcessFigures: {
            cpu_seconds: number;
            resident_bytes: number;
            open_files: number;
            threads: number;
        };
        HttpFigures: {
            connections: number;
            /** @description Requests that wait for a worker thread. */
            waiting: number;
            mjpeg_viewers: number;
            /** @description Answered since the start. */
            requests: number;
        };
        Problem: {
            /** @description A URI that names the kind of problem, such as urn:vigil:problem:not_found. */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description The path that was asked for. */
            instance: string;
            code: string;
            /** @description Also in the header X-Request-Id and in the server's log. */
            request_id: string;
            errors?: components["schemas"]["ProblemError"][];
        };
        ProblemError: {
            /** @description JSON pointer into the body, or query:NAME or header:NAME. */
            pointer: string;
            detail: string;
        };
    };
    responses: {
        /** @description The bytes. */
        OutputBytes: {
            headers: {
                ETag: string;
                "Accept-Ranges": string;
                /** @description Which part; only with 206. */
                "Content-Range"?: string;
                [name: string]: unknown;
            };
            content: {
                "image/jpeg": string;
                "image/png": string;
                "video/mp4": string;
                "application/json": unknown;
                "text/plain": string;
                "application/octet-stream": string;
            };
        };
        /** @description The picture. */
        AssetPicture: {
            headers: {
                /** @description Changes with the picture. */
                ETag: string;
                [name: string]: unknown;
            };
            content: {
                "image/jpeg": string;
            };
        };
        /** @description The bytes. */
        AssetBytes: {
            headers: {
                /** @description Made of the digest. */
                ETag: string;
                "Accept-Ranges": string;
                /** @description Which part; only with 206. */
                "Content-Range"?: string;
                [name: string]: unknown;
            };
            content: {
                "video/mp4": string;
                "video/quicktime": string;
                "video/3gpp": string;
                "video/webm": string;
                "video/x-matroska": string;
                "video/mp2t": string;
                "video/x-flv": string;
            };
        };
        /** @description How it stands. */
        Reconcile: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Reconcile"];
            };
        };
        /** @description The job. */
        Job: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Job"];
            };
        };
        /** @description A problem. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not signed in, or the credentials are wrong. */
        Unauthenticated: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not for this caller. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is none. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The name is taken, or the present state forbids it. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Somebody else changed it since it was read. */
        PreconditionFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not a content type, or not a picture format, that is taken here. */
        UnsupportedMedia: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Well-formed, but wrong; `errors` says where. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many tries; wait as `Retry-After` says. */
        TooMany: {
            headers: {
                /** @description Seconds. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not now. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The camera. */
        Camera: {
            headers: {
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Camera"];
            };
        };
        /** @description The picture. */
        Picture: {
            headers: {
                /** @description When the picture was received. */
                "Last-Modified": string;
                /** @description Age in seconds. */
                "X-Frame-Age": number;
                /** @description When the picture was received, Unix seconds. */
                "X-Frame-Timestamp": number;
                /** @description false: the last good picture of a camera that gives none now. */
                "X-Frame-Live": boolean;
                [name: string]: unknown;
            };
            content: {
                "image/jpeg": string;
            };
        };
        /** @description The picture. */
        KeptPicture: {
            headers: {
                /** @description Of this picture at this size. */
                ETag: string;
                /** @description When the picture was received. */
                "Last-Modified": string;
                /** @description When the picture was received, Unix seconds. */
                "X-Frame-Timestamp": number;
                [name: string]: unknown;
            };
            content: {
                "image/jpeg": string;
            };
        };
        /** @description Signed in. The refresh token is in the cookie `vigil_refresh`. */
        SignedIn: {
            headers: {
                "Set-Cookie": string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["SignedIn"];
            };
        };
    };
    parameters: {
        CameraId: components["schemas"]["CameraId"];
        Id: string;
        WebhookId: string;
        /** @description The `sequence` of a delivery; without it the last one. */
        ReplayFrom: number;
        /** @description Must be 1.0.0; 412 otherwise. */
        TusResumable: string;
        /** @description Of this request's body, such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`. */
        UploadChecksum: string;
        /** @description Only this user's; for administrators. */
        Owner: string;
        /** @description The ETag as read; 412 when somebody changed the camera since. */
        IfMatch: string;
        /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
        Width: number;
        /** @description At most so many pixels high. */
        Height: number;
        /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
        Ticket: string;
        Stream: components["schemas"]["StreamName"];
        /** @description Ignored; a new value makes a browser ask again. */
        T: string;
        /** @description With what was last seen drawn in; what moves, where nothing is detected. */
        Annotated: boolean;
        /** @description JPEG quality. */
        Quality: number;
        /** @description A camera's id; may stand several times. */
        Cameras: components["schemas"]["CameraId"][];
        /** @description Such as `person`; may stand several times. */
        Labels: components["schemas"]["Label"][];
        /** @description RFC 3339; what ended before is left out. */
        From: string;
        /** @description RFC 3339; what began then or later is left out. */
        To: string;
        RunId: components["schemas"]["RecordId"];
        /** @description Of this analysis; without it, of the one that was done last. */
        AnalysisJob: string;
        /** @description `next` of the answer before. */
        Skip: number;
        Limit: number;
        /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
        Cursor: string;
    };
    requestBodies: never;
    headers: {
        /** @description The camera's version in quotes, such as `"3"`. */
        ETag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_cameras: {
        parameters: {
            query?: {
                /** @description Only cameras that have this text in id, name, place or section, whatever the case. */
                q?: string;
                page_size?: number;
                /** @description `next_cursor` of the answer before. Good for the same `q` only; 400 for any other. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of cameras. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_camera: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CameraCreate"];
            };
        };
        responses: {
            /** @description The camera as stored. */
            201: {
                headers: {
                    /** @description Path of the new camera. */
                    Location: string;
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Camera"];
                };
            };
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    probe_camera: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProbeRequest"];
            };
        };
        responses: {
            /** @description What the source turned out to be, or why it failed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeReport"];
                };
            };
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    get_camera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Camera"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    delete_camera: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag as read; 412 when somebody changed the camera since. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            default: components["responses"]["Problem"];
        };
    };
    change_camera: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag as read; 412 when somebody changed the camera since. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["CameraPatch"];
                "application/json": components["schemas"]["CameraPatch"];
            };
        };
        responses: {
            200: components["responses"]["Camera"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    start_camera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Camera"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    stop_camera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Camera"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    retry_camera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status at this moment. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraStatus"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    renew_stream_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, which is shown this once. An encoder publishes to rtmp://server:port/live/KEY. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamKey"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    get_camera_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraStatus"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_latest_frame: {
        parameters: {
            query?: {
                /** @description With what was last seen drawn in; what moves, where nothing is detected. */
                annotated?: components["parameters"]["Annotated"];
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
                /** @description Ignored; a new value makes a browser ask again. */
                t?: components["parameters"]["T"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Picture"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_frame_at: {
        parameters: {
            query: {
                /** @description Seconds before now. */
                age: number;
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
                /** @description Ignored; a new value makes a browser ask again. */
                t?: components["parameters"]["T"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Picture"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_frames: {
        parameters: {
            query?: {
                count?: number;
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
                /** @description Ignored; a new value makes a browser ask again. */
                t?: components["parameters"]["T"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pictures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "multipart/mixed": string;
                };
            };
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_mjpeg: {
        parameters: {
            query?: {
                /** @description At most so many pictures a second. */
                fps?: number;
                /** @description With what was last seen drawn in; what moves, where nothing is detected. */
                annotated?: components["parameters"]["Annotated"];
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
                /** @description Ignored; a new value makes a browser ask again. */
                t?: components["parameters"]["T"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pictures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "multipart/x-mixed-replace": string;
                };
            };
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    open_whep: {
        parameters: {
            query?: {
                /** @description Name of the camera's stream. Without it, the one for live pictures. */
                stream?: string;
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/sdp": string;
            };
        };
        responses: {
            /** @description The answer. */
            201: {
                headers: {
                    /** @description Path of the session */
                    Location: string;
                    /** @description Of the session */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/sdp": string;
                };
            };
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_whep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The facts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhepFacts"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    close_whep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It ends. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    trickle_whep: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                id: components["parameters"]["CameraId"];
                session: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/trickle-ice-sdpfrag": string;
            };
        };
        responses: {
            /** @description Restarted; this side's new user and where it is. */
            200: {
                headers: {
                    /** @description Has changed. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/trickle-ice-sdpfrag": string;
                };
            };
            /** @description Fine, nothing has changed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    push_frame: {
        parameters: {
            query?: {
                /** @description Unix seconds, for a picture that is sent as the whole body. */
                timestamp?: number;
            };
            header?: never;
            path: {
                camera_id: components["schemas"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    frame_file: string;
                    /** @description Unix seconds, such as 1763727524.25 */
                    timestamp?: string;
                };
                "image/jpeg": string;
                "image/png": string;
            };
        };
        responses: {
            /** @description Taken. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushReceipt"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    get_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the page needs to know before anybody is signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    complete_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            201: components["responses"]["SignedIn"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            401: components["responses"]["Unauthenticated"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["SignedIn"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Problem"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            default: components["responses"]["Problem"];
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    list_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All keys, without their secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyCreate"];
            };
        };
        responses: {
            /** @description The new key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    delete_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It no longer works. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All users. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserCreate"];
            };
        };
        responses: {
            /** @description The new user. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    delete_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["UserPatch"];
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description The user as stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    list_layouts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayoutList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_layout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LayoutBody"];
            };
        };
        responses: {
            /** @description The new layout. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layout"];
                };
            };
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    replace_layout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LayoutBody"];
            };
        };
        responses: {
            /** @description The layout as stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Layout"];
                };
            };
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    delete_layout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_live: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The streams; the one for live pictures first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    create_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Seconds.
                     * @default 3600
                     */
                    lifetime?: number;
                };
            };
        };
        responses: {
            /** @description The ticket, and addresses that have it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    watch_mse: {
        parameters: {
            query?: {
                /** @description One of those that `get_live` names; the first without it. */
                stream?: components["schemas"]["StreamName"];
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description From here on WebSocket; each text is one of these. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MseMessage"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            /** @description No WebSocket handshake of version 13. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_hls: {
        parameters: {
            query?: {
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The playlist. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.mpegurl": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_hls_stream: {
        parameters: {
            query?: {
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
                /** @description false: whole segments only, for old players. */
                low_latency?: boolean;
                /** @description Wait for this segment. */
                _HLS_msn?: number;
                /** @description Wait for this part of it. */
                _HLS_part?: number;
                /** @description A delta update, where the playlist is long. */
                _HLS_skip?: "YES" | "v2";
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                stream: components["parameters"]["Stream"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The playlist. */
            200: {
                headers: {
                    /** @description Of this state of it. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.mpegurl": string;
                };
            };
            /** @description It is still as `If-None-Match` says. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is asked for will not come. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_hls_media: {
        parameters: {
            query?: {
                /** @description In the place of a sign-in, for players that cannot send headers; see `create_ticket`. */
                ticket?: components["parameters"]["Ticket"];
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
                stream: components["parameters"]["Stream"];
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    /** @description Of these bytes. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": string;
                };
            };
            /** @description The client has them. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    watch_observations: {
        parameters: {
            query?: {
                /** @description With tracks that were seen too seldom to be believed. */
                tentative?: boolean;
            };
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description From here on WebSocket; each message is one of these. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Observation"] | components["schemas"]["ObservationsLost"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description No WebSocket handshake of version 13. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    list_tracks: {
        parameters: {
            query?: {
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description Such as `person`; may stand several times. */
                label?: components["parameters"]["Labels"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                run?: components["parameters"]["RunId"];
                /** @description Such as `van`. */
                specific_type?: string;
                /** @description `name:value`, such as `upper_colour:red`; may stand several times. */
                attribute?: string[];
                /** @description Tracks that seem to show this one. */
                subject?: components["schemas"]["SubjectId"];
                stationary?: boolean;
                min_score?: number;
                zone?: string;
                /** @description Objects that were inside this polygon of the picture: 3 to 64 corners `x,y`, 0 to 1, joined by `;`, such as `0,0.5;1,0.5;1,1;0,1`. */
                area?: string;
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of tracks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_track: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The track. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Track"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_track_boxes: {
        parameters: {
            query?: {
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The boxes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackBoxes"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_track_picture: {
        parameters: {
            query?: {
                /** @description The object with some margin instead of the whole picture. */
                crop?: boolean;
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["KeptPicture"];
            /** @description The browser has it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_similar_tracks: {
        parameters: {
            query?: {
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                min_similarity?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Similar tracks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimilarTracks"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_subjects: {
        parameters: {
            query?: {
                /** @description Such as `person`; may stand several times. */
                label?: components["parameters"]["Labels"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of subjects. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_subject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SubjectId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subject. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectWithTracks"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_plates: {
        parameters: {
            query?: {
                text?: string;
                /** @description fuzzy: up to `max_edits` letters wrong, missing or too many. */
                match?: "exact" | "prefix" | "fuzzy";
                max_edits?: number;
                track?: components["schemas"]["RecordId"];
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of plates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_plate_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The formats and lists. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlateSettings"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    set_plate_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlateSettings"];
            };
        };
        responses: {
            /** @description As they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlateSettings"];
                };
            };
            412: components["responses"]["Problem"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    list_scenes: {
        parameters: {
            query?: {
                type?: string;
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of scenes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SceneList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_key_frame_picture: {
        parameters: {
            query?: {
                /** @description At most so many pixels wide. Pictures are only ever made smaller, and keep their aspect. */
                width?: components["parameters"]["Width"];
                /** @description At most so many pixels high. */
                height?: components["parameters"]["Height"];
                /** @description JPEG quality. */
                quality?: components["parameters"]["Quality"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["KeptPicture"];
            /** @description The browser has it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    export_tracks: {
        parameters: {
            query: {
                format: "csv" | "coco" | "mot";
                /** @description A camera's id; may stand several times. */
                camera?: components["parameters"]["Cameras"];
                /** @description Such as `person`; may stand several times. */
                label?: components["parameters"]["Labels"];
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                run?: components["parameters"]["RunId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /** @description With a name for the file. */
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/json": Record<string, never>;
                    "text/plain": string;
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_camera_analysis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures of the last seconds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CameraAnalysis"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is installed, and the built-in detector. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    set_default_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefaultModel"];
            };
        };
        responses: {
            /** @description The models as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    create_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Must be 1.0.0; 412 otherwise. */
                "Tus-Resumable"?: components["parameters"]["TusResumable"];
                /** @description Bytes of the whole file; or Upload-Defer-Length. */
                "Upload-Length"?: string;
                /** @description 1: the length is said with a later request. */
                "Upload-Defer-Length"?: string;
                /** @description filename, filetype and sha256 (hexadecimal, of the whole file), webhook_url and webhook_secret (who is told how it ends, as `webhook` of a job), each with a value in base64. */
                "Upload-Metadata"?: string;
                /** @description Of this request's body, such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`. */
                "Upload-Checksum"?: components["parameters"]["UploadChecksum"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Begun. */
            201: {
                headers: {
                    /** @description Path of the upload. */
                    Location: string;
                    /** @description Where it goes on. */
                    "Upload-Offset": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            default: components["responses"]["Problem"];
        };
    };
    describe_uploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The headers say it. */
            204: {
                headers: {
                    /** @description 1.0.0 */
                    "Tus-Version": string;
                    /** @description What is there beyond the core. */
                    "Tus-Extension": string;
                    /** @description Bytes of the largest file. */
                    "Tus-Max-Size": string;
                    /** @description sha1,sha256 */
                    "Tus-Checksum-Algorithm": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    list_upload_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhookList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    replay_upload_webhook: {
        parameters: {
            query?: {
                /** @description The `sequence` of a delivery; without it the last one. */
                from?: components["parameters"]["ReplayFrom"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                webhook: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How they stand now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhookList"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    create_direct_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DirectUploadOrder"];
            };
        };
        responses: {
            /** @description Where the bytes go. */
            201: {
                headers: {
                    /** @description Path of the upload. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectUpload"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    delete_direct_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    link_direct_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    parts: number[];
                };
            };
        };
        responses: {
            /** @description The links. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectUpload"];
                };
            };
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    complete_direct_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the parts, in their order, as the storage answered them. Not for a whole. */
                    etags?: string[];
                };
            };
        };
        responses: {
            /** @description It was here already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetReceipt"];
                };
            };
            /** @description Taken. */
            201: {
                headers: {
                    /** @description Path of the asset. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetReceipt"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            415: components["responses"]["UnsupportedMedia"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    get_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Must be 1.0.0; 412 otherwise. */
                "Tus-Resumable"?: components["parameters"]["TusResumable"];
            };
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload. */
            200: {
                headers: {
                    /** @description Bytes that are on the disk. */
                    "Upload-Offset": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    delete_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Must be 1.0.0; 412 otherwise. */
                "Tus-Resumable"?: components["parameters"]["TusResumable"];
            };
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its bytes are gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    append_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Must be 1.0.0; 412 otherwise. */
                "Tus-Resumable"?: components["parameters"]["TusResumable"];
                "Upload-Offset"?: string;
                /** @description Where it was deferred. */
                "Upload-Length"?: string;
                /** @description Of this request's body, such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`. */
                "Upload-Checksum"?: components["parameters"]["UploadChecksum"];
            };
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Taken, and on the disk. */
            204: {
                headers: {
                    /** @description Where it goes on. */
                    "Upload-Offset": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            default: components["responses"]["Problem"];
        };
    };
    list_assets: {
        parameters: {
            query?: {
                /** @description Only this user's; for administrators. */
                owner?: components["parameters"]["Owner"];
                sha256?: string;
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    create_asset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                    /** @description 64 hexadecimal digits */
                    sha256?: string;
                    webhook_url?: string;
                    webhook_secret?: string;
                };
            };
        };
        responses: {
            /** @description It was here already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetReceipt"];
                };
            };
            /** @description Taken. */
            201: {
                headers: {
                    /** @description Path of the asset. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetReceipt"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMedia"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    list_found_plates: {
        parameters: {
            query?: {
                text?: string;
                /** @description fuzzy: up to `max_edits` letters wrong, missing or too many. */
                match?: "exact" | "prefix" | "fuzzy";
                max_edits?: number;
                asset?: string;
                /** @description RFC 3339; what ended before is left out. */
                from?: components["parameters"]["From"];
                /** @description RFC 3339; what began then or later is left out. */
                to?: components["parameters"]["To"];
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of plates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundPlateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_asset_usage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What counts towards the quota. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetUsage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    list_retention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the settings say (`uploads.keep…`), and whoever has times of their own. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    put_retention: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Retention"];
            };
        };
        responses: {
            /** @description As it holds from now on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnedRetention"];
                };
            };
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    delete_asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    create_asset_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetOrder"];
            };
        };
        responses: {
            200: components["responses"]["Job"];
            201: components["responses"]["Job"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset_analysis: {
        parameters: {
            query?: {
                /** @description Of this analysis; without it, of the one that was done last. */
                job?: components["parameters"]["AnalysisJob"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetAnalysis"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_asset_tracks: {
        parameters: {
            query?: {
                /** @description Of this analysis; without it, of the one that was done last. */
                job?: components["parameters"]["AnalysisJob"];
                /** @description Such as `person`; may stand several times. */
                label?: components["parameters"]["Labels"];
                /** @description `next` of the answer before. */
                skip?: components["parameters"]["Skip"];
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of tracks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetTrackList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_asset_plates: {
        parameters: {
            query?: {
                /** @description Of this analysis; without it, of the one that was done last. */
                job?: components["parameters"]["AnalysisJob"];
                /** @description `next` of the answer before. */
                skip?: components["parameters"]["Skip"];
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of plates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetPlateList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_asset_scenes: {
        parameters: {
            query?: {
                /** @description Of this analysis; without it, of the one that was done last. */
                job?: components["parameters"]["AnalysisJob"];
                /** @description `next` of the answer before. */
                skip?: components["parameters"]["Skip"];
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of scenes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetSceneList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset_boxes: {
        parameters: {
            query?: {
                /** @description Of this analysis; without it, of the one that was done last. */
                job?: components["parameters"]["AnalysisJob"];
                from_ms?: number;
                to_ms?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The boxes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetBoxes"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AssetBytes"];
            206: components["responses"]["AssetBytes"];
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            /** @description The range begins behind the end; `Content-Range` says how long it is. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset_thumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AssetPicture"];
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_asset_frame: {
        parameters: {
            query: {
                /** @description Seconds since the beginning. */
                t: number;
                /** @description At most so many pixels; without it, as it is. */
                width?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture, upright. */
            200: {
                headers: {
                    /** @description Seconds since the beginning at which this picture begins to be shown. */
                    "X-Frame-Time": string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    create_asset_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 600 */
                    seconds?: number;
                };
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetLink"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_shared_asset: {
        parameters: {
            query: {
                link: string;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AssetBytes"];
            206: components["responses"]["AssetBytes"];
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The range begins behind the end; `Content-Range` says how long it is. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    hold_asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    held: boolean;
                };
            };
        };
        responses: {
            /** @description The asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description Only this user's; for administrators. */
                owner?: components["parameters"]["Owner"];
                /** @description May stand several times. */
                state?: components["schemas"]["JobState"][];
                kind?: string;
                asset?: string;
                limit?: components["parameters"]["Limit"];
                /** @description `next_cursor` of the answer before. Good for the same conditions only; 400 for others. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Job"];
            /** @description Nothing changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    delete_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Job"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    pause_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Job"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    resume_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Job"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Job"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    get_job_log: {
        parameters: {
            query?: {
                /** @description The `sequence` of the last one seen. */
                after?: number;
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobLog"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    list_job_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhookList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    replay_job_webhook: {
        parameters: {
            query?: {
                /** @description The `sequence` of a delivery; without it the last one. */
                from?: components["parameters"]["ReplayFrom"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                webhook: components["parameters"]["WebhookId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How they stand now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobWebhookList"];
                };
            };
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    follow_jobs: {
        parameters: {
            query?: {
                /** @description The `sequence` of the last one seen; from now on without it. */
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description From here on WebSocket; each message is one of these. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobNews"] | components["schemas"]["ObservationsLost"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            /** @description No WebSocket handshake of version 13. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    follow_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The job has ended, and you know it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    list_job_outputs: {
        parameters: {
            query?: {
                /** @description The `name` of the last one seen. */
                after?: string;
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOutputList"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_job_output: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OutputBytes"];
            206: components["responses"]["OutputBytes"];
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            /** @description The range begins behind the end; `Content-Range` says how long it is. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    create_output_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 600 */
                    seconds?: number;
                };
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetLink"];
                };
            };
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    get_shared_output: {
        parameters: {
            query: {
                link: string;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
                /** @description As the list of outputs has it. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["OutputBytes"];
            206: components["responses"]["OutputBytes"];
            /** @description It is what you have. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The range begins behind the end; `Content-Range` says how long it is. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Reconcile"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: components["responses"]["Reconcile"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    get_system_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What `vigil check` prints. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description It cannot now; `reasons` says what is in the way. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus' text format, version 0.0.4. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
