import Sequencer from '@jest/test-sequencer';

/** Folders whose tests take longest, first: a run that ends with one of these would leave a processor idle meanwhile. */
const longest = [
  '/test/long/crashes/',
  '/test/long/rate-limiter/',
  '/test/safety/worker/',
  '/test/safety/',
  '/test/workflows/',
  '/test/cli/',
  '/test/setup/temporal/',
];

/** On a fresh machine jest knows nothing of how long a file takes, and would go by its size. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = longest.findIndex((folder) => path.includes(folder));
      return index < 0 ? longest.length : index;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
