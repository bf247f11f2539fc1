/** `npm run histories`: records the histories in test/workflows/replay/histories/ anew. */
import { register } from 'tsx/esm/api';
import readyForTests from '../../support/run/ready-for-tests.mjs';

await readyForTests();
register();
const { record } = await import('./record.ts');
await record((line) => process.stdout.write(`${line}\n`));
