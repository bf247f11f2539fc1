import { describe, expect, it } from '@jest/globals';
import { doctorLines } from '../../cli/operator/doctor/doctor.js';
import { inboxLines, inboxJson } from '../../cli/operator/printing/inbox.js';
import { caseLines } from '../../cli/operator/printing/case.js';
import { resolvedLines, viewLines } from '../../cli/operator/printing/view.js';
import type { CaseView, CurrentView, InboxItem, LookUpOutcome, WithdrawalView } from '../../client/index.js';
import { caseReasons } from '../../client/inbox/case-reasons.js';
import type { Attention } from '../../domain/attention.js';
import { attentions } from '../../domain/attention.js';
import type { FailureType } from '../../domain/failures.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { providerNames } from '../../domain/providers/index.js';
import type { Status } from '../../domain/withdrawal/lifecycle.js';
import { viewOfUnreadable } from '../../domain/withdrawal/view.js';

const since = '2026-11-21T09:30:00.000Z';
const caseId = '0123456789abcdef'.repeat(4);

function view(changes: Partial<CurrentView> = {}): CurrentView {
  return {
    withdrawalId: 'w-1',
    provider: 'cryptopay',
    status: 'processing',
    final: false,
    requestedAt: since,
    currency: 'BTC',
    amount: '0.1',
    address: 'tb1-somewhere',
    timeline: [{ at: since, event: 'received' }],
    ...changes,
  };
}

const ended = (status: Status, type?: FailureType) =>
  view({ status, final: true, finalAt: since, ...(type && { error: { type, certainty: 'refused' } }) });

describe('the inbox', () => {
  const item = (why: Attention, status: Status, provider: ProviderName = 'cryptoprocessing'): InboxItem => ({
    kind: 'withdrawal',
    withdrawalId: 'w-1',
    status,
    provider,
    why,
    since,
  });

  const closed: InboxItem = {
    ...{ kind: 'closed by force', withdrawalId: 'w-1', how: 'terminated', status: 'processing', why: 'closed', since },
    ...{ provider: 'cryptopay', providerId: '4711' },
    asked: { currency: 'BTC', amount: '0.1' },
  };

  const owner: InboxItem = {
    ...{ kind: 'awaits Owner', withdrawalId: 'w-1', status: 'awaiting_approval', why: 'not yet', since },
    provider: 'alphapo',
  };

  /** The commands in what is printed, as a shell joins them. */
  const commandsIn = (items: InboxItem[]) =>
    inboxLines(items)
      .join('\n')
      .replaceAll(/ \\\n +/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('npm run'));

  it.each<[string, InboxItem, RegExp[]]>([
    ['funds', item('waiting-for-funds', 'waiting'), [/ retry w-1 --by \S+ --reason '.+'$/, / cancel w-1 --by /]],
    ['a slot that it has', item('missed-slots', 'waiting'), [/ get w-1$/, / cancel w-1 /]],
    [
      'an outcome that no look-up settles',
      item('unknown-outcome', 'unknown', 'cryptocloud'),
      [
        / resolve w-1 --outcome confirmed --txid … --by \S+ --reason … --evidence …$/,
        / resolve w-1 --outcome not-paid --by \S+ --reason … --evidence …$/,
      ],
    ],
    ['an outcome that a look-up may settle', item('unknown-outcome', 'unknown'), [/ get w-1$/, / retry w-1 /]],
    ['the Owner', item('owner-overdue', 'awaiting_approval'), [/ get w-1$/, / retry w-1 /]],
    ['a send under way', item('internal-fault', 'sending'), [/ get w-1$/]],
    ['a case', { kind: 'case', caseId, why: 'stray callback', since }, [/ case show 0123456789ab$/]],
    ['a stuck workflow', { kind: 'stuck workflow', workflowId: 'withdrawal/w-1', why: 'fails', since }, [/ get w-1$/]],
    [
      'a stuck case',
      { kind: 'stuck workflow', workflowId: `case/${caseId}`, why: 'fails', since },
      [/ case show 0123456789ab$/],
    ],
    [
      'a stuck rate limiter',
      { kind: 'stuck workflow', workflowId: 'rate-limiter/cryptocloud', why: 'fails', since },
      [],
    ],
    ['no worker', { kind: 'unserved queue', queue: 'outflow', why: 'none', since }, [/ worker$/]],
    [
      'an operator’s resolution, from the moment it is accepted',
      item('person-confirms', 'processing', 'cryptocloud'),
      [/ resolve w-1 --outcome confirmed --txid … /, / resolve w-1 --outcome not-paid /],
    ],
    ['nobody: it was terminated', closed, [/ recover w-1 --by \S+ --reason …$/]],
    ['nothing', { kind: 'stale request', withdrawalId: 'w-1', why: 'too late', since }, []],
  ])('names the one or two whole commands that fit what waits for %s', (_, waiting, commands) => {
    const expected = commands.map((command) => expect.stringMatching(command));
    expect(inboxJson(waiting)).toEqual({ ...waiting, action: expected });
    const typed = inboxJson(waiting).action;
    for (const command of typed) expect(command).toMatch(/^npm run -s outflow -- /); // as it is typed in a checkout
    expect(commandsIn([waiting])).toEqual(typed);
  });

  it('names a case by its whole id', () => {
    const lines = inboxLines([{ kind: 'case', caseId, why: 'stray callback', since, provider: 'alphapo' }]);
    expect(lines).toContainEqual(expect.stringMatching(/^Cases, AlphaPo \(1\)$/));
    expect(lines.join('\n')).toContain(caseId);
  });

  it('lists what waits for the provider’s Owner apart, and counts it apart', () => {
    const lines = inboxLines([item('waiting-for-funds', 'waiting'), owner]);
    expect(lines[0]).toMatch(/^1 needs a person; 1 before a provider’s Owner/);
    expect(lines).toContain('Before the provider’s Owner, AlphaPo (1)');
    expect(inboxJson(owner).action).toEqual([expect.stringMatching(/ get w-1$/)]);
    expect(inboxLines([owner])[0]).toMatch(/^Nothing needs a person; 1 before/);
  });

  it('shows of what was closed by force all that is known of it', () => {
    const text = inboxLines([closed]).join('\n');
    for (const part of ['terminated while processing', '0.1 BTC', 'provider: 4711']) expect(text).toContain(part);
  });

  it('groups by reason and provider, says once what it means, and offers one command for all of a group', () => {
    const two = [
      item('waiting-for-funds', 'waiting'),
      { ...item('waiting-for-funds', 'waiting'), withdrawalId: 'w-2' },
    ];
    const lines = inboxLines([...two, item('waiting-for-funds', 'waiting', 'alphapo')]);
    expect(lines).toContain('waiting-for-funds, CryptoProcessing (2)');
    expect(lines).toContain('waiting-for-funds, AlphaPo (1)');
    expect(lines.join('\n').match(/The account at the provider holds too little/g)).toHaveLength(2);
    const forAll = commandsIn(two).filter((command) => command.includes('--attention'));
    expect(forAll).toEqual([
      expect.stringMatching(
        / retry --provider cryptoprocessing --attention waiting-for-funds --by \S+ --reason 'the account is funded'$/,
      ),
    ]);
    const one = [item('waiting-for-funds', 'waiting')];
    expect(commandsIn(one).filter((command) => command.includes('--attention'))).toEqual([]);
    const settled = ['w-1', 'w-2'].map((withdrawalId) => ({
      ...item('person-confirms', 'processing', 'cryptocloud'),
      withdrawalId,
    }));
    expect(commandsIn(settled).filter((command) => command.includes('retry'))).toEqual([]);
  });

  it('fits 80 columns, with ids as long as they come', () => {
    const withdrawalId = `w-${'0123456789'.repeat(4)}`;
    const all: InboxItem[] = (Object.keys(attentions) as Attention[]).flatMap((why) =>
      providerNames.flatMap((provider) => {
        const of = { ...item(why, 'awaiting_approval', provider), withdrawalId, providerId: '6'.repeat(36) };
        return [of, of];
      }),
    );
    all.push(
      { ...closed, withdrawalId },
      { kind: 'case', caseId, why: caseReasons.unreadable.meaning, since, provider: 'alphapo' },
    );
    all.push({ ...owner, withdrawalId });
    for (const line of inboxLines(all)) expect([line, line.length <= 80]).toEqual([line, true]);
  });
});

describe('a withdrawal of which nothing can be believed', () => {
  it('is shown with all that is known of it, and how it is ended', () => {
    const unreadable = { withdrawalId: 'w-1', attention: 'unreadable-start', reason: 'plaintext' } as const;
    const text = viewLines(viewOfUnreadable(unreadable, Date.parse(since))).join('\n');
    expect(text).not.toMatch(/undefined|NaN/);
    expect(text).toMatch(/waits for +a person: .*it is not encrypted/);
    expect(text).toContain('temporal workflow terminate --reason unreadable-start --workflow-id withdrawal/w-1');
    expect(text).not.toMatch(/outflow -- (cancel|retry|resolve)/);
  });
});

describe('a case', () => {
  const record: CaseView['record'] = {
    provider: 'alphapo',
    providerId: '77',
    reference: 'w-1',
    providerStatus: 'confirmed',
    meaning: 'confirmed',
    currency: 'BTC',
    amount: '0.1',
    address: 'tb1-customer',
    tag: '4711',
    error: 'too late',
  };
  const about: CaseView = { provider: 'alphapo', reason: 'unknown withdrawal', record, openedAt: since };
  const printedCase = (changes: Partial<CaseView>, withdrawal?: WithdrawalView) =>
    caseLines({ caseId, view: { ...about, ...changes }, ...(withdrawal && { withdrawal }) }).join('\n');

  it('says what kind it is, what the provider says, what to do and how to close it, and nothing personal', () => {
    const text = printedCase({});
    expect(text).toMatch(/^what it is +stray callback/m);
    for (const part of [
      /AlphaPo, its id 77/,
      /^amount +0\.1 BTC$/m,
      /^its error +too late$/m,
      /^what to do +Look it up/m,
    ])
      expect(text).toMatch(part);
    expect(text).toMatch(/^then +npm run -s outflow -- case close 0123456789ab --by \S+ --reason …$/m);
    expect(text).not.toMatch(/tb1-customer|4711/);
  });

  it('shows the recorded end beside a status that differs from it, and that money may have left', () => {
    const text = printedCase(
      { reason: 'differs from the recorded end', withdrawalId: 'w-1' },
      ended('refused', 'InvalidAddress'),
    );
    expect(text).toMatch(/^recorded +refused, final since .*error InvalidAddress$/m);
    expect(text).toMatch(/Money may have left/);
  });

  it('of an unreadable body shows the problem, and the body to scripts only', () => {
    const problem = 'status: must be text';
    const view: CaseView = {
      provider: 'alphapo',
      reason: 'unreadable',
      problem,
      body: '{"tag":"4711"}',
      openedAt: since,
    };
    const text = caseLines({ caseId, view }).join('\n');
    expect(text).toMatch(/^problem +status: must be text$/m);
    expect(text).toMatch(/^body +14 characters/m);
    expect(text).not.toContain('4711');
  });

  it('once closed says by whom, and asks for nothing', () => {
    const text = printedCase({ closed: { id: 'a-1', at: since, by: 'Ada', reason: 'test traffic' } });
    expect(text).toMatch(/^closed +.* by Ada: test traffic$/m);
    expect(text).not.toMatch(/what to do|case close/);
  });
});

describe('a withdrawal', () => {
  const text = (of: CurrentView, cases: string[] = []) => viewLines(of, cases).join('\n');

  it.each<[Status, FailureType | undefined, string]>([
    ['refused', 'InvalidAddress', 'Nothing was paid. Ask the end user for another address'],
    ['expired', 'OverMaxCharge', 'Nothing was paid. Submit it with a higher maxCharge'],
    ['expired', 'NotEnoughFunds', 'Nothing was paid. If it is still owed, submit it under a new withdrawalId.'],
    ['expired', 'TooLateToSend', 'Nothing was paid. If it is still owed, submit it under a new withdrawalId.'],
    ['cancelled', undefined, 'Nothing was paid. If it is still owed, submit it under a new withdrawalId.'],
    ['declined', undefined, 'Nothing was paid. If it is still owed, submit it under a new withdrawalId.'],
  ])('that ended %s with %s keeps the advice that fits, once', (status, type, advice) => {
    const printed = text(ended(status, type));
    expect(printed).toContain(advice);
    expect(printed.match(/Nothing was paid/g)).toHaveLength(1);
  });

  it('is advised to be submitted anew only once its end is final', () => {
    const open = view({ status: 'awaiting_commit', error: { type: 'OverMaxCharge', certainty: 'refused' } });
    expect(text(open)).not.toMatch(/Nothing was paid|higher maxCharge/);
    expect(text(open)).toMatch(/^advice +Its end is not final yet/m);
    expect(text(ended('confirmed'))).not.toMatch(/^advice/m);
  });

  it.each<Status>(['unknown', 'sending'])(
    'that no worker reports, %s, says so and that money may have moved',
    (status) => {
      const printed = text(view({ status, timeline: [], fromIndex: true }));
      expect(printed).toMatch(/^No worker answers: this is what Temporal’s index holds\.$/m);
      expect(printed).toMatch(/may have moved/);
      expect(text(view({ status: 'waiting', timeline: [], fromIndex: true }))).not.toMatch(/may have moved/);
      expect(text(view())).not.toMatch(/No worker/);
    },
  );

  it('leaves out fees of nothing', () => {
    const fees = [
      { type: 'network', amount: '0.0000054', currency: 'BTC' },
      { type: 'service', amount: '0.0', currency: 'BTC' },
    ];
    expect(text(view({ fees }))).toMatch(/^fees +0\.0000054 BTC \(network\)$/m);
    expect(text(view({ fees: fees.slice(1) }))).not.toMatch(/^fees/m);
  });

  it('that needs a person names every command that may settle it, and its open cases', () => {
    const printed = text(view({ status: 'unknown', attention: 'unknown-outcome' }), [caseId]);
    for (const command of [/ retry w-1 /, /--outcome confirmed /, /--outcome not-paid /, / case show 0123456789ab$/m])
      expect(printed).toMatch(command);
  });

  it('is never said to send nothing by a retry that lets it be sent again', () => {
    for (const attention of ['unknown-outcome', 'earlier-run', 'look-up-fails', 'waiting-for-funds'] as const)
      expect(text(view({ status: 'unknown', attention }))).toMatch(
        /look it up now; proven absent, it may be sent again/,
      );
    expect(text(view({ status: 'unknown', attention: 'waiting-for-funds' }))).toMatch(/--outcome not-paid /);
    expect(text(view({ status: 'processing', attention: 'provider-overdue' }))).toMatch(
      /look it up now; nothing is sent/,
    );
  });
});

it('doctor says what to do on lines of their own, uncut', () => {
  const advice = `temporal operator search-attribute create ${'--name Something '.repeat(10)}`;
  const lines = doctorLines([
    { check: 'search attributes', ok: false, found: 'missing', advice },
    { check: 'AlphaPo', ok: true, found: 'not set here', skipped: 'not used' },
    { check: 'Temporal', ok: true, found: 'server', advice: 'none' },
  ]);
  expect(lines[0]).toMatch(/search attributes.*WRONG.*\n.*AlphaPo.*not used.*\n.*Temporal.*ok/);
  expect(lines.slice(1)).toEqual([`search attributes: ${advice}`]);
});

describe('an operator’s resolution', () => {
  const settled = (lookUp: LookUpOutcome) =>
    resolvedLines('w-1', { resolved: true, status: 'confirmed', lookUp }, 'cryptopay').join('\n');

  it('is reported with what the provider answered when it was asked once more, if it was', () => {
    expect(settled('absent')).toBe('w-1 is confirmed now.\nCryptopay’s look-up said that it doesn’t know it.');
    expect(settled('could not ask')).toMatch(/could not be asked/);
    expect(settled('found')).toBe('w-1 is confirmed now.');
    expect(settled('no look-up')).toMatch(/documents no look-up/);
  });
});
