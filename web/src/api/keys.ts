// Query keys, in one place so that a change finds everything that shows it.
export const keys = {
  cameras: ['cameras'] as const,
  camera: (id: string) => ['camera', id] as const,
  cameraStatus: (id: string) => ['camera', id, 'status'] as const,
  cameraAnalysis: (id: string) => ['camera', id, 'analysis'] as const,
  models: ['models'] as const,
  system: ['system'] as const,
  tracks: (filter: unknown) => ['tracks', filter] as const,
  track: (id: string) => ['track', id] as const,
  similar: (id: string) => ['track', id, 'similar'] as const,
  trackPicture: (id: string, crop: boolean) => ['track', id, crop ? 'crop' : 'picture'] as const,
  keyFrame: (id: string) => ['key-frame', id] as const,
  plates: (filter: unknown) => ['plates', filter] as const,
  platesOfTrack: (id: string) => ['track', id, 'plates'] as const,
  subjects: (filter: unknown) => ['subjects', filter] as const,
  subject: (id: string) => ['subject', id] as const,
  subjectFace: (id: string) => ['subject', id, 'face'] as const,
};
