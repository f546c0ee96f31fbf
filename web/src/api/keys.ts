// Query keys, in one place so that a change finds everything that shows it.
export const keys = {
  cameras: ['cameras'] as const,
  camera: (id: string) => ['camera', id] as const,
  cameraStatus: (id: string) => ['camera', id, 'status'] as const,
  system: ['system'] as const,
};
