import { Command, InvalidArgumentError } from 'commander';
import type { DemoOptions } from './demo/demo.js';
import type { DoctorOptions } from './operator/doctor/doctor.js';
import { exits } from './output/exit-codes.js';

/** Commands that need much of Outflow. Each loads it when it runs: no other command waits for it. */

export function devCommand(): Command {
  return new Command('dev')
    .description(
      'run Temporal, a worker, the bridge, the codec server and the simulator, and keep their data in one folder',
    )
    .action(async () => (await import('./processes/dev.js')).dev());
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('start everything afresh, pay a few withdrawals, and check the result against the provider’s ledger')
    .option('--json', 'print one view per withdrawal on stdout, and nothing else there')
    .option('--stay', 'keep everything up afterwards, until Ctrl-C')
    .action(async (options: DemoOptions) => (await import('./demo/demo.js')).demo(options));
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      `check the server, its retention and attributes, that a worker and the bridge answer now, and the providers that are used: reached, clocks, keys; exit code ${exits.failed.code} if something is wrong`,
    )
    .option('--bridge <url>', 'where the bridge is, as an origin', origin)
    .option('--json', 'one JSON object per line')
    .action(async (options: DoctorOptions) => (await import('./operator/doctor/doctor.js')).doctor(options));
}

function origin(value: string): string {
  if (!URL.canParse(value) || !/^https?:/.test(value))
    throw new InvalidArgumentError('Give an origin, such as https://callbacks.example.com.');
  return new URL(value).origin;
}
