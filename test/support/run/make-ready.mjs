/** Readies the checkout for tests: what `ready-for-tests.mjs` runs. */
import { join } from 'node:path';
import { buildCheckout, buildFolder } from './build-checkout.mjs';

await buildCheckout();
// On a fresh machine the two servers are downloaded or built first, which takes minutes.
const { findTemporal } = await import(join(buildFolder, 'temporal/embedded/temporal-cli.js'));
const { findTestServer } = await import(join(buildFolder, 'test/support/run/test-server-executable.js'));
const report = (message) => process.stderr.write(`${message}\n`);
await findTemporal(report);
await findTestServer(report);
