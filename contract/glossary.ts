/** The words of this project, each with one meaning, in code, docs and messages. The README's table is made from them. */
export const glossary = {
  withdrawal: 'what an app asks for; it is paid at most once',
  attempt: 'one create call',
  record: 'what a provider says of a withdrawal, in a response, a look-up or a callback',
  reference: 'our `withdrawalId` at the provider',
  certainty: 'what a failed call proves: `not-sent`, `refused` or `unknown`',
  'in doubt': 'an attempt may have arrived, and nothing has settled whether it did',
  absent: 'the provider says that it doesn’t know our reference; *could not ask* is another answer',
  slot: 'a time to send, granted by a provider’s rate limiter',
  attention: 'why a person is needed',
  case: 'a callback that no open withdrawal can take, for a person',
  operator: 'a person who acts: cancels, retries, resolves, recovers, closes a case',
  final: 'the money’s fate is known, and never changes',
} as const;
