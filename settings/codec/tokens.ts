/** What a caller of the codec server may see: all, or the structure with personal data masked. */
export const codecRoles = ['masked', 'full'] as const;
export type CodecRole = (typeof codecRoles)[number];

/** A token, and whose it is. */
export interface CodecToken {
  role: CodecRole;
  /** Whose: stands in the log of every decode. */
  name: string;
  token: string;
}

/** What came of reading a list of tokens. A problem says what is wrong and what is right, and never holds anything of a token. */
export type ParsedTokens = { ok: true; tokens: readonly CodecToken[] } | { ok: false; problem: string };

/** As RFC 6750 has bearer tokens; so long that nobody can guess one. */
const TOKEN = /^[\w.~+/-]{32,512}={0,2}$/;
const NAME = /^[\w.-]{1,64}$/;

const right = 'a list such as masked:support:TOKEN,full:compliance:TOKEN, each token of 32 characters or more';

/** Reads `role:name:token, role:name:token …`. */
export function parseTokens(text: string): ParsedTokens {
  const tokens: CodecToken[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const which = `its entry ${index + 1}`;
    const read = tokenIn(entry.trim());
    if (typeof read === 'string') return { ok: false, problem: `${which} ${read}; it must be ${right}` };
    if (tokens.some(({ name }) => name === read.name))
      return { ok: false, problem: `${which} has the name of an earlier one; the log tells them apart by it` };
    if (tokens.some(({ token }) => token === read.token))
      return { ok: false, problem: `${which} has the token of an earlier one; each needs its own` };
    tokens.push(read);
  }
  return { ok: true, tokens };
}

export function isCodecRole(word: unknown): word is CodecRole {
  return codecRoles.some((role) => role === word);
}

/** The token of one entry, or what is wrong with it: words that come after “its entry 2”. */
function tokenIn(entry: string): CodecToken | string {
  const [role, name, token, ...more] = entry.split(':').map((part) => part.trim());
  if (name === undefined || token === undefined || more.length > 0) return 'is not a role, a name and a token';
  if (!isCodecRole(role)) return 'has a role that is neither masked nor full';
  if (!NAME.test(name)) return 'has a name that is not 1 to 64 of A-Z a-z 0-9 . _ -';
  if (!TOKEN.test(token)) return 'has a token that is not 32 to 512 of A-Z a-z 0-9 . _ ~ + / -';
  return { role, name, token };
}
