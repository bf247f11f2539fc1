import { describeKillMatrix } from './kill-matrix.js';

// One where nothing was written, one where the provider never got what was, one where it pays. `test/long/kill-matrix.test.ts` has all six.
describeKillMatrix([
  'before it connects',
  'after it wrote, and the provider never gets it',
  'after the provider stored it',
]);
