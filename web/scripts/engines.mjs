// Every locked package must run on the oldest Node that this page supports (Debian 12 ships 18.20) and on Node 20.
import { readFileSync } from 'node:fs';
import semver from 'semver';

const supported = ['18.20.4', '20.9.0'];
const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const wrong = [];
let withAddress = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path !== '' && entry.resolved) withAddress += 1;
  const range = entry.engines?.node;
  if (!range) continue;
  const misses = supported.filter((version) => !semver.satisfies(version, range));
  if (misses.length > 0) wrong.push(`${path || 'this package'} wants node ${range}, not ${misses.join(' and ')}`);
}
if (withAddress > 0) wrong.push(`${withAddress} packages carry a download address; run npm with omit-lockfile-registry-resolved=true`);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
