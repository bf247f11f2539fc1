import { readFileSync } from 'node:fs';
import { parse } from 'lossless-json';
import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { CallbackReceiver, HttpResponse, Provider, ResponseResult } from '../../providers/provider.js';
import { registry } from '../../providers/registry.js';

export const NOW = new Date('2026-11-21T09:30:00Z');

const settings: Record<ProviderName, Record<string, string>> = {
  cryptoprocessing: { BASE_URL: 'https://processing.test', API_KEY: 'key', SECRET: 'new-secret,old-secret' },
  alphapo: { BASE_URL: 'https://alphapo.test', API_KEY: 'key', SECRET: 'secret' },
  cryptopay: {
    BASE_URL: 'https://cryptopay.test',
    API_KEY: 'key',
    API_SECRET: 'secret',
    CALLBACK_SECRET: 'new-secret,old-secret',
  },
  cryptocloud: { BASE_URL: 'https://cryptocloud.test', API_KEY: 'key', PROJECT_SECRET: 'new-secret,old-secret' },
};

export function providerOf(name: ProviderName, others: Record<string, string> = {}): Provider {
  return registry[name].provider.parse({ ...settings[name], ...others });
}

/** What takes its callbacks, with the same settings. */
export function receiverOf(name: ProviderName, others: Record<string, string> = {}): CallbackReceiver {
  return registry[name].receiver.parse({ ...settings[name], ...others });
}

/** A sample body of the documents, as text. */
export function sample(path: string): string {
  return readFileSync(new URL(`samples/${path}.json`, import.meta.url), 'utf8');
}

export function answer(status: number, body: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers, body };
}

/** A sample with some fields replaced. */
export function changed(text: string, fields: Record<string, unknown>): string {
  const json: unknown = JSON.parse(text);
  return JSON.stringify({ ...(json as Record<string, unknown>), ...fields });
}

export function valueOf<T>(reading: ResponseResult<T>): T {
  if (!reading.ok) throw new Error(`it failed: ${JSON.stringify(reading.failure)}`);
  return reading.value;
}

export function failureOf(reading: ResponseResult<unknown>) {
  if (reading.ok) throw new Error(`it did not fail: ${JSON.stringify(reading.value)}`);
  return reading.failure;
}

/** Reads a callback's text as the bridge does. */
export function readCallback({ name }: Pick<Provider, 'name'>, text: string) {
  const receiver = receiverOf(name);
  return receiver.read(receiver.parse(Buffer.from(text)));
}

/** JSON with every number as its digits. */
export function digits(text: string | undefined): unknown {
  return parse(text ?? '', null, (number) => `number ${number}`);
}

const common = { withdrawalId: 'w-1', requestedAt: '2026-11-21T09:00:00Z' } as const;

export const requests: Record<ProviderName, WithdrawalRequest> = {
  cryptoprocessing: {
    ...common,
    provider: 'cryptoprocessing',
    currency: 'BTC',
    amount: '0.00003000',
    address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
    endUserReference: 'user-1',
    sender: { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' },
    receiver: { type: 'natural', firstName: 'Friedrich', lastName: 'Müller', dateOfBirth: '1995-08-17' },
  },
  alphapo: {
    ...common,
    provider: 'alphapo',
    currency: 'EUR',
    convertTo: 'BTC',
    amount: '25',
    address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
    endUserReference: 'user-1',
  },
  cryptopay: {
    ...common,
    provider: 'cryptopay',
    currency: 'EUR',
    convertTo: 'BTC',
    amount: '10',
    address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
  },
  cryptocloud: {
    ...common,
    provider: 'cryptocloud',
    currency: 'ETH',
    amount: '0.003',
    address: '0x52908400098527886E0F7030069857D2E4169EE7',
  },
};
