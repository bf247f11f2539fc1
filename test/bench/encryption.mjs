/** `npm run bench:encryption`: what encryption costs a payout. */
import { register } from 'tsx/esm/api';
import readyForTests from '../support/run/ready-for-tests.mjs';

await readyForTests();
register();
const { measure } = await import('./encryption.ts');
await measure((line) => process.stdout.write(`${line}\n`));
