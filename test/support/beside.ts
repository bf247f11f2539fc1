import { beforeAll } from '@jest/globals';

/** Begins what takes long, mostly waiting, before the first test of the file or `describe`, so that it goes on beside them. Answers how to await it. */
export function beside<T>(begin: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  beforeAll(() => {
    begun = begin();
    begun.catch(() => undefined); // reported where it is awaited
  });
  return () => begun ?? Promise.reject(new Error('it has not begun'));
}
