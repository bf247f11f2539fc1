/** Why a person is needed, and what to do. The key is what the search attribute and the view show. */
export const attentions = {
  'unknown-outcome':
    'A request may have been accepted and nothing proves it yet. Ask the provider; never pay it by hand before.',
  'earlier-run':
    'Its workflow was reset, or goes on after it was closed by force: the run before may have paid. Ask the provider; nothing is sent by itself.',
  'not-ours': 'The provider’s record under our reference differs from what was asked. Ask the provider whose it is.',
  'record-missing': 'The provider’s look-up no longer finds what it accepted. Ask the provider.',
  contradiction:
    'The provider contradicts itself: two final words differ, or one says that nothing was paid and names a transaction. Ask the provider which holds.',
  'final-unconfirmed':
    'A callback says that it ended, and the look-up has not agreed for ten minutes. Ask the provider.',
  'commit-unsettled': 'It is not known whether the commit took effect, and the window is over. Ask the provider.',
  'missed-slots': 'Its turns keep passing unused. Check the workers’ clocks and load.',
  'no-slot':
    'For a quarter of an hour no turn to send it could be had. Check Temporal and the log of this provider’s workers; asking goes on by itself.',
  'rate-limited':
    'The provider has asked for fewer requests for over a quarter of an hour, or to wait for longer. Ask it for a higher limit, or see who else uses the key; sending goes on by itself.',
  'unrecognised-status':
    'The provider used a status word that is in no table, or told it in a way that proves nothing. Ask the provider.',
  'owner-overdue': 'The provider’s Owner has not decided for a day. Approve or decline it in the provider’s dashboard.',
  'provider-overdue': 'The provider has not ended it for a day. Ask the provider’s support.',
  'waiting-for-funds': 'The account at the provider holds too little. Fund it; sending goes on by itself.',
  'waiting-for-credentials': 'The provider refuses our credentials. Correct them; sending goes on by itself.',
  'waiting-for-connection': 'The provider could not be reached. Check the network; sending goes on by itself.',
  'worker-clock':
    'A worker’s clock is behind Temporal’s by more than five seconds. Put it right (NTP); sending goes on by itself.',
  'waiting-for-worker':
    'No worker has taken its call for minutes. Start one with this provider’s settings; sending goes on by itself.',
  'person-confirms':
    'The provider has it and tells nobody how it ends. Look at its dashboard, then confirm it or say that it was not paid.',
  'look-up-fails': 'The provider’s look-up fails. Check the credentials and the network; looking up goes on by itself.',
  'internal-fault': 'Outflow hit a fault of its own and goes on listening. Report it with the workflow’s history.',
} as const;

export type Attention = keyof typeof attentions;

export function isAttention(value: unknown): value is Attention {
  return typeof value === 'string' && Object.hasOwn(attentions, value);
}

/**
 * How much is at stake; the higher takes the lower's place. Two words that can't both hold, then a record that isn't ours, may mean money
 * paid wrongly; then an outcome that nobody knows. What goes on by itself, or is the provider's usual way, is the least.
 */
export function gravity(attention: Attention): number {
  switch (attention) {
    case 'contradiction':
      return 5;
    case 'not-ours':
    case 'earlier-run':
      return 4;
    case 'unknown-outcome':
    case 'record-missing':
    case 'final-unconfirmed':
    case 'commit-unsettled':
    case 'internal-fault':
      return 3;
    case 'look-up-fails':
      return 1;
    case 'person-confirms':
      return 0;
    default:
      return 2;
  }
}
