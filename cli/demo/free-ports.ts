import getPort, { portNumbers } from 'get-port';
import type { StackPorts } from '../processes/stack.js';

const SIMULATOR_PORTS = 5;

/** The wanted ports where they are free, else others: a demo runs beside whatever else is up. */
export async function freePorts(wanted: StackPorts): Promise<StackPorts> {
  const host = '127.0.0.1';
  const [temporal, ui, bridge, codec, metrics] = await Promise.all(
    [wanted.temporal, wanted.ui, wanted.bridge, wanted.codec, wanted.metrics].map((port) => getPort({ port, host })),
  );
  if (!temporal || !ui || !bridge || !codec || !metrics) throw new Error('No free port.');
  return { temporal, ui, bridge, codec, metrics, simulator: await freeRow(wanted.simulator) };
}

/** The simulator's ports stand in a row. */
async function freeRow(first: number): Promise<number> {
  for (let start = first; start < first + 2_000; start += SIMULATOR_PORTS) {
    const found = new Set<number>();
    for (let port = start; port < start + SIMULATOR_PORTS; port++) {
      found.add(await getPort({ host: '127.0.0.1', port: portNumbers(port, port) }));
    }
    if ([...found].every((port) => port >= start && port < start + SIMULATOR_PORTS)) return start;
  }
  throw new Error(`No ${SIMULATOR_PORTS} free ports in a row from ${first}.`);
}
