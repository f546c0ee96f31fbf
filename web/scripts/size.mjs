// Fails when the built page is heavier than its budgets (gzip, kB of 1000 bytes).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const kilobytes = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;

function filesOf(key, seen = new Set()) {
  if (!seen.has(key)) {
    seen.add(key);
    for (const next of manifest[key].imports ?? []) filesOf(next, seen);
  }
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = filesOf(entry);
const sum = (keys) => [...keys].reduce((total, key) => total + kilobytes(manifest[key].file), 0);
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));

const budgets = [
  ['first route, JavaScript', sum(first), 210],
  ['style sheets', [...styles].reduce((total, file) => total + kilobytes(file), 0), 30],
  ...Object.keys(manifest)
    .filter((key) => manifest[key].isDynamicEntry)
    // The player of HLS is loaded where nothing else plays.
    .map((key) => [`page ${key}`, sum([...filesOf(key)].filter((file) => !first.has(file))), key.includes('hls.js') ? 130 : 60]),
];
let over = false;
for (const [name, size, limit] of budgets) {
  over ||= size > limit;
  console.log(`${size > limit ? 'OVER' : ' ok '} ${size.toFixed(1).padStart(6)} kB of ${limit}  ${name}`);
}
if (over) process.exit(1);
