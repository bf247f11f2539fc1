import { Command } from 'commander';

/** The processes of a deployment, each a command of its own. What one of them needs is loaded for it alone: no other command waits for it. */
export function processCommands(): Command[] {
  return [
    new Command('worker')
      .description('run the workflows, and the calls to every enabled provider')
      .action(async () => (await import('./run/worker.js')).runWorker()),
    new Command('bridge')
      .description('take the providers’ callbacks over HTTP')
      .action(async () => (await import('./run/bridge.js')).runBridge()),
    new Command('codec')
      .description('decrypt for Temporal’s UI and CLI what Temporal stores, for who may read it')
      .action(async () => (await import('./run/codec.js')).runCodec()),
    new Command('simulator')
      .description('run the four providers as local servers, with a ledger, an Owner and faults')
      .option('--journal <file>', 'keep the ledger in this file, over restarts')
      .action(async (options: { journal?: string }) => (await import('./run/simulator.js')).runSimulator(options)),
  ];
}
