import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// What needs no browser runs without one, which is ten times faster.
const pure = ['src/domain/**/*.test.ts', 'src/ui/tokens.test.ts'];
const dom = 'src/domain/shortcuts.test.ts';

export default defineConfig({
  plugins: [react()],
  test: {
    restoreMocks: true,
    unstubGlobals: true,
    // The machines that run this have few cores.
    maxWorkers: 2,
    minWorkers: 1,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: [dom], environment: 'node' } },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
          exclude: [...pure.map((pattern) => pattern.replace('**/*', '**/!(shortcuts)'))],
          environment: 'jsdom',
          environmentOptions: { jsdom: { url: 'http://vigil.test/' } },
          setupFiles: ['test/setup.ts'],
          testTimeout: 20_000,
        },
      },
    ],
  },
});
