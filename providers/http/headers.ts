/** HTTP headers by lower-case name, each with one value. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Headers as Node and undici give them: a repeated one's values are joined, as HTTP says. */
export function singleValues(headers: Record<string, string | string[] | undefined>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
