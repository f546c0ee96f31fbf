import { lazy, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { LoginPage } from '../account/LoginPage';
import { SetupPage } from '../account/SetupPage';
import { takeSetupToken } from '../account/setupToken';
import { LivePage } from '../live/LivePage';
import { isAdministrator, useSession } from '../stores/session';
import { NoAccess, NotFound, Unreachable } from './Notices';
import { SessionDialog } from './SessionDialog';
import { Shell } from './shell/Shell';

const WallEditor = lazy(() => import('../live/WallEditor'));
const CameraPage = lazy(() => import('../live/CameraPage'));
const DetectionsPage = lazy(() => import('../detections/DetectionsPage'));
const TrackPage = lazy(() => import('../detections/TrackPage'));
const SubjectsPage = lazy(() => import('../detections/SubjectsPage'));
const SubjectPage = lazy(() => import('../detections/SubjectPage'));
const ScenesPage = lazy(() => import('../detections/ScenesPage'));
const PlatesPage = lazy(() => import('../detections/PlatesPage'));
const UploadsPage = lazy(() => import('../uploads/UploadsPage'));
const AssetPage = lazy(() => import('../uploads/AssetPage'));
const CamerasPage = lazy(() => import('../cameras/CamerasPage'));
const AddCameraPage = lazy(() => import('../cameras/add/AddCameraPage'));
const EditCameraPage = lazy(() => import('../cameras/edit/EditCameraPage'));
const AccountPage = lazy(() => import('../account/AccountPage'));

// Read once, before the first page can show or send it on.
const setupToken = takeSetupToken();

export function Routing() {
  const phase = useSession((state) => state.phase);
  const start = useSession((state) => state.start);
  useEffect(() => void start(), [start]);
  switch (phase) {
    case 'starting':
      return <p className="animate-[appear_0s_400ms_both] p-4 text-muted">Connecting to the server</p>;
    case 'unreachable':
      return <Unreachable />;
    case 'setup':
      return (
        <Routes>
          <Route path="/setup" element={<SetupPage token={setupToken} />} />
          <Route path="*" element={<Navigate replace to="/setup" />} />
        </Routes>
      );
    case 'signed-out':
      return (
        <Routes>
          <Route path="/login" element={<LoginPage />} />
          <Route path="*" element={<ToLogin />} />
        </Routes>
      );
    case 'signed-in':
    case 'over':
      return (
        <>
          <Pages />
          <SessionDialog open={phase === 'over'} />
        </>
      );
  }
}

// A pasted link is kept, and opened after the sign-in.
function ToLogin() {
  const { pathname, search } = useLocation();
  const left = useSession((state) => state.left);
  const wanted = pathname + search;
  return <Navigate replace to={left || wanted === '/' || pathname === '/setup' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`} />;
}

// Where to go after the sign-in: only ever a path of this page, never an address of another server.
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/live';
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/live';
}

function Pages() {
  const administrator = isAdministrator(useSession((state) => state.user));
  const landing = useSession((state) => state.landing);
  const { search } = useLocation();
  return (
    <Shell>
      <Suspense fallback={<p className="animate-[appear_0s_400ms_both] text-muted">Loading</p>}>
        <Routes>
          <Route path="/" element={<Navigate replace to={landing} />} />
          <Route path="/login" element={<Navigate replace to={safeNext(search)} />} />
          <Route path="/setup" element={<Navigate replace to={landing} />} />
          <Route path="/live" element={<LivePage />} />
          <Route path="/live/w/:layout" element={<LivePage />} />
          <Route path="/live/w/:layout/edit" element={<WallEditor />} />
          <Route path="/live/new" element={<WallEditor />} />
          <Route path="/live/camera/:id" element={<CameraPage />} />
          <Route path="/detections" element={<DetectionsPage />} />
          <Route path="/detections/:id" element={<TrackPage />} />
          <Route path="/subjects" element={<SubjectsPage />} />
          <Route path="/subjects/:id" element={<SubjectPage />} />
          <Route path="/scenes" element={<ScenesPage />} />
          <Route path="/plates" element={<PlatesPage />} />
          <Route path="/uploads" element={<UploadsPage />} />
          <Route path="/uploads/:id" element={<AssetPage />} />
          <Route path="/cameras" element={<CamerasPage />} />
          <Route path="/cameras/new" element={administrator ? <AddCameraPage /> : <NoAccess to="Add camera" />} />
          <Route path="/cameras/:id" element={administrator ? <EditCameraPage /> : <NoAccess to="Camera settings" />} />
          <Route path="/me" element={<AccountPage />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
