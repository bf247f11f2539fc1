import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Each folder, and what it may import. Nothing else passes. */
const folders = {
  contract: ['domain'],
  domain: [],
  providers: ['domain'],
  workflows: ['contract', 'domain'],
  activities: ['contract', 'providers', 'domain'],
  settings: ['domain', 'providers'],
  temporal: ['settings', 'contract', 'domain'],
  worker: ['workflows', 'activities', 'providers', 'temporal', 'settings', 'contract', 'domain'],
  client: ['domain', 'contract', 'temporal'],
  http: ['domain'],
  bridge: ['providers', 'domain', 'client', 'contract', 'temporal', 'settings', 'http'],
  'codec-server': ['http', 'temporal', 'settings', 'contract', 'domain'],
  simulator: [],
  cli: [
    'domain',
    'providers',
    'contract',
    'settings',
    'temporal',
    'worker',
    'client',
    'bridge',
    'codec-server',
    'simulator/index',
  ],
  // All of a deployment in one process: it may look into everything.
  faults: [
    'domain',
    'providers',
    'contract',
    'settings',
    'temporal',
    'activities',
    'worker',
    'client',
    'bridge',
    'http',
    'simulator',
  ],
};

/** Folders whose code runs inside Temporal's workflow sandbox: no Node built-ins, no zod (it triples the bundle). */
const sandboxed = ['domain', 'contract', 'workflows'];

/** One rule for the files right in a folder, and one for each depth below: `../providers/` is another folder only from the top. */
function importsOf(folder, allowed) {
  return [1, 2, 3].map((depth) => importsAt(folder, allowed, depth));
}

function importsAt(folder, allowed, depth) {
  const others = Object.keys(folders).filter((other) => other !== folder);
  const mayImport = allowed.map((path) => (path.includes('/') ? `${path}\\.js$` : `${path}/`)).join('|') || '$^';
  const patterns = [
    {
      regex: `^(\\.\\./){${depth}}(?!${mayImport})(${others.join('|')}|test)/`,
      message: `${folder}/ may import only: ${allowed.join(', ') || 'nothing of the other folders'} (see eslint.config.js).`,
    },
  ];
  if (sandboxed.includes(folder)) {
    patterns.push({
      regex: '^(node:|zod)',
      message: `${folder}/ runs in the workflow sandbox: no Node built-ins, no zod.`,
    });
  }
  return {
    files: [`${folder}/${'*/'.repeat(depth - 1)}*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.outflow/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off', // `return doIt()` ends a branch in one line
      '@typescript-eslint/dot-notation': 'off', // tsconfig's noPropertyAccessFromIndexSignature decides
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  ...Object.entries(folders).flatMap(([folder, allowed]) => importsOf(folder, allowed)),
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', exports: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
