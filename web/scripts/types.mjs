// Writes src/api/schema.d.ts from the OpenAPI document; with --check only tells whether it is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../docs/ref/openapi.yaml', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const header = '// Generated from docs/ref/openapi.yaml by `npm run types`. Do not edit.\n\n';

const wanted = header + astToString(await openapiTS(source, { defaultNonNullable: false }));
if (process.argv.includes('--check')) {
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present !== wanted) {
    console.error('src/api/schema.d.ts does not fit docs/ref/openapi.yaml: run `npm run types` and commit the result');
    process.exit(1);
  }
} else {
  await writeFile(target, wanted);
}
