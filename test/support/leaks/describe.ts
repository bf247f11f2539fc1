import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Canary } from './canaries.js';
import type { Traces } from './running.js';
import { tracesOf } from './running.js';
import type { World } from './world.js';

/** Where Temporal's own data is read, which is all that encryption protects: in clear it stands there. */
const stored = /^temporal\.db|^the API of Temporal/;

/** What holds of personal data, whatever happens to it. `covers`: what the data that was given must be. */
export function describeLeaks(
  happening: (world: World) => Promise<void>,
  covers: (given: readonly Canary[]) => void,
): void {
  let on: Traces;
  let off: Traces;
  beforeAll(async () => {
    on = await tracesOf(happening, { encrypted: true });
    off = await tracesOf(happening, { encrypted: false });
  }, 600_000);

  describe('personal data', () => {
    it('is found nowhere without the key', () => {
      expect(on.hits.size).toBeGreaterThan(8);
      expect(found(on).map(inWords)).toEqual([]);
    });

    it('is found in Temporal’s database by the same search where it is not encrypted, each of it', () => {
      const there = new Set(found(off).flatMap(({ place, of }) => (place.startsWith('temporal.db') ? [of] : [])));
      expect(off.kept.all.map(({ of }) => of).filter((of) => !there.has(of))).toEqual([]);
    });

    it('is found nowhere else either where it is not encrypted; and what is refused at once, nowhere at all', () => {
      const refused = new Set(off.unkept.all.map(({ of }) => of));
      const wrong = found(off).filter(({ place, of }) => !stored.test(place) || refused.has(of));
      expect(wrong.map(inWords)).toEqual([]);
    });

    it('lies in files that nobody else on the machine can reach', () => {
      expect(on.folderMode & 0o077).toBe(0);
    });

    it('is of every kind that there is', () => covers(off.kept.all));
  });
}

interface Found {
  place: string;
  /** What it is. */
  of: string;
  spelling: string;
}

function found({ kept, unkept, hits }: Traces): Found[] {
  const names = new Map([...kept.all, ...unkept.all].map(({ of, text }) => [text, of]));
  return [...hits].flatMap(([place, inIt]) =>
    inIt.map(({ text, spelling }) => ({ place, of: names.get(text) ?? text, spelling })),
  );
}

function inWords({ place, of, spelling }: Found): string {
  return `${of} in ${place}, as ${spelling}`;
}
