import { Cctv, LayoutGrid, RectangleEllipsis, ScanSearch, Trees, Upload, UserRound, UsersRound } from 'lucide-react';

// Only what the server can do; an entry comes with its page. On a phone the `main` ones stand in the bar, the others under More.
export const ENTRIES = [
  { to: '/live', label: 'Live', group: 'Watch', icon: LayoutGrid, main: true },
  { to: '/detections', label: 'Detections', group: 'Watch', icon: ScanSearch, main: true },
  { to: '/subjects', label: 'Subjects', group: 'Watch', icon: UsersRound, main: false },
  { to: '/scenes', label: 'Scenes', group: 'Watch', icon: Trees, main: false },
  { to: '/plates', label: 'Plates', group: 'Watch', icon: RectangleEllipsis, main: false },
  { to: '/uploads', label: 'Uploads', group: 'Work', icon: Upload, main: false },
  { to: '/cameras', label: 'Cameras', group: 'Set up', icon: Cctv, main: true },
] as const;

export const ACCOUNT = { to: '/me', label: 'Account', icon: UserRound } as const;
