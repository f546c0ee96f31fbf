import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.VIGIL_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: Object.fromEntries(['/api', '/hls', '/health', '/ready'].map((path) => [path, { target: server }])),
  },
  build: {
    target: 'es2022',
    // The size script asks the manifest which files the first route needs.
    manifest: true,
    // A page under a strict Content-Security-Policy loads no data: scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
