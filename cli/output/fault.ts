/** What may be said of an error whose words are not ours. */
export interface Fault {
  name: string;
  /** Node's or the system's: `ENOSPC`. */
  code?: string;
  /** Where it arose: the frames of its stack. */
  at: string[];
}

/** An error without its message, which may quote what it was about, as JavaScript's own do: `… "ana@example.com" is not valid JSON`. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const { name, message, stack = '' } = error;
  const code = 'code' in error && typeof error.code === 'string' && /^[A-Z0-9_]+$/.test(error.code) ? error.code : '';
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const at = frames.filter((line) => /^ {4}at .*(:\d+:\d+|<anonymous>|native)\)?$/.test(line));
  return { name: /^\w+$/.test(name) ? name : 'Error', ...(code !== '' && { code }), at: at.map((line) => line.trim()) };
}
