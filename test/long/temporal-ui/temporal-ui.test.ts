import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import getPort from 'get-port';
import type { Browser } from 'playwright-core';
import { createCodecServer } from '../../../codec-server/server.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { Deployment } from '../../support/deployment.js';
import { testKeyRing } from '../../support/encryption.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { RunningStack } from '../../support/stack.js';
import { findChromium, openBrowser } from './chromium.js';
import { startFront } from './front.js';
import { Viewer } from './pages.js';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Where there is no Chromium, CI fails; elsewhere that is said, and the tests are skipped. */
const chromium = await findChromium(say).catch((error: unknown) => {
  if (process.env['CI'] === 'true') throw error;
  say(`SKIPPED: the tests of Temporal's UI. ${String(error)}`);
  return undefined;
});
const describeInBrowser = chromium === undefined ? describe.skip : describe;

/** It waits for the Owner, as long as the tests look at it. */
const request = cryptoprocessingRequest({
  ...{ withdrawalId: 'w-1042', amount: '0.009101', endUserReference: 'user-77' },
  sender: {
    type: 'natural',
    firstName: 'Jane',
    lastName: 'Canary',
    dateOfBirth: '1990-02-03',
    email: 'jane@canary.example',
  },
  receiver: { type: 'self' },
});

/** What of its personal data stands in a text, in clear or as payloads have it. */
function personalIn(text: string): string[] {
  const decoded = text.replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
  const personal = ['Jane', 'Canary', '1990-02-03', 'user-77', 'jane@canary', request.address];
  return personal.filter((word) => `${text}\n${decoded}`.includes(word));
}

describeInBrowser('Temporal’s UI', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(String(chromium));
  });
  afterAll(() => browser.close());

  describe('beside outflow dev', () => {
    let stack: RunningStack;
    beforeAll(async () => {
      stack = await RunningStack.start();
      await stack.outflow.submit(request);
      await stack.untilStatus(request.withdrawalId, 'awaiting_approval');
    });
    afterAll(() => stack.stop());

    it.each(['127.0.0.1', 'localhost'])('shows everything at once, at %s', async (host) => {
      const viewer = await Viewer.at(stack.uiUrl.replace('127.0.0.1', host), browser);
      await viewer.open(request.withdrawalId);
      const page = await viewer.readOnce(/"dateOfBirth": "1990-02-03"/);
      expect(page).toMatch(/"lastName": "Canary"/);
      expect(await viewer.readOnce(/create at CryptoProcessing/)).toContain(request.address);
      await viewer.openUserMetadata();
      await viewer.readOnce(/Waits for approval by CryptoProcessing’s Owner/);
    });
  });

  describe('of a deployment', () => {
    let deployment: Deployment;
    let port: number;
    beforeAll(async () => {
      port = await getPort({ host: '127.0.0.1' });
      deployment = await Deployment.started({ temporal: { codec: `http://127.0.0.1:${port}/codec` } });
      await deployment.outflow.submit(request);
      await deployment.when(request.withdrawalId, ({ status }) => status === 'awaiting_approval');
    }, 120_000);
    afterAll(() => deployment.stop());

    it('without the codec server, shows ciphertext: nobody’s name is on the page, nor in anything that the browser was sent', async () => {
      const viewer = await Viewer.at(deployment.temporal.uiUrl, browser);
      await viewer.open(request.withdrawalId);
      const page = await viewer.readOnce(/"encoding": "YmluYXJ5L2VuY3J5cHRlZA=="/); // binary/encrypted
      await viewer.picture('temporal-ui-encrypted');
      await viewer.openUserMetadata();
      await viewer.readOnce(/No Current Details/);
      expect(personalIn(`${page}\n${await viewer.sent()}`)).toEqual([]);
      expect(await viewer.sent()).toContain(request.withdrawalId); // so that what was sent was looked at
    });

    describe('with the codec server at the same origin, behind a web server with log-ins', () => {
      const passwords = { support: 'password of support', compliance: 'password of compliance' };
      const tokens = { masked: 'm'.repeat(64), full: 'f'.repeat(64) };
      const log: Record<string, unknown>[] = [];
      let codec: FastifyInstance;
      let front: Server;
      beforeAll(async () => {
        codec = await createCodecServer({
          ...{ ring: testKeyRing, namespace: embeddedNamespace, origins: [`http://127.0.0.1:${port}`], rate: 3_000 },
          access: {
            for: 'callers',
            tokens: [
              { role: 'masked', name: 'support', token: tokens.masked },
              { role: 'full', name: 'compliance', token: tokens.full },
            ],
          },
          log: (message, fields) => log.push({ message, ...fields }),
        });
        front = await startFront({
          ...{ port, ui: deployment.temporal.uiUrl, codec: await codec.listen({ host: '127.0.0.1', port: 0 }) },
          users: [
            { name: 'support', password: passwords.support, codecToken: tokens.masked },
            { name: 'compliance', password: passwords.compliance, codecToken: tokens.full },
          ],
        });
      });
      afterAll(async () => {
        front.closeAllConnections();
        front.close();
        await codec.close();
      });

      function loggedIn(username: keyof typeof passwords): Promise<Viewer> {
        const httpCredentials = { username, password: passwords[username] };
        return Viewer.at(`http://127.0.0.1:${port}`, browser, { httpCredentials });
      }

      it('shows everything to who may see it', async () => {
        const viewer = await loggedIn('compliance');
        await viewer.open(request.withdrawalId);
        const page = await viewer.readOnce(/"dateOfBirth": "1990-02-03"/);
        expect(page).toMatch(/"firstName": "Jane",\s+"lastName": "Canary"/);
        await viewer.picture('temporal-ui-full');
        expect(personalIn(await viewer.sent())).toHaveLength(6); // so it would be found where it should not be
      });

      it('shows personal data masked to who may not: not even the browser was sent it', async () => {
        const viewer = await loggedIn('support');
        await viewer.open(request.withdrawalId);
        const page = await viewer.readOnce(/"dateOfBirth": "\*\*\*"/);
        expect(page).toMatch(/"firstName": "J\*\*\*",\s+"lastName": "C\*\*\*"/);
        expect(page).toMatch(/"amount": "0.009101",\s+"address": "tb1q…qwjc"/);
        await viewer.readOnce(/create at CryptoProcessing/);
        await viewer.picture('temporal-ui-masked');
        await viewer.openUserMetadata();
        await viewer.readOnce(/CryptoProcessing withdrawal[^]*Waits for approval by CryptoProcessing’s Owner/);
        await viewer.picture('temporal-ui-waiting');
        expect(personalIn(await viewer.sent())).toEqual([]);
        expect(log).toContainEqual(
          expect.objectContaining({
            message: 'decoded',
            who: 'support',
            workflows: [`withdrawal/${request.withdrawalId}`],
          }),
        );
      });

      it('shows ciphertext to who came past the web server, whose page is of another origin', async () => {
        const viewer = await Viewer.at(deployment.temporal.uiUrl, browser);
        await viewer.open(request.withdrawalId);
        await viewer.readOnce(/"encoding": "YmluYXJ5L2VuY3J5cHRlZA=="/);
        expect(personalIn(await viewer.sent())).toEqual([]);
      });
    });
  });
});
