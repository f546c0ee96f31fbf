import { Cctv, LayoutGrid, ScanSearch, UserRound } from 'lucide-react';

// Only what the server can do; an entry comes with its page.
export const ENTRIES = [
  { to: '/live', label: 'Live', group: 'Watch', icon: LayoutGrid },
  { to: '/detections', label: 'Detections', group: 'Watch', icon: ScanSearch },
  { to: '/cameras', label: 'Cameras', group: 'Set up', icon: Cctv },
] as const;

export const ACCOUNT = { to: '/me', label: 'Account', icon: UserRound } as const;
