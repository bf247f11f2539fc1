import {
  callbackFaultRows,
  modeRows,
  providerNames,
  requestFaultRows,
  shownMagicValues,
} from '../../simulator/index.js';
import { inCode, table } from './markdown.js';

/** The tables of `docs/simulator.md`, by the name in their markers. */
const tables: Readonly<Record<string, string>> = {
  'magic values': table(
    ['code', 'providers', 'what happens'],
    shownMagicValues.map(({ code, providers, description }) => [
      code,
      providers.length === providerNames.length ? 'all' : providers.join(', '),
      description,
    ]),
  ),
  'request faults': table(
    ['fault', 'payout stored?', 'what the client sees'],
    requestFaultRows.map(({ fault, parameters, stored, client }) => [
      withParameters(fault, parameters),
      stored,
      client,
    ]),
  ),
  'callback faults': table(
    ['fault', 'what the bridge sees'],
    callbackFaultRows.map(({ fault, parameters, bridge }) => [withParameters(fault, parameters), bridge]),
  ),
  modes: table(
    ['mode', 'default', 'otherwise'],
    modeRows.map(({ mode, byDefault, otherwise }) => [inCode(mode), byDefault, otherwise]),
  ),
};

function withParameters(name: string, parameters: string | undefined): string {
  return parameters === undefined ? inCode(name) : `${inCode(name)} (${parameters})`;
}

/** `docs/simulator.md` with its tables as the simulator has them; the text between them stays as it was written. */
export function simulatorDoc(page: string): string {
  return Object.entries(tables).reduce((text, [name, rows]) => {
    const [start, end] = [`<!-- table: ${name} -->\n`, `\n<!-- end of table: ${name} -->`];
    const [before, rest] = text.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`docs/simulator.md: no markers for "${name}"`);
    return `${before}${start}${rows}${end}${after}`;
  }, page);
}
