// Query keys, in one place so that a change finds everything that shows it.
export const keys = {
  cameras: ['cameras'] as const,
  camera: (id: string) => ['camera', id] as const,
  cameraStatus: (id: string) => ['camera', id, 'status'] as const,
  system: ['system'] as const,
  tracks: (filter: unknown) => ['tracks', filter] as const,
  track: (id: string) => ['track', id] as const,
  similar: (id: string) => ['track', id, 'similar'] as const,
  trackPicture: (id: string, crop: boolean) => ['track', id, crop ? 'crop' : 'picture'] as const,
};
