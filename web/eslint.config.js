import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Imports go down only: app → pages → player → queries → ui → stores → api → domain; pages do not know each other.
const order = ['domain', 'api', 'stores', 'ui', 'queries', 'player', 'live', 'detections', 'uploads', 'cameras', 'account', 'app'];
const pages = ['live', 'detections', 'uploads', 'cameras', 'account'];
const layers = order.map((folder, i) => ({
  folder,
  mayNot: order.filter((other, j) => other !== folder && (j > i || (pages.includes(folder) && pages.includes(other)))),
}));
const heavy = ['recharts', 'konva', 'zod', 'moment', 'lodash'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'src/api/schema.d.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-imports': ['error', { paths: heavy }], 'no-restricted-globals': ['error', 'alert', 'confirm', 'prompt'] },
  },
  ...layers.map(({ folder, mayNot }) => ({
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: folder === 'domain' ? [...heavy, 'react'] : heavy,
          patterns: mayNot.length === 0 ? [] : [{ group: mayNot.map((other) => `../${other}/*`), message: `src/${folder} may not know a layer above it, nor a page another page.` }],
        },
      ],
    },
  })),
  {
    // fetch is called in one place, so that a token, a refusal and a lost server are handled in one place.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/api/**', '**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', { selector: "CallExpression[callee.name='fetch']", message: 'Only src/api talks to the server.' }] },
  },
  { files: ['scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
);
