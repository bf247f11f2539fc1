import { join } from 'node:path';
import { buildCheckout, buildFolder } from './build-checkout.mjs';

/** What all tests share, made once per run, before the first of them and its time limit begin. */
export default async function readyForTests() {
  await buildCheckout();
  await haveServers();
}

/** On a fresh machine the two servers are downloaded or built first, which takes minutes. */
async function haveServers() {
  const { findTemporal } = await import(join(buildFolder, 'temporal/embedded/temporal-cli.js'));
  const { findTestServer } = await import(join(buildFolder, 'test/support/run/test-server-executable.js'));
  const report = (message) => process.stderr.write(`${message}\n`);
  await findTemporal(report);
  await findTestServer(report);
}
