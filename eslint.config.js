import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The house's arrows: each room, and what it may import. Nothing else passes.
 * `workflows/contract` is the one file of workflows/ that client, bridge and temporal share with the worker.
 */
const rooms = {
  domain: [],
  providers: ['domain'],
  workflows: ['domain'],
  activities: ['providers', 'domain'],
  settings: ['domain', 'providers'],
  temporal: ['settings', 'workflows/contract'],
  worker: ['workflows', 'activities', 'providers', 'temporal', 'settings', 'domain'],
  client: ['domain', 'workflows/contract', 'temporal'],
  bridge: ['providers', 'domain', 'client', 'workflows/contract', 'temporal', 'settings'],
  simulator: [],
  cli: [
    'domain',
    'providers',
    'workflows/contract',
    'settings',
    'temporal',
    'worker',
    'client',
    'bridge',
    'simulator/index',
  ],
};

/** Rooms whose code runs inside Temporal's workflow sandbox: no Node built-ins, no zod (it triples the bundle). */
const sandboxed = ['domain', 'workflows'];

function arrows(room, allowed) {
  const others = Object.keys(rooms).filter((other) => other !== room);
  const mayImport = allowed.map((path) => (path.includes('/') ? `${path}\\.js$` : `${path}/`)).join('|') || '$^';
  const patterns = [
    {
      regex: `^(\\.\\./)+(?!${mayImport})(${others.join('|')}|test)/`,
      message: `${room}/ may import only: ${allowed.join(', ') || 'nothing of the other rooms'} (see eslint.config.js).`,
      // workflows/ names the activities' types; type imports vanish from the bundle.
      ...(room === 'workflows' && { allowTypeImports: true }),
    },
  ];
  if (sandboxed.includes(room)) {
    patterns.push({
      regex: '^(node:|zod)',
      message: `${room}/ runs in the workflow sandbox: no Node built-ins, no zod.`,
    });
  }
  return {
    files: [`${room}/**/*.ts`],
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
  ...Object.entries(rooms).map(([room, allowed]) => arrows(room, allowed)),
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
