import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { suggest } from '../../cli/suggest.js';
import { operatorCommands } from '../../cli/operator/commands/index.js';

describe('an unknown command', () => {
  const names = [
    'dev',
    'demo',
    'submit',
    'get',
    'wait',
    'list',
    'inbox',
    'case',
    'cancel',
    'retry',
    'resolve',
    'doctor',
  ];

  it.each([
    ['retry-now', 'retry'],
    ['retryNow', 'retry'],
    ['sumbit', 'submit'],
    ['Inbox', 'inbox'],
    ['cases', 'case'],
    ['can', 'cancel'],
    ['pay', undefined],
    ['', undefined],
  ])('%s was probably meant as %s', (word, meant) => {
    expect(suggest(word, names)).toBe(meant);
  });
});

describe('an operator’s action', () => {
  /** What commander says of a command; its action is never reached. */
  async function said(args: string): Promise<string> {
    let text = '';
    const program = new Command().exitOverride();
    for (const command of operatorCommands()) program.addCommand(command);
    const write = (words: string) => void (text += words);
    const quiet = (commands: readonly Command[]): void => {
      for (const command of commands)
        quiet(command.exitOverride().configureOutput({ writeErr: write, writeOut: write }).commands);
    };
    quiet(program.commands);
    await program.parseAsync(args.split(' '), { from: 'user' }).catch(() => undefined);
    return text;
  }

  it('names all that is missing at once', async () => {
    const all = "'--outcome <outcome>', '--evidence <text>', '--by <name>', '--reason <text>'";
    expect(await said('resolve w-1')).toBe(`error: required options ${all} not specified\n`);
    expect(await said('cancel w-1 --by Ada')).toBe("error: required option '--reason <text>' not specified\n");
    expect(await said('resolve w-1 --by A --reason r --evidence e --outcome confirmed')).toBe(
      "error: required option '--txid <id>' not specified\n",
    );
  });

  it('is refused with the placeholders of a command that was pasted as it is', async () => {
    expect(await said('resolve w-1 --outcome confirmed --txid … --by Ada --reason … --evidence …')).toMatch(
      /in place of … in '--txid <id>', '--evidence <text>', '--reason <text>'/,
    );
  });

  it.each(['cancel --help', 'retry --help', 'resolve --help', 'case close --help'])(
    'marks in `%s` what it requires',
    async (help) => {
      const text = await said(help);
      for (const option of ['--by', '--reason']) expect(text).toMatch(new RegExp(`${option} .*\\(required\\)`));
    },
  );

  it('takes as a case’s id its first 8 digits or more', async () => {
    expect(await said('case show 1234567')).toMatch(/the first 8 or more/);
    expect(await said('case close not-a-case')).toMatch(/64 hexadecimal digits/);
  });
});
