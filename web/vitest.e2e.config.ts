import { defineConfig } from 'vitest/config';

// The page in Debian's Chromium against a real server; see README.md.
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    testTimeout: 90_000,
    hookTimeout: 90_000,
    fileParallelism: false,
    sequence: { shuffle: false, concurrent: false },
  },
});
