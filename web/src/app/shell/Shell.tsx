import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router-dom';
import { isAdministrator, useSession } from '../../stores/session';
import { useShortcuts } from '../../stores/shortcuts';
import { ErrorBoundary } from '../ErrorBoundary';
import { BottomBar } from './BottomBar';
import { ConnectionBanner } from './ConnectionBanner';
import { ShortcutsDialog } from './ShortcutsDialog';
import { SideBar } from './SideBar';
import { TransferPanel, useTransfersGoOn } from './TransferPanel';
import { useCameraNews } from './useCameraNews';

export function Shell({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const administrator = isAdministrator(useSession((state) => state.user));
  const [, setParams] = useSearchParams();
  const [help, setHelp] = useState(false);
  useCameraNews();
  useTransfersGoOn();
  useShortcuts('Everywhere', [
    { keys: '?', label: 'Keys on this page', run: () => setHelp(true) },
    pathname === '/plates'
      ? { keys: '/', label: 'Find a plate', run: () => setParams((before) => new URLSearchParams([...before, ['find', '1']]), { replace: true }) }
      : { keys: '/', label: 'Find a camera', run: () => navigate('/cameras?find=1') },
    { keys: 'g l', label: 'Go to Live', run: () => navigate('/live') },
    { keys: 'g d', label: 'Go to Detections', run: () => navigate('/detections') },
    { keys: 'g s', label: 'Go to Subjects', run: () => navigate('/subjects') },
    { keys: 'g e', label: 'Go to Scenes', run: () => navigate('/scenes') },
    { keys: 'g p', label: 'Go to Plates', run: () => navigate('/plates') },
    { keys: 'g u', label: 'Go to Uploads', run: () => navigate('/uploads') },
    { keys: 'g c', label: 'Go to Cameras', run: () => navigate('/cameras') },
    ...(administrator ? [{ keys: 'a', label: 'Add camera', run: () => navigate('/cameras/new') }] : []),
  ]);
  return (
    <>
      <a href="#main" className="sr-only z-(--z-toast) rounded-card bg-raised p-3 focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to the page
      </a>
      <div className="flex min-h-dvh">
        <SideBar />
        <div className="flex min-w-0 flex-1 flex-col">
          <ConnectionBanner />
          <main id="main" tabIndex={-1} className="flex-1 p-4 max-sm:p-3 max-sm:pb-[calc(56px+env(safe-area-inset-bottom)+12px)]">
            <ErrorBoundary key={pathname} scope="page">
              {children}
            </ErrorBoundary>
          </main>
        </div>
      </div>
      {!pathname.startsWith('/uploads') && <TransferPanel />}
      <BottomBar />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </>
  );
}
