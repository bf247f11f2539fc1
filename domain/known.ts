type Known<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that are known: what isn't known is absent, not `undefined`. */
export function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
}
