// Uploads a file with tus-js-client as it is: `node tus.mjs ENDPOINT FILE CHUNK_BYTES` (0: all in one request). It says
// {"progress": bytes} while it goes on and {"url": …} at the end, a line each; {"error": …} and exit code 1 when it fails.
import fs from 'node:fs';
import * as tus from 'tus-js-client';

const [endpoint, file, chunk] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const size = fs.statSync(file).size;

const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  uploadSize: size,
  chunkSize: Number(chunk) || Infinity,
  retryDelays: [0, 100, 200, 500, 500, 500, 1000, 1000, 1000, 1000],
  metadata: { filename: 'walk.mp4', filetype: 'video/mp4' },
  onProgress: (sent) => say({ progress: sent }),
  onError: (error) => {
    say({ error: String(error) });
    process.exit(1);
  },
  onSuccess: () => say({ url: upload.url }),
});
upload.start();
