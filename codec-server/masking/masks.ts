import type { PersonalKind } from '../../domain/validation/personal.js';

/** What stands where nothing is shown. */
export const hidden = '***';

/** What is left of a text of each kind: enough to tell two cases of a person's question apart, and not who it is. */
export const masks: Readonly<Record<PersonalKind, (text: string) => string>> = {
  /** `Jane Doe` becomes `J*** D***`; more than four words are not a name. */
  name: (text) => {
    const words = text.trim().split(/\s+/);
    return words.length > 4 ? hidden : words.map(initial).join(' ');
  },
  /** `jane@example.com` becomes `j***@e***`. */
  email: (text) => {
    const [name = '', domain] = text.split('@');
    return domain === undefined ? hidden : `${initial(name)}@${initial(domain)}`;
  },
  date: () => hidden,
  /** `tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc` becomes `tb1q…qwjc`, without a tag that stands behind it. */
  address: (text) => {
    const [address = ''] = text.split('?');
    return /^[\x21-\x7e]{20,}$/.test(address) ? `${address.slice(0, 4)}…${address.slice(-4)}` : hidden;
  },
  text: () => hidden,
};

/** Nothing of a word that is so short that its first letter is most of it. */
function initial(word: string): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  return word.length > 2 ? `${first}${hidden}` : hidden;
}
